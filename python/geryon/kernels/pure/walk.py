"""The depth-first walk over the candidates: pack by pack, each rule decided at its deepest pack."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from geryon.kernels.protocol import KernelError
from geryon.kernels.pure.predicates import Expressions, Failure, Outcome, error_data
from geryon.kernels.pure.program import Program, Rule
from geryon.kernels.pure.projection import Projection

Pending = tuple[int, Failure]


class Checks:
    """The rules of a program by level: level `n` is where the first `n` packs are set.

    Attributes:
        sizes: Number of options of each pack.
        weights: Number of candidates that share the options of the first `n` packs.
        include, exclude: For each pack and option, the rules (a bit each) that it leaves possible.
        complete: For each level, the exclude rules whose last pack has just been set.
        predicates: For each level, the predicates whose last pack has just been set, in declared order.
        free: From this level on nothing is left to decide.
    """

    def __init__(self, program: Program, expressions: Expressions) -> None:
        self.sizes = program.sizes
        levels = len(self.sizes) + 1
        self.weights = [prod(self.sizes[level:]) for level in range(levels)]
        self.include = [_masks(program.include, pack, size) for pack, size in enumerate(self.sizes)]
        self.exclude = [_masks(program.exclude, pack, size) for pack, size in enumerate(self.sizes)]
        self.include_all = (1 << len(program.include)) - 1
        self.exclude_all = (1 << len(program.exclude)) - 1
        self.complete = [0] * levels
        for number, rule in enumerate(program.exclude):
            self.complete[_level(rule)] |= 1 << number
        self.predicates: list[list[tuple[int, Projection[Outcome]]]] = [[] for _ in range(levels)]
        for number in range(len(program.predicates)):
            predicate = expressions.predicate(number)
            self.predicates[max(predicate.packs, default=-1) + 1].append((number, predicate))
        self.free = max(
            [level for level in range(levels) if self.complete[level] or self.predicates[level]]
            + [_level(rule) for rule in program.include],
            default=0,
        )


def _level(rule: Rule) -> int:
    return max((pack for pack, _ in rule), default=-1) + 1


def _masks(rules: tuple[Rule, ...], pack: int, size: int) -> list[int]:
    masks = [0] * size
    for number, rule in enumerate(rules):
        allowed = dict(rule).get(pack, range(size))
        for option in allowed:
            masks[option] |= 1 << number
    return masks


class Walk:
    """One walk from the first candidate to the last.

    Attributes:
        options: The current options; those of packs at or past `level` mean nothing.
        level: How many packs are set.
        finished: Whether all candidates are decided.
    """

    def __init__(self, checks: Checks) -> None:
        self._checks = checks
        self._decided = False
        self.options = [0] * len(checks.sizes)
        self.level = 0
        self.finished = False

    @property
    def position(self) -> int:
        """Candidates decided so far."""
        weights = self._checks.weights
        if self.finished:
            return weights[0]
        before = sum(self.options[pack] * weights[pack + 1] for pack in range(self.level))
        return before + (weights[self.level] if self._decided else 0)

    def visits(self) -> Iterator[int]:
        """Visit the options in order, and yield once for each.

        Yields:
            Number of valid candidates that begin with the current options, if nothing is left to decide, else 0.

        Raises:
            KernelError: at the first erring candidate.
        """
        checks, options, free = self._checks, self.options, self._checks.free
        levels = len(options) + 1
        include = [checks.include_all] * levels
        exclude = [checks.exclude_all] * levels
        pending: list[Pending | None] = [None] * levels
        alive = not exclude[0] & checks.complete[0]
        if alive and checks.predicates[0]:
            alive, pending[0] = self._decide(0, None)
        if alive and free == 0:
            yield self._block(pending[0])
        elif alive:
            options[0] = -1
            pack = 0
            while pack >= 0:
                options[pack] += 1
                option = options[pack]
                if option == checks.sizes[pack]:
                    pack -= 1
                    continue
                level = pack + 1
                include[level] = include[pack] & checks.include[pack][option]
                exclude[level] = exclude[pack] & checks.exclude[pack][option]
                alive = bool(include[level] or not checks.include_all)
                alive = alive and not exclude[level] & checks.complete[level]
                self.level = level
                pending[level] = pending[pack]
                if alive and checks.predicates[level]:
                    alive, pending[level] = self._decide(level, pending[pack])
                self._decided = not alive or level == free
                if alive and level == free:
                    yield self._block(pending[level])
                    continue
                yield 0
                if alive:
                    pack = level
                    options[pack] = -1
        self.finished = True

    def _decide(self, level: int, pending: Pending | None) -> tuple[bool, Pending | None]:
        """Whether no predicate of this level is false, and the first erring predicate so far."""
        for number, predicate in self._checks.predicates[level]:
            outcome = predicate(self.options)
            if outcome is False:
                return False, None
            if outcome is not True and (pending is None or number < pending[0]):
                pending = number, outcome
        return True, pending

    def _block(self, pending: Pending | None) -> int:
        if pending is not None:
            rest = len(self.options) - self.level
            raise KernelError(error_data(*pending, self.options[: self.level] + [0] * rest))
        return self._checks.weights[self.level]


class Cursor:
    """Valid candidates by rank; ascending ranks take one walk."""

    def __init__(self, checks: Checks) -> None:
        self._checks = checks
        self._restart()

    def _restart(self) -> None:
        self._walk = Walk(self._checks)
        self._visits = self._walk.visits()
        self._first, self._size = 0, 0

    def options(self, rank: int) -> tuple[int, ...] | None:
        """The candidate of that rank, None past the end.

        Raises:
            KernelError: iff an erring candidate stands before the one of that rank, or before the end.
        """
        if rank < self._first:
            self._restart()
        try:
            while rank >= self._first + self._size:
                self._first += self._size
                self._size = next(filter(None, self._visits), 0)
                if not self._size:
                    return None
        except KernelError:
            self._restart()
            raise
        return self._candidate(rank - self._first)

    def _candidate(self, offset: int) -> tuple[int, ...]:
        """The candidate at that offset of the current block, in which all packs past the level turn freely."""
        options = list(self._walk.options)
        for pack in range(len(options) - 1, self._walk.level - 1, -1):
            offset, options[pack] = divmod(offset, self._checks.sizes[pack])
        return tuple(options)
