"""Which layer set each leaf of a configuration."""

from __future__ import annotations

from collections.abc import Mapping

from geryon.kernels.pure.forest import Forest
from geryon.kernels.pure.merge import DEFAULTS, layers_of, merge
from geryon.kernels.pure.program import read_program
from geryon.schema.output_plan import LeafLayer


def leaf_layers(program: bytes, selected: Mapping[str, str]) -> list[LeafLayer]:
    """The leaves of the candidate with these options, in path order, choices first, each with the layer that set it.

    Args:
        program: The experiment's program.
        selected: The option's id of each pack.

    Raises:
        KeyError: a pack or an id that the program does not have.
    """
    parsed = read_program(program)
    numbers = [{option.id: number for number, option in enumerate(pack.options)} for pack in parsed.packs]
    options = [known[selected[pack.name]] for pack, known in zip(parsed.packs, numbers, strict=True)]
    rows = []
    for leaf in merge(parsed, Forest(parsed), layers_of(parsed, options)):
        address = parsed.paths[leaf.path]
        pack = None if leaf.source == DEFAULTS else parsed.packs[leaf.source].name
        rows.append(
            LeafLayer(
                path=".".join(address.segments),
                choice=address.choice,
                value=leaf.value.json,
                pack=pack,
                option=None if pack is None else selected[pack],
            )
        )
    return rows
