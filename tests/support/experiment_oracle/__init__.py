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
from support.experiment_oracle.values import Document, Path, digest, leaves, tree

__all__ = ["Configuration", "PredicateError", "Verdict", "judge"]


@dataclass(frozen=True)
class Configuration:
    """One valid candidate."""

    options: dict[str, str]
    leaves: dict[Path, Any]
    choices: Document
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
        conflicts: Each conflict that some candidate which passes include and exclude has.
        error: What stops planning, if there are no conflicts.
        valid: The valid candidates in order, if there are no conflicts.
        before_error: How many of them stand before the erring candidate.
    """

    faults: set[str]
    candidates: int = 0
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
    planned = with_run_set(document, run_set)
    faults: set[str] = set()
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
        left = merged(params, self._policy)
        chosen = {path[0]: value for path, value in merged(choices, Policy(self._policy.mode, {})).items()}
        tags = sorted({*self._defaults.get("tags", []), *(one.tag for one in combination if one.tag is not None)})
        identity = {"params": tree(left), "tags": tags, **({"choices": chosen} if chosen else {})}
        number = digest(identity)
        named = [re.sub("[^A-Za-z0-9_.-]", "_", tag) for tag in tags] or ["exp"]
        name = "_".join(named)[:119] + "_" + number[:8]
        command = self._argv(left, chosen, name, tags)
        return Configuration(self._ids(combination), left, chosen, tags, number, name, command)

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

    def _argv(self, left: dict[Path, Any], choices: Document, name: str, tags: list[str]) -> list[str]:
        settings = self._command.get("overrides", {})
        prefixes = settings.get("prefixes", {})
        argv = [self._command["program"], *self._command.get("args", [])]
        argv += [f"{prefixes.get(key, '')}{key}={encode(value)}" for key, value in sorted(choices.items())]
        values = [(".".join(path), value) for path, value in sorted(left.items())]
        if settings.get("wandb"):
            values += [("wandb.name", name), ("wandb.tags", tags)]
        return argv + [f"{prefixes.get(key, settings.get('prefix', ''))}{key}={encode(value)}" for key, value in values]
