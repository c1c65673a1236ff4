"""The nearest known name, for hints."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_LONGEST = 200  # difflib is quadratic in the length, and a longer name is no misspelling


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like `name`, or None if none is like it.

    A name that differs only in case or in `-` and `_` wins over all others. The answer does not depend on the
    order of `known`.
    """
    if len(name) > _LONGEST:
        return None
    candidates = sorted({other for other in known if len(other) <= _LONGEST})
    folded = _fold(name)
    for other in candidates:
        if other != name and _fold(other) == folded:
            return other
    close = difflib.get_close_matches(name, [other for other in candidates if other != name], n=1, cutoff=0.6)
    return close[0] if close else None


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """The hint ``did you mean `x`?`` with the nearest known name, or None."""
    near = nearest(name, known)
    return None if near is None else f"did you mean `{near}`?"


def _fold(name: str) -> str:
    return name.casefold().replace("-", "_")
