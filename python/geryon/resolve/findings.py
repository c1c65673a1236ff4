"""What resolution finds on its way: problems and diagnostics, each once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from geryon.errors import Diagnostic, Place, Problem
from geryon.suggest import did_you_mean

_LISTED = 10


@dataclass(slots=True)
class Findings:
    """Problems and diagnostics in the order found."""

    problems: dict[Problem, None] = field(default_factory=dict)
    diagnostics: dict[Diagnostic, None] = field(default_factory=dict)

    def add(self, code: str, message: str, place: Place, hint: str | None = None) -> None:
        """Note a problem."""
        self.problems[Problem(code, message, place, hint)] = None

    def tell(self, code: str, message: str, place: Place) -> None:
        """Note a diagnostic."""
        self.diagnostics[Diagnostic(code, message, place)] = None


def suggestion(name: str, known: Iterable[str], plural: str) -> str:
    """The nearest known name, or the first of all that there are."""
    names = sorted(set(known))
    near = did_you_mean(name, names)
    if near is not None:
        return near
    if not names:
        return f"there are no {plural}"
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return f"the {plural} are " + ", ".join(f"`{each}`" for each in names[:_LISTED]) + more
