"""Counting: the valid candidates in steps, and what each rule rejects alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice, product
from math import prod

from geryon.kernels.protocol import KernelError
from geryon.kernels.pure.predicates import Expressions
from geryon.kernels.pure.program import Program, Rule
from geryon.kernels.pure.walk import Checks, Walk

MOST_COMBINATIONS = 10**6


class PythonCounter:
    """A count that can be interrupted.

    Attributes:
        valid: Valid candidates found so far.
    """

    def __init__(self, checks: Checks) -> None:
        self._walk = Walk(checks)
        self._visits = self._walk.visits()
        self._error: KernelError | None = None
        self.valid = 0

    @property
    def position(self) -> int:
        """Candidates decided so far."""
        return self._walk.position

    def advance(self, steps: int) -> bool:
        """Walk on for about `steps` visited options; True when all candidates are decided.

        Raises:
            KernelError: at an erring candidate.
        """
        if self._error is not None:
            raise self._error
        try:
            self.valid += sum(islice(self._visits, steps))
        except KernelError as error:
            self._error = error
            raise
        return self._walk.finished


class Rejections:
    """How many candidates each rule of a program rejects alone; None where that would cost too much."""

    def __init__(self, program: Program, expressions: Expressions) -> None:
        self._program = program
        self._expressions = expressions
        self._sizes = program.sizes

    def exclude(self, rule: Rule) -> int | None:
        """Candidates that this exclude rule matches."""
        packs = [pack for pack, _ in rule]
        if self._is_costly(packs):
            return None
        return prod(len(options) for _, options in rule) * self._others(packs)

    def include(self) -> int | None:
        """Candidates that no include rule matches."""
        rules = self._program.include
        if not rules:
            return None
        return self._count(
            sorted({pack for rule in rules for pack, _ in rule}),
            lambda options: not any(all(options[pack] in allowed for pack, allowed in rule) for rule in rules),
        )

    def predicate(self, number: int) -> int | None:
        """Candidates for which this predicate is false."""
        predicate = self._expressions.predicate(number)
        return self._count(predicate.packs, lambda options: predicate(options) is False)

    def _count(self, packs: Sequence[int], rejects: Callable[[Sequence[int]], bool]) -> int | None:
        if self._is_costly(packs):
            return None
        options = [0] * len(self._sizes)
        rejected = 0
        for combination in product(*(range(self._sizes[pack]) for pack in packs)):
            for pack, option in zip(packs, combination, strict=True):
                options[pack] = option
            rejected += rejects(options)
        return rejected * self._others(packs)

    def _is_costly(self, packs: Iterable[int]) -> bool:
        return prod(self._sizes[pack] for pack in packs) > MOST_COMBINATIONS

    def _others(self, packs: Iterable[int]) -> int:
        return prod(self._sizes) // prod(self._sizes[pack] for pack in packs)
