"""What `--strict-jsonl` means: damage is an error."""

from __future__ import annotations

from geryon.errors import Place, Problem
from geryon.results import RunIndex


def strict_problems(index: RunIndex) -> tuple[Problem, ...]:
    """One problem a damaged line or file; none where every recorded line is sound."""
    return tuple(
        Problem(
            "corrupt-record",
            f"`{damage.file}` line {damage.line} (byte {damage.offset}): {damage.kind}",
            Place(damage.file, damage.line, 1),
            hint="without --strict-jsonl damaged lines are counted, listed and skipped",
        )
        for damage in index.corrupt
    )
