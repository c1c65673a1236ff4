"""What the override grammar cannot carry, said without a place: the caller knows where the value stands."""

from __future__ import annotations

from dataclasses import dataclass

Step = str | int
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a key or a value cannot be passed to Hydra.

    Attributes:
        code: `key-invalid`, `key-reserved`, `value-invalid`, `interpolation-invalid` or `override-too-long`.
        message: One sentence, as in `geryon.errors.Problem`.
        hint: The next thing to do, or None.
        steps: The way from the value's root to the part at fault: list indices and mapping keys.
    """

    code: str
    message: str
    hint: str | None = None
    steps: tuple[Step, ...] = ()


def shown(text: str) -> str:
    """User text as it stands in a message: in backticks, cut when long, with invisible characters escaped."""
    cut = text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."
    return "`" + "".join(char if char.isprintable() else _escaped(char) for char in cut) + "`"


def _escaped(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")
