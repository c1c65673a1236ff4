"""One step for several run sets, with the problems of all of them told at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from geryon.errors import InvalidInput, Problem

Item = TypeVar("Item")
Result = TypeVar("Result")


def together(
    items: Sequence[Item], run_set: Callable[[Item], str | None], step: Callable[[Item], Result]
) -> list[Result]:
    """Do a step with each item.

    Args:
        items: What to do it with.
        run_set: The name of an item's run set; told with a problem that not all items have.
        step: What to do.

    Raises:
        InvalidInput: the problems of all items, each once.
    """
    results: list[Result] = []
    found: dict[Problem, list[str | None]] = {}
    for item in items:
        try:
            results.append(step(item))
        except InvalidInput as error:
            for problem in dict.fromkeys(error.problems):
                found.setdefault(problem, []).append(run_set(item))
    if found:
        raise InvalidInput(_told(problem, names, len(items)) for problem, names in found.items())
    return results


def _told(problem: Problem, names: list[str | None], items: int) -> Problem:
    if len(names) == items:
        return problem
    word = "run set" if len(names) == 1 else "run sets"
    listed = ", ".join(f"`{name}`" for name in names)
    return replace(problem, message=f"{problem.message} ({word} {listed})")
