"""Run sets: the root's sections after the operations of a named variant and its parents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from geryon.compose.document import Document, Selector
from geryon.errors import InvalidInput, Place
from geryon.resolve.findings import Findings, suggestion
from geryon.schema import experiment as schema
from geryon.schema.base import Located, validate
from geryon.schema.faults import Collector, key_of
from geryon.schema.nodes import Node
from geryon.schema.packs import RefSelector

MAX_CHAIN = 64
SECTIONS: dict[str, type[Located]] = {
    "select": schema.Select,
    "defaults": schema.Defaults,
    "constraints": schema.Constraints,
    "merge": schema.Merge,
}
_SECTION_DEPTH = 2  # below this, null is a value and no absent section


@dataclass(frozen=True, slots=True)
class Operation:
    """One change that a run set made.

    Attributes:
        run_set: The run set that asks for it.
        operation: `append`, `replace` or `patch_packs`.
        target: What it touched: `select.packs`, or the name of a pack.
    """

    run_set: str
    operation: str
    target: str


@dataclass(frozen=True, slots=True)
class RunSetInfo:
    """Which run set a plan is of: for plan/run_set.json.

    Attributes:
        name: Its name, or None for the experiment as it stands.
        order: The run sets that were applied, parents first, itself last.
        operations: What they did, in order.
    """

    name: str | None = None
    order: tuple[str, ...] = ()
    operations: tuple[Operation, ...] = ()


@dataclass(frozen=True, slots=True)
class Effective:
    """The root's sections as they are planned."""

    select: schema.Select | None
    defaults: schema.Defaults | None
    constraints: schema.Constraints | None
    merge: schema.Merge | None


def run_set_names(document: Document) -> tuple[str, ...]:
    """The run sets of an experiment, in file order."""
    return tuple(document.experiment.run_sets)


def run_set_info(document: Document, run_set: str | None) -> RunSetInfo:
    """What planning that run set applies.

    Raises:
        InvalidInput: the run set, or one that it extends, is unknown; they form a cycle; a patch fits nothing.
    """
    findings = Findings()
    return _apply(document, run_set, findings)[1]


def effective(document: Document, run_set: str | None, findings: Findings) -> Effective:
    """The sections that a run set leaves; without one, the root's own.

    Raises:
        InvalidInput: as `run_set_info`.
    """
    experiment = document.experiment
    if run_set is None:
        return Effective(experiment.select, experiment.defaults, experiment.constraints, experiment.merge)
    sections, _ = _apply(document, run_set, findings)
    collector = Collector("warn")  # the file's own setting was applied when it was read
    models = {name: validate(SECTIONS[name], node, collector) for name, node in sections.items()}
    if collector.problems:
        raise InvalidInput(collector.sorted_problems())
    found: dict[str, Any] = {name: models.get(name) for name in SECTIONS}
    return Effective(**found)


def _apply(document: Document, name: str | None, findings: Findings) -> tuple[dict[str, Node], RunSetInfo]:
    root = document.experiment.node
    sections = {
        section: root.value[section]
        for section in SECTIONS
        if section in root.value and root.value[section].value is not None
    }
    if name is None:
        return sections, RunSetInfo()
    order: list[str] = []
    _visit(document, name, None, (), order, findings)
    operations: list[Operation] = []
    if not findings.problems:
        for each in order:
            _apply_one(document, each, sections, operations, findings)
    if findings.problems:
        raise InvalidInput(findings.problems)
    return sections, RunSetInfo(name, tuple(order), tuple(operations))


def _visit(
    document: Document, name: str, reference: Node | None, chain: tuple[str, ...], order: list[str], findings: Findings
) -> None:
    """Add a run set to the order, after those it extends, each once."""
    place = Place(document.experiment.node.source.file) if reference is None else reference.place
    run_set = document.experiment.run_sets.get(name)
    if run_set is None:
        hint = suggestion(name, document.experiment.run_sets, "run sets")
        findings.add("unknown-run-set", f"there is no run set `{name}`", place, hint)
    elif name in chain:
        shown = " -> ".join(f"`{each}`" for each in (*chain[chain.index(name) :], name))
        findings.add("run-set-cycle", f"the run sets form a cycle: {shown}", place, "remove this name from `extends`")
    elif len(chain) >= MAX_CHAIN:
        findings.add("run-set-chain-too-long", f"run sets extend each other more than {MAX_CHAIN} deep", place)
    elif name not in order:
        for parent in run_set.extends:
            _visit(document, parent.text or "", parent, (*chain, name), order, findings)
        order.append(name)


