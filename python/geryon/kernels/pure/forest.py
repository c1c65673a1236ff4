"""The paths of a program as a forest: which stand below which, and which strategy governs them.

Paths are sorted segment by segment, so everything at or below a path is a range of indices.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from geryon.kernels.pure.program import Program


class Forest:
    """Relations between the paths of a program, by index.

    Attributes:
        ancestors: Of each path the other paths that are proper prefixes of it, topmost first.
        ends: The paths below path `i` are `i + 1 .. ends[i]`.
        strategies: The strategy (path, kind) at or above a path, where there is one.
    """

    def __init__(self, program: Program) -> None:
        self._keys = [(not path.choice, path.segments) for path in program.paths]
        self.ends = [self.at_or_below(path.choice, path.segments).stop for path in program.paths]
        self.ancestors: list[tuple[int, ...]] = []
        for index in range(len(self._keys)):
            above = self.ancestors[index - 1] + (index - 1,) if index else ()
            self.ancestors.append(tuple(other for other in above if index < self.ends[other]))
        self.strategies = {path: (top, kind) for top, kind in program.strategies for path in range(top, self.ends[top])}

    def at_or_below(self, choice: bool, segments: tuple[str, ...]) -> range:
        """The paths that are `segments` or stand below it."""
        target = (not choice, segments)
        length = len(segments)
        first = bisect_left(self._keys, target)
        stop = bisect_right(self._keys, target, lo=first, key=lambda key: (key[0], key[1][:length]))
        return range(first, stop)

    def is_path(self, index: int, choice: bool, segments: tuple[str, ...]) -> bool:
        """Whether that path is `segments` itself."""
        return index < len(self._keys) and self._keys[index] == (not choice, segments)

    def trees(self) -> list[range]:
        """The components: each topmost path with all that stands below it."""
        return [range(index, end) for index, end in enumerate(self.ends) if not self.ancestors[index]]
