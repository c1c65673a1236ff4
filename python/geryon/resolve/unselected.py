"""References that lead nowhere in what nothing selects: told, not refused."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from geryon.compose.document import Document, Registry, Selector, absolute
from geryon.resolve.findings import Findings
from geryon.schema.nodes import Node
from geryon.schema.packs import GroupSelector, OptionsFrom, Pack, RefSelector


def tell_unresolved(
    document: Document, used_packs: Collection[str], used_groups: Collection[str], findings: Findings
) -> None:
    """Note every unresolved reference of the definitions that are not in use."""
    registry = document.registry
    for pack in registry.packs.values():
        if pack.name not in used_packs and isinstance(pack.value, Pack):
            _tell(_sources(pack.value.options_from, pack.package, registry), findings)
    for group in registry.groups.values():
        if group.name not in used_groups:
            for selector in group.value:
                _tell(_of_selector(selector, group.package, registry), findings)


def _of_selector(selector: Selector, package: str | None, registry: Registry) -> Iterator[tuple[str, str, Node]]:
    if isinstance(selector, GroupSelector):
        name = absolute(selector.group.text or "", package)
        if name not in registry.groups:
            yield "group", name, selector.group
    elif isinstance(selector, RefSelector):
        name = absolute(selector.ref.text or "", package)
        if name not in registry.packs:
            yield "pack", name, selector.ref
    if isinstance(selector, (Pack, RefSelector)):
        yield from _sources(selector.options_from, package, registry)


def _sources(sources: list[OptionsFrom], package: str | None, registry: Registry) -> Iterator[tuple[str, str, Node]]:
    for source in sources:
        name = absolute(source.ref.text or "", package)
        if name not in registry.option_sets:
            yield "option set", name, source.ref


def _tell(unresolved: Iterator[tuple[str, str, Node]], findings: Findings) -> None:
    for kind, name, node in unresolved:
        message = f"there is no {kind} `{name}`; nothing selects what refers to it"
        findings.tell("unresolved-reference", message, node.place)
