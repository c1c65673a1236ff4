"""Selection: groups and selectors to the ordered packs of the product."""

from __future__ import annotations

from collections.abc import Iterable

from geryon.compose.document import Registry, Selector, absolute
from geryon.resolve.convert import content
from geryon.resolve.findings import Findings
from geryon.resolve.model import Option, Pack
from geryon.resolve.packs import Entry, PackReader, reference_hint
from geryon.schema.experiment import Select
from geryon.schema.nodes import Node
from geryon.schema.packs import GroupSelector, RefSelector

MAX_GROUP_CHAIN = 64
MAX_SELECTORS = 10**5  # groups that name groups twice grow as 2^depth

_WARNED = 5


class Selection:
    """Expands groups.

    Attributes:
        used_groups: Qualified names of the groups that are selected.
    """

    def __init__(self, registry: Registry, reader: PackReader, findings: Findings) -> None:
        """Keep what all selectors need."""
        self._registry = registry
        self._reader = reader
        self._findings = findings
        self.used_groups: set[str] = set()
        self._selectors_left = MAX_SELECTORS

    def entries(self, select: Select | None) -> list[Entry]:
        """The selected packs in order, groups first; packs with problems are left out."""
        if select is None:
            return []
        found: list[Entry] = []
        for reference in select.groups:
            self._group(reference, None, (), found)
        self._selectors(select.packs, None, (), found)
        return found

    def _group(self, reference: Node, package: str | None, chain: tuple[str, ...], found: list[Entry]) -> None:
        text = reference.text or ""
        name = absolute(text, package)
        if name in chain:
            shown = " -> ".join(f"`{each}`" for each in (*chain[chain.index(name) :], name))
            message = f"the groups form a cycle: {shown}"
            self._findings.add("group-cycle", message, reference.place, "remove this reference")
            return
        definition = self._registry.groups.get(name)
        if definition is None:
            hint = reference_hint(text, package, self._registry.groups, "groups")
            if name in self._registry.packs:
                hint = f"`{name}` is a pack: select it as `{{ref: {text}}}` under `packs`"
            self._findings.add("unknown-group", f"there is no group `{name}`", reference.place, hint)
            return
        if len(chain) >= MAX_GROUP_CHAIN:
            message = f"groups are nested more than {MAX_GROUP_CHAIN} deep"
            self._findings.add("group-chain-too-long", message, reference.place)
            return
        self.used_groups.add(name)
        self._selectors(definition.value, definition.package, (*chain, name), found)

    def _selectors(
        self, selectors: Iterable[Selector], package: str | None, chain: tuple[str, ...], found: list[Entry]
    ) -> None:
        for selector in selectors:
            self._selectors_left -= 1
            if self._selectors_left < 0:
                if self._selectors_left == -1:
                    message = f"the groups expand to more than {MAX_SELECTORS} selectors"
                    self._findings.add("too-many-selectors", message, selector.node.place)
                return
            if isinstance(selector, GroupSelector):
                self._group(selector.group, package, chain, found)
                continue
            if isinstance(selector, RefSelector):
                entry = self._reader.by_reference(selector, package)
            else:
                entry = self._reader.inline(selector, package)
            if entry is not None:
                found.append(entry)


def join_entries(entries: Iterable[Entry], mode: str, reader: PackReader, findings: Findings) -> list[Pack]:
    """One pack a name, at the place of the first."""
    packs: dict[str, list[Entry]] = {}
    for entry in entries:
        same = packs.setdefault(entry.name, [])
        if same and mode == "none":
            first = same[0].place
            message = f"there are two packs `{entry.name}`; the first is on line {first.line} of `{first.file}`"
            findings.add("duplicate-pack", message, entry.place, "give one another `name`, or set `merge.mode: merge`")
        elif entry.replaces:
            same.clear()
        same.append(entry)
    joined = []
    for name, same in packs.items():
        options = same[0].options
        if len(same) > 1 and mode == "none":
            # an error already: all options stay, so that no rule is blamed for naming one of them
            options = tuple({option.id: option for entry in same for option in entry.options}.values())
        elif len(same) > 1:
            options = reader.joined((option for entry in same for option in entry.options), name) or ()
        if options:
            joined.append(Pack(name, options, same[0].place))
    return joined


def warn_of_equal_options(pack: Pack, findings: Findings) -> None:
    """Tell of options that differ in their ids alone."""
    seen: dict[object, Option] = {}
    equal = 0
    for option in pack.options:
        first = seen.setdefault(content(option), option)
        if first is option:
            continue
        equal += 1
        if equal <= _WARNED:
            message = f"options `{first.id}` and `{option.id}` of pack `{pack.name}` have equal params, choices and tag"
            findings.tell("equal-options", message, option.place)
    if equal > _WARNED:
        message = f"{equal - _WARNED} more options of pack `{pack.name}` are equal to another"
        findings.tell("equal-options", message, pack.place)
