"""A function of a candidate that looks at some packs only, remembered by the options of these packs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any, Generic, TypeVar

Result = TypeVar("Result")
LIMIT = 1 << 15


class Projection(Generic[Result]):
    """Remembers up to LIMIT results, then starts afresh: planning must not hold all configurations.

    Attributes:
        packs: The packs that `compute` looks at, ascending.
    """

    def __init__(self, packs: Sequence[int], compute: Callable[[Sequence[int]], Result]) -> None:
        self.packs = tuple(packs)
        self._compute = compute
        self._key: Callable[[Sequence[int]], Any] = itemgetter(*self.packs) if self.packs else _no_key
        self._results: dict[Any, Result] = {}

    def __call__(self, options: Sequence[int]) -> Result:
        """The result for a candidate, of which only the options of `packs` need be set."""
        key = self._key(options)
        try:
            return self._results[key]
        except KeyError:
            pass
        if len(self._results) >= LIMIT:
            self._results.clear()
        result = self._results[key] = self._compute(options)
        return result


def _no_key(options: Sequence[int]) -> None:
    return None
