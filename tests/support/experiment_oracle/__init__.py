"""A brute-force judge of whole experiment files: every candidate is built and asked, nothing is pruned.

It reads an experiment as a plain document: what the YAML says, with each predicate's `expr` a `Term`. It is written
from the rules of experiment files alone and shares nothing with the code that it judges but the override tokens.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from typing import Any

from geryon.hydra import encode
from support.experiment_oracle.known import (
    active_predicates,
    active_rules,
    active_strategies,
    contains_sentinel,
    known_paths,
)
from support.experiment_oracle.merge import Conflict, Layer, Policy, conflicts, merged
from support.experiment_oracle.selection import Option, Pack, selected_packs, with_run_set
from support.experiment_oracle.terms import Err, State, verdict
from support.experiment_oracle.values import Document, Path, canonical, digest, leaves, tree, within

__all__ = ["Configuration", "PredicateError", "Verdict", "judge"]


@dataclass(frozen=True)
class Configuration:
    """One valid candidate; `layers` has for each override its key, its value's JSON and the pack that set it."""

    options: dict[str, str]
    leaves: dict[Path, Any]
    choices: Document
    layers: list[tuple[str, str, str | None]]
    tags: list[str]
    id: str
    wandb_name: str
    command: list[str]

    @property
    def params(self) -> Document:
        """The merged parameters."""
        return tree(self.leaves)


@dataclass(frozen=True)
class PredicateError:
    """The first predicate that errs on the first candidate that stops planning."""

    predicate: str
    kind: str
    options: dict[str, str]


@dataclass
class Verdict:
    """What becomes of an experiment.

    Attributes:
        faults: Codes of the problems of the first stage; with any, the rest is empty.
        candidates: Size of the product.
        not_apart: Packs of which two options may give one configuration; None where one has a conflict of its own.
        conflicts: Each conflict that some candidate which passes include and exclude has.
        error: What stops planning, if there are no conflicts.
        valid: The valid candidates in order, if there are no conflicts.
        before_error: How many of them stand before the erring candidate.
    """

    faults: set[str]
    candidates: int = 0
    not_apart: list[str] | None = None
    conflicts: set[Conflict] = field(default_factory=set)
    error: PredicateError | None = None
    valid: list[Configuration] = field(default_factory=list)
    before_error: int = 0

    @property
    def stage(self) -> str:
        """Where planning ends."""
        if self.faults:
            return "invalid"
        if self.conflicts:
            return "conflict"
        if self.error:
            return "predicate-error"
        return "planned" if self.valid else "nothing-left"

    @property
    def configurations(self) -> list[Configuration]:
        """The valid candidates, each id once."""
        first: dict[str, Configuration] = {}
        for one in self.valid:
            first.setdefault(one.id, one)
        return list(first.values())


def judge(document: Document, run_set: str | None = None) -> Verdict:
    """Decide an experiment, or one run set of it."""
    faults: set[str] = set()
    planned = with_run_set(document, run_set, faults)
    setting = _Setting(document, planned, selected_packs(planned, faults), faults)
    if faults:
        return Verdict(faults)
    result = Verdict(faults)
    passing: list[tuple[Option, ...]] = []
    for combination in itertools.product(*(pack.options for pack in setting.packs)):
        result.candidates += 1
        if setting.passes(combination):
            passing.append(combination)
            result.conflicts |= setting.conflicts(combination)
    if not result.conflicts:
        result.not_apart = setting.not_apart()
        for combination in passing:
            _ask(setting, combination, result)
    return result


def _ask(setting: _Setting, combination: tuple[Option, ...], result: Verdict) -> None:
    """Ask the predicates about one candidate."""
    configuration = setting.configuration(combination)
    state = State(configuration.leaves, configuration.choices, configuration.options)
    answers = {each["id"]: verdict(each["expr"], state) for each in setting.predicates}
    for each in setting.predicates:
        if each.get("on_error") == "false" and isinstance(answers[each["id"]], Err):
            answers[each["id"]] = False
    if False in answers.values():
        return
    errors = [(name, answer.kind) for name, answer in answers.items() if isinstance(answer, Err)]
    if not errors:
        result.valid.append(configuration)
    elif result.error is None:
        result.error = PredicateError(*errors[0], configuration.options)
        result.before_error = len(result.valid)


