"""The leaves of a candidate in independent parts, each remembered by the options of the packs that write there."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from geryon.kernels.pure.forest import Forest
from geryon.kernels.pure.merge import DEFAULTS, Layer, Leaf, Writes, merge
from geryon.kernels.pure.program import Program
from geryon.kernels.pure.projection import Projection

Leaves = dict[int, Leaf]


class Sections:
    """The paths of a program cut into ranges that merge independently of each other.

    A section is one component of the forest, or several adjacent ones that the same packs write to.

    Attributes:
        ranges: The paths of each section, in path order, without gaps.
        leaves: For each section its leaves by path, in path order: a function of the candidate.
    """

    def __init__(self, program: Program, forest: Forest) -> None:
        self._program = program
        self._forest = forest
        self.ranges: list[range] = []
        packs: list[tuple[int, ...]] = []
        for tree, writers in zip(forest.trees(), _writers(program, forest), strict=True):
            if packs and packs[-1] == writers and not program.paths[tree.start - 1].choice:
                self.ranges[-1] = range(self.ranges[-1].start, tree.stop)
            else:
                self.ranges.append(tree)
                packs.append(writers)
        self.leaves = [
            Projection(writers, partial(self._merge, _Writers(program, paths, writers)))
            for paths, writers in zip(self.ranges, packs, strict=True)
        ]

    def touching(self, paths: range) -> list[Projection[Leaves]]:
        """The sections that have one of these paths."""
        return [
            leaves
            for section, leaves in zip(self.ranges, self.leaves, strict=True)
            if section.start < paths.stop and paths.start < section.stop and paths
        ]

    def _merge(self, writers: _Writers, options: Sequence[int]) -> Leaves:
        merged = merge(self._program, self._forest, writers.layers(options))
        return {leaf.path: leaf for leaf in merged}


class _Writers:
    """What the layers write to one section."""

    def __init__(self, program: Program, paths: range, packs: tuple[int, ...]) -> None:
        self._defaults = Layer(DEFAULTS, _within(program.default_writes, paths))
        self._layers = [
            [(option.priority, Layer(pack, _within(option.writes, paths))) for option in program.packs[pack].options]
            for pack in packs
        ]
        self._packs = packs

    def layers(self, options: Sequence[int]) -> list[Layer]:
        chosen = [layers[options[pack]] for pack, layers in zip(self._packs, self._layers, strict=True)]
        chosen.sort(key=lambda entry: (entry[0], entry[1].source))
        return [self._defaults] + [layer for _, layer in chosen]


def _within(writes: Writes, paths: range) -> Writes:
    return tuple(write for write in writes if write[0] in paths)


def _writers(program: Program, forest: Forest) -> list[tuple[int, ...]]:
    """The packs that write to each component, ascending."""
    tree_of = {path: number for number, tree in enumerate(forest.trees()) for path in tree}
    writers: list[set[int]] = [set() for _ in forest.trees()]
    for index, pack in enumerate(program.packs):
        for option in pack.options:
            for path, _ in option.writes:
                writers[tree_of[path]].add(index)
    return [tuple(sorted(packs)) for packs in writers]