def _apply_one(
    document: Document, name: str, sections: dict[str, Node], operations: list[Operation], findings: Findings
) -> None:
    run_set = document.experiment.run_sets[name]
    for word, change in (("append", run_set.append), ("replace", run_set.replace)):
        if change is None:
            continue
        for section, node in change.node.value.items():
            if node.value is None or section not in SECTIONS:
                continue
            old = sections.get(section)
            sections[section] = node if old is None else _merged(old, node, word == "append", 1)
            operations.extend(Operation(name, word, f"{section}.{key}") for key in node.value)
    for target, selector in run_set.patch_packs.items():
        key = key_of(run_set.node.value["patch_packs"], target)
        assert key is not None
        _patch(document, target, key, selector, sections, findings)
        operations.append(Operation(name, "patch_packs", target))


def _merged(old: Node, new: Node, append: bool, depth: int) -> Node:
    """One node over another: mappings merge; lists are joined by `append`; everything else is replaced."""
    if depth <= _SECTION_DEPTH and new.value is None and new.plain:
        return old
    if isinstance(old.value, dict) and isinstance(new.value, dict):
        value, keys = dict(old.value), dict(old.key_nodes)
        for key, child in new.value.items():
            value[key] = _merged(old.value[key], child, append, depth + 1) if key in old.value else child
            keys[key] = new.key_nodes[key]
        return Node(value, old.source, old.line, old.column, old.steps, None, False, keys)
    if append and isinstance(old.value, list) and isinstance(new.value, list):
        return Node([*old.value, *new.value], old.source, old.line, old.column, old.steps)
    return new


def _patch(
    document: Document, target: str, key: Node, selector: Selector, sections: dict[str, Node], findings: Findings
) -> None:
    """Swap the one entry of `select.packs` that has the pack's name."""
    select = sections.get("select")
    packs = select.value.get("packs") if select is not None else None
    entries: list[Node] = list(packs.value) if packs is not None and packs.value is not None else []
    names = [_entry_name(document, entry) for entry in entries]
    new_name = _entry_name(document, selector.node)
    if new_name is None and isinstance(selector, RefSelector):
        hint = suggestion(selector.ref.text or "", document.registry.packs, "packs")
        findings.add("unknown-pack", f"there is no pack `{selector.ref.text}`", selector.ref.place, hint)
    elif new_name != target:
        message = f"the replacement of pack `{target}` is named `{new_name}`"
        findings.add("patch-renames", message, selector.node.place, f"name it `{target}`")
    found = [number for number, name in enumerate(names) if name == target]
    if not found:
        known = [name for name in names if name is not None]
        message = f"no entry of `select.packs` is pack `{target}`"
        findings.add("unknown-pack", message, key.place, suggestion(target, known, "entries"))
    elif len(found) > 1:
        message = f"{len(found)} entries of `select.packs` are pack `{target}`"
        findings.add("patch-ambiguous", message, key.place, "replace the whole list, or name the entries apart")
    elif select is not None and packs is not None:
        entries[found[0]] = selector.node
        new_packs = Node(entries, packs.source, packs.line, packs.column, packs.steps)
        value = {**select.value, "packs": new_packs}
        sections["select"] = Node(
            value, select.source, select.line, select.column, select.steps, None, False, select.key_nodes
        )


def _entry_name(document: Document, entry: Node) -> str | None:
    """The resolved name of an entry of `select.packs`; None for a group or an unknown reference."""
    name = entry.value.get("name")
    if name is not None:
        return str(name.text)
    reference = entry.value.get("ref")
    if reference is None or "group" in entry.value:
        return None
    definition = document.registry.packs.get((reference.text or "").removeprefix("/"))
    return None if definition is None else definition.value.name