class _Setting:
    """An experiment with all names resolved and all that is inert left out."""

    def __init__(self, document: Document, planned: Document, packs: list[Pack], faults: set[str]) -> None:
        self.packs = packs
        merge = planned.get("merge") or {}
        constraints = planned.get("constraints") or {}
        self._sentinel = merge.get("delete_sentinel", "__delete__")
        self._defaults = planned.get("defaults") or {}
        self._command = planned["command"]
        layers: list[Any] = [self._defaults.get("params", {})]
        layers += [option.params for pack in packs for option in pack.options]
        if any(contains_sentinel(params, self._sentinel) for params in layers):
            faults.add("sentinel-in-list")
        written = {path for params in layers for path in leaves(params, self._sentinel)}
        choices = {group for pack in packs for option in pack.options for group in option.choices}
        choices |= set(self._defaults.get("choices", {}))
        self._include = active_rules(constraints.get("include", []), packs, faults)
        self._exclude = active_rules(constraints.get("exclude", []), packs, faults)
        self.predicates = active_predicates(constraints.get("predicates", []), packs, written, choices, faults)
        known = known_paths(document)
        strategies = active_strategies(merge.get("strategies", {}), known, written, faults)
        self._policy = Policy(merge.get("mode", "none"), strategies)

    def passes(self, combination: tuple[Option, ...]) -> bool:
        """Include and exclude."""
        ids = self._ids(combination)
        included, excluded = (
            [all(ids[name] in wanted for name, wanted in when.items()) for when in rules]
            for rules in (self._include, self._exclude)
        )
        return (any(included) or not included) and not any(excluded)

    def conflicts(self, combination: tuple[Option, ...]) -> set[Conflict]:
        """Those of the parameters and those of the choices."""
        params, choices = self._layers(combination)
        return {*conflicts(params, self._policy), *conflicts(choices, Policy(self._policy.mode, {}))}

    def configuration(self, combination: tuple[Option, ...]) -> Configuration:
        """What a candidate without conflicts comes to."""
        params, choices = self._layers(combination)
        found, found_choices = merged(params, self._policy), merged(choices, Policy(self._policy.mode, {}))
        left = {path: value for path, (value, _) in sorted(found.items(), key=lambda item: item[0])}
        chosen = {path[0]: value for path, (value, _) in sorted(found_choices.items(), key=lambda item: item[0])}
        layers = [
            (".".join(path), canonical(value), layer.pack)
            for each in (found_choices, found)
            for path, (value, layer) in sorted(each.items(), key=lambda item: item[0])
        ]
        tags = sorted({*self._defaults.get("tags", []), *(one.tag for one in combination if one.tag is not None)})
        identity = {"params": tree(left), "tags": tags, **({"choices": chosen} if chosen else {})}
        number = digest(identity)
        named = [re.sub("[^A-Za-z0-9_.-]", "_", tag) for tag in tags] or ["exp"]
        name = "_".join(named)[:119] + "_" + number[:8]
        command = self._argv(left, chosen, name, tags)
        return Configuration(self._ids(combination), left, chosen, layers, tags, number, name, command)

    def not_apart(self) -> list[str] | None:
        """The packs whose options do not all differ in what is theirs alone."""
        if any(
            list(conflicts(self._over_defaults(each), self._policy)) for pack in self.packs for each in pack.options
        ):
            return None
        written = [self._written_by(pack.options) for pack in self.packs]
        found = []
        for number, pack in enumerate(self.packs):
            others = {path for other, paths in enumerate(written) if other != number for path in paths}
            tops = {path for path in written[number] if not any(within(path, top) for top in written[number] - {path})}
            roots = [top for top in tops if not any(within(top, path) or within(path, top) for path in others)]
            tags = {option.tag for other in self.packs if other is not pack for option in other.options}
            tags |= set(self._defaults.get("tags", []))
            alone = [
                canonical([self._alone(option, roots), None if option.tag in tags else option.tag])
                for option in pack.options
            ]
            if len(set(alone)) < len(alone):
                found.append(pack.name)
        return found

    def _ids(self, combination: tuple[Option, ...]) -> dict[str, str]:
        return {pack.name: option.id for pack, option in zip(self.packs, combination, strict=True)}

    def _layers(self, combination: tuple[Option, ...]) -> tuple[list[Layer], list[Layer]]:
        """Of parameters and of choices."""

        def layers(parts: list[Document]) -> list[Layer]:
            lowest = Layer(float("-inf"), -1, None, None, leaves(parts[0], self._sentinel))
            return [lowest] + [
                Layer(option.priority, number, self.packs[number].name, option.id, leaves(part, self._sentinel))
                for number, (option, part) in enumerate(zip(combination, parts[1:], strict=True))
            ]

        return (
            layers([self._defaults.get("params", {}), *(option.params for option in combination)]),
            layers([self._defaults.get("choices", {}), *(option.choices for option in combination)]),
        )

    def _written_by(self, options: list[Option]) -> set[Path]:
        """Every path that these options write, with a mark for choices, a write below a strategy's path at it."""
        paths: set[Path] = set()
        for option in options:
            for path in leaves(option.params, self._sentinel):
                tops = [top for top in self._policy.one_value if within(path, top)]
                paths.add(("params", *(tops[0] if tops else path)))
            paths |= {("choices", group) for group in option.choices}
        return paths

    def _alone(self, option: Option, roots: list[Path]) -> list[Any]:
        """What an option gives over the defaults at some roots."""
        params = merged(self._over_defaults(option), self._policy)
        choices = merged(self._over_defaults(option, "choices"), Policy(self._policy.mode, {}))
        found = [(("params", *path), value) for path, (value, _) in params.items()]
        found += [(("choices", *path), value) for path, (value, _) in choices.items()]
        kept = [(path, value) for path, value in found if any(within(path, root) for root in roots)]
        return [[list(path), value] for path, value in sorted(kept, key=lambda item: item[0])]

    def _over_defaults(self, option: Option, kind: str = "params") -> list[Layer]:
        """The defaults and one option alone."""
        part = option.params if kind == "params" else option.choices
        lowest = Layer(float("-inf"), -1, None, None, leaves(self._defaults.get(kind, {}), self._sentinel))
        return [lowest, Layer(0, 0, "", option.id, leaves(part, self._sentinel))]

    def _argv(self, left: dict[Path, Any], choices: Document, name: str, tags: list[str]) -> list[str]:
        settings = self._command.get("overrides", {})
        prefixes = settings.get("prefixes", {})
        argv = [self._command["program"], *self._command.get("args", [])]
        argv += [f"{prefixes.get(key, '')}{key}={encode(value)}" for key, value in choices.items()]
        values = [(".".join(path), value) for path, value in left.items()]
        if settings.get("wandb"):
            values += [("wandb.name", name), ("wandb.tags", tags)]
        return argv + [f"{prefixes.get(key, settings.get('prefix', ''))}{key}={encode(value)}" for key, value in values]
