"""No configuration is left: how much each rule rejects, and a smallest set of rules that leaves nothing."""

from __future__ import annotations

import itertools
import json
from collections.abc import Collection

from geryon.compile.document import Document, to_bytes
from geryon.compile.names import Names
from geryon.compile.subprogram import Rule, all_rules, with_rules
from geryon.errors import NOWHERE, InvalidInput, Place, Problem
from geryon.kernels import KernelError, Sweep, kernel

# bounds on the search for a smallest set: a few seconds on the slower core
STEPS = 200_000
QUESTIONS = 500
_STEPS_AT_ONCE = 5_000
_BYTES_A_STEP = 20  # reading a program costs about as much as a step for each 20 bytes
_SHOWN = 20


def nothing_left(document: Document, names: Names, sweep: Sweep) -> InvalidInput:
    """The error of a program without a valid candidate."""
    alone = json.loads(sweep.rejects_alone())
    counts: dict[Rule, int | None] = {
        rule: alone["include"] if rule[0] == "include" else alone[rule[0]][rule[1]] for rule in all_rules(document)
    }
    search = _Search(document)
    smallest, proved = search.smallest([rule for rule, count in counts.items() if count != 0])
    rejects = [
        f"{_name(names, rule)} rejects {'an uncounted number' if count is None else count}"
        for rule, count in counts.items()
    ]
    more = len(rejects) - _SHOWN
    listed = ", ".join(rejects[:_SHOWN]) + (f", and {more} more rules" if more > 0 else "")
    message = f"no configuration is left of {sweep.candidates} candidates: alone, {listed}"
    if smallest is None:
        hint = "which rules together leave nothing was not searched to the end: it would take too long"
        return InvalidInput(Problem("nothing-left", message, NOWHERE, hint))
    together = " and ".join(_name(names, rule) for rule in smallest)
    if len(smallest) == 1:
        hint = f"{together} leaves nothing alone: relax it"
    elif proved:
        hint = f"{together} together leave nothing, and no smaller set of rules does: relax one of them"
    else:
        hint = f"{together} together leave nothing (smaller sets were not all tried): relax one of them"
    return InvalidInput(Problem("nothing-left", message, _place(names, smallest[0]), hint))


class _ExhaustedError(Exception):
    """The bounds of the search are reached."""


class _Search:
    def __init__(self, document: Document) -> None:
        self._document = document
        self._steps = STEPS
        self._questions = QUESTIONS

    def smallest(self, rules: list[Rule]) -> tuple[list[Rule] | None, bool]:
        """A smallest set, or one of which no rule can be left out (then False), or None if neither was found."""
        try:
            known = self._irreducible(rules)
        except _ExhaustedError:
            return None, False
        try:
            for size in range(1, len(known)):
                for chosen in itertools.combinations(rules, size):
                    if self._leaves_nothing(chosen):
                        return list(chosen), True
        except _ExhaustedError:
            return known, False
        return known, True

    def _irreducible(self, rules: list[Rule]) -> list[Rule]:
        """Leave out one rule after another while the rest still leaves nothing."""
        kept = list(rules)
        for rule in rules:
            rest = [other for other in kept if other != rule]
            if self._leaves_nothing(rest):
                kept = rest
        return kept

    def _leaves_nothing(self, rules: Collection[Rule]) -> bool:
        program = to_bytes(with_rules(self._document, rules))
        self._spend(len(program) // _BYTES_A_STEP)
        self._questions -= 1
        counter = kernel().sweep(program).counter()
        try:
            while not counter.advance(_STEPS_AT_ONCE):
                if counter.valid:
                    return False
                self._spend(_STEPS_AT_ONCE)
        except KernelError:
            return False  # a candidate that errs was rejected by none of these rules
        return counter.valid == 0

    def _spend(self, steps: int) -> None:
        self._steps -= steps
        if self._steps < 0 or self._questions <= 0:
            raise _ExhaustedError


def _name(names: Names, rule: Rule) -> str:
    kind, number = rule
    if kind == "predicates":
        return f"predicate `{names.predicates[number].id}`"
    if kind == "include":
        return "`constraints.include`"
    return f"`{names.exclude[number].path or f'constraints.exclude[{number}]'}`"


def _place(names: Names, rule: Rule) -> Place:
    kind, number = rule
    if kind == "predicates":
        return names.predicates[number].place
    return names.include[0] if kind == "include" else names.exclude[number]
