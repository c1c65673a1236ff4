"""The override that gives a run its directory."""

from __future__ import annotations

from geryon.errors import InvalidInput, Problem
from geryon.hydra.refusal import shown
from geryon.hydra.values import encode


def run_dir_override(path: str) -> str:
    """`hydra.run.dir=<path>`, the last override of a command.

    Args:
        path: An absolute path.

    Raises:
        InvalidInput: The path contains `${`, which Hydra would unescape once and resolve again, or NUL, or is
            not UTF-8 (Python shows such bytes as lone surrogates).
    """
    if "${" in path:
        reason = "contains `${`, which Hydra would resolve"
    elif "\0" in path:
        reason = "contains NUL"
    elif any("\ud800" <= char <= "\udfff" for char in path):
        reason = "is not UTF-8"
    else:
        return f"hydra.run.dir={encode(path)}"
    message = f"the directory {shown(path)} {reason}"
    raise InvalidInput(Problem("run-dir-invalid", message, hint="choose another output directory"))
