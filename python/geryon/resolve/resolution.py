"""One experiment, or one run set of it, with every name settled."""

from __future__ import annotations

from collections.abc import Iterable

from geryon.compose.document import Document
from geryon.errors import InvalidInput, Place
from geryon.resolve.convert import Converter
from geryon.resolve.findings import Findings, suggestion
from geryon.resolve.known import known_names
from geryon.resolve.model import ABSENT, Command, Defaults, Known, Leaf, Option, Resolved, Rule
from geryon.resolve.packs import PackReader
from geryon.resolve.rules import merge_policy, predicates, rules
from geryon.resolve.run_sets import effective
from geryon.resolve.select import Selection, join_entries, warn_of_equal_options
from geryon.resolve.unselected import tell_unresolved
from geryon.schema import experiment as schema
from geryon.schema.faults import in_file_order, key_of
from geryon.schema.growing import garbage_kept


def resolve(document: Document, run_set: str | None = None) -> Resolved:
    """Resolve references, select, and drop what has no effect.

    Args:
        document: A composed experiment.
        run_set: The run set to apply, or None for the experiment as it stands.

    Raises:
        InvalidInput: every problem found; those of the run set itself alone, for nothing can be said behind them.
    """
    with garbage_kept():
        return _resolve(document, run_set)


def _resolve(document: Document, run_set: str | None) -> Resolved:
    findings = Findings()
    sections = effective(document, run_set, findings)
    merge = sections.merge or schema.Merge()
    converter = Converter(merge.delete_sentinel, findings)
    reader = PackReader(document.registry, converter, findings)
    selection = Selection(document.registry, reader, findings)
    entries = selection.entries(sections.select)
    failed = bool(findings.problems)
    packs = join_entries(entries, merge.mode, reader, findings)
    for pack in packs:
        warn_of_equal_options(pack, findings)
    if not packs and not findings.problems:
        message = "nothing is selected: the plan is one configuration, the defaults"
        findings.tell("nothing-selected", message, document.experiment.node.place)
    defaults = converter.defaults(sections.defaults)
    layers: list[Defaults | Option] = [defaults, *(option for pack in packs for option in pack.options)]
    known = known_names(document, converter)
    _check_keys(layers, findings)
    constraints = sections.constraints or schema.Constraints()
    include: tuple[Rule, ...] = ()
    exclude: tuple[Rule, ...] = ()
    if not failed:  # behind a pack that could not be read, ids would seem unknown
        include = rules("include", constraints.include, packs, known, findings)
        exclude = rules("exclude", constraints.exclude, packs, known, findings)
    policy = merge_policy(sections.merge, {leaf.path for layer in layers for leaf in layer.leaves}, known, findings)
    command = _command(document.experiment.command, known, findings)
    tell_unresolved(document, reader.used, selection.used_groups, findings)
    if findings.problems:
        raise InvalidInput(in_file_order(findings.problems))
    return Resolved(
        command=command,
        defaults=defaults,
        packs=tuple(packs),
        include=include,
        exclude=exclude,
        predicates=predicates(constraints.predicates),
        merge=policy,
        known=known,
        diagnostics=tuple(findings.diagnostics),
    )


def _check_keys(layers: Iterable[Defaults | Option], findings: Findings) -> None:
    """A parameter and a choice with one override key cannot both be passed."""
    chosen: dict[str, Place] = {}
    top: dict[str, Leaf] = {}
    for layer in layers:
        for choice in layer.choices:
            if choice.value is not ABSENT:
                chosen.setdefault(choice.path[0], choice.place)
        for leaf in layer.leaves:
            if len(leaf.path) == 1 and leaf.value is not ABSENT:
                top.setdefault(leaf.path[0], leaf)
    for key in chosen.keys() & top.keys():
        place = top[key].place
        message = f"`{key}` is a parameter here, and a config group on line {chosen[key].line} of `{chosen[key].file}`"
        findings.add("key-of-both", message, place, "select the group in `choices`, or set parameters below it")


def _command(command: schema.Command, known: Known, findings: Findings) -> Command:
    overrides = command.overrides or schema.Overrides()
    keys = {".".join(path) for path in known.leaves | known.deleted} if overrides.prefixes else set()
    for written, prefix in overrides.prefixes.items():
        key = key_of(command.node.value["overrides"].value["prefixes"], written)
        assert key is not None
        if written in known.choices and prefix == "++":
            message = f"`++` cannot stand before the config group `{written}`"
            findings.add("choice-prefix", message, key.place, "write `+`, or nothing where the defaults list has it")
        elif written not in known.choices and written not in keys:
            hint = suggestion(written, [*keys, *known.choices], "keys")
            findings.tell("unused-prefix", f"nothing sets `{written}`, so its prefix is not used; {hint}", key.place)
    return Command(
        program=command.program,
        args=tuple(command.args),
        cwd=command.cwd,
        hydra=command.hydra,
        prefix=overrides.prefix,
        prefixes=dict(overrides.prefixes),
        wandb=overrides.wandb,
    )
