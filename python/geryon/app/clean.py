"""`geryon clean`: delete what a run planned, what it executed, or all of it; and what killed planners left."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from geryon.artifacts.file_tree import bytes_below
from geryon.artifacts.layout import RunLayout
from geryon.artifacts.leftovers import claimed_only, leftovers, staging_name
from geryon.artifacts.run_info import read_run_info
from geryon.errors import InvalidInput, Place, Problem, RunFailure
from geryon.schema.output_plan import CleanResult

What = Literal["plan", "exec", "all"]


def clean(root: Path, what: What, *, dry_run: bool = False, despite_records: bool = False) -> CleanResult:
    """Delete the plan, the execution or all of a run. Links are removed, never followed.

    Args:
        root: The run's root.
        what: Which part.
        dry_run: Only say what would be removed.
        despite_records: Remove a plan although there are records of its execution.

    Raises:
        InvalidInput: `not-a-run`, `run-is-a-link`, or `records-exist` for a plan that was executed.
        RunFailure: `remove-failed`.
    """
    root = Path(os.path.abspath(root))
    layout = RunLayout(root)
    # A damaged run.json is a reason to clean up, a missing one is a reason not to.
    with contextlib.suppress(RunFailure):
        read_run_info(layout)
    if root.is_symlink():
        raise InvalidInput(
            Problem(
                "run-is-a-link",
                f"`{root}` is a link, and links are not followed",
                Place(file=str(root)),
                f"give the run's own directory, `{root.resolve()}`",
            )
        )
    if what == "plan" and not despite_records and _has_records(layout):
        raise InvalidInput(
            Problem(
                "records-exist",
                f"`{root}` has records of its execution, which mean nothing without the plan",
                Place(file=str(layout.results)),
                "remove both with `--all`, or confirm with `--yes`",
            )
        )
    part = {"plan": layout.plan, "exec": layout.exec, "all": root}[what]
    found = [part] if os.path.lexists(part) else []
    result = CleanResult(removed=[str(path) for path in found], bytes=_size(found), dry_run=dry_run)
    if dry_run or not found:
        return result
    try:
        if what == "all":
            # Hidden first: a run that is half removed must not look like a run.
            hidden = root.with_name(staging_name(root.name))
            os.rename(root, hidden)
            part = hidden
        _remove(part)
    except OSError as error:
        raise _failure(error, part) from error
    return result


def clean_stale(runs: Path, *, dry_run: bool = False) -> CleanResult:
    """Delete what planners that were killed left in `<out>/runs`, and nothing that a living one is building.

    Raises:
        RunFailure: `remove-failed`.
    """
    found: list[Path] = []
    left = leftovers(runs)
    building = {leftover.run_id for leftover in left if not leftover.dead}
    for leftover in left:
        if leftover.dead:
            found.append(leftover.path)
            claimed = runs / leftover.run_id
            if leftover.run_id not in building and claimed not in found and claimed_only(claimed):
                found.append(claimed)
    result = CleanResult(removed=[str(path) for path in found], bytes=_size(found), dry_run=dry_run)
    if not dry_run:
        for path in found:
            try:
                _remove(path)
            except OSError as error:
                raise _failure(error, path) from error
    return result


def _has_records(layout: RunLayout) -> bool:
    return any(path.stat().st_size for path in layout.results.glob("task_*.jsonl"))


def _size(paths: Iterable[Path]) -> int:
    return sum(bytes_below(path) for path in paths if not path.is_symlink())


def _remove(path: Path) -> None:
    if path.is_symlink():
        path.unlink()
    else:
        shutil.rmtree(path)


def _failure(error: OSError, path: Path) -> RunFailure:
    return RunFailure(
        Problem(
            "remove-failed",
            f"`{error.filename or path}` cannot be removed: {(error.strerror or str(error)).lower()}",
            Place(file=str(path)),
        )
    )
