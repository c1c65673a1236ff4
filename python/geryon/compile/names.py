"""What messages need beside the program: ids of predicates and rules, and where they stand."""

from __future__ import annotations

from dataclasses import dataclass

from geryon.errors import Place


@dataclass(frozen=True, slots=True)
class PredicateNames:
    """A predicate of the program.

    Attributes:
        id: Its id.
        place: Where it stands.
        nodes: The place, inside its expression, of each node of the program that it uses.
    """

    id: str
    place: Place
    nodes: dict[int, Place]


@dataclass(frozen=True, slots=True)
class Names:
    """Places of the program's rules, in its order.

    Attributes:
        predicates: The predicates.
        include: Where each include rule stands.
        exclude: Where each exclude rule stands.
    """

    predicates: tuple[PredicateNames, ...]
    include: tuple[Place, ...]
    exclude: tuple[Place, ...]
