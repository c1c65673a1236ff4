"""What a run may be called, and what it is called when nobody says."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from geryon.errors import InvalidInput, Problem

_RUN_ID = re.compile(r"(?!\.)[A-Za-z0-9._-]{1,128}")


def check_run_id(run_id: str) -> str:
    """The run id itself, if it is one.

    Raises:
        InvalidInput: `run-id-invalid`.
    """
    if _RUN_ID.fullmatch(run_id):
        return run_id
    if len(run_id) > 128:
        reason = f"it has {len(run_id)} characters, 128 are allowed"
    elif not run_id:
        reason = "it is empty"
    elif run_id.startswith("."):
        reason = "it begins with a dot"
    else:
        strange = next(character for character in run_id if not re.match(r"[A-Za-z0-9._-]", character))
        reason = f"it contains {strange!r}"
    raise InvalidInput(
        Problem(
            "run-id-invalid",
            f"`{run_id}` cannot be a run id: {reason}",
            hint="use 1 to 128 of the characters A-Z a-z 0-9 . _ -, the first of them no dot",
        )
    )


def default_run_id(now: datetime, run_set: str | None, taken: Callable[[str], bool]) -> str:
    """`run_20300102T030405Z`, `_<run set>` behind it where there is one, and `_2`, `_3`, ... where that is taken.

    Args:
        now: The present time, in UTC.
        run_set: Name of the run set that is planned.
        taken: Whether a run of that id exists or is being planned.

    Raises:
        InvalidInput: `run-id-invalid`, when the run set's name makes it too long.
    """
    base = f"run_{now:%Y%m%dT%H%M%SZ}" + (f"_{run_set}" if run_set is not None else "")
    run_id = check_run_id(base)
    number = 2
    while taken(run_id):
        run_id = check_run_id(f"{base}_{number}")
        number += 1
    return run_id
