"""Experiments on disk, and the small one whose plan is golden."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from geryon.app.plan import plan
from geryon.app.plan_request import PlanRequest
from geryon.artifacts.layout import RunLayout

SMALL = Path(__file__).parent.parent / "data" / "golden" / "small"


def write_experiment(directory: Path, text: str) -> str:
    """Write an experiment file; returns its path."""
    path = directory / "experiment.yaml"
    path.write_text(text)
    return str(path)


def plan_small(out: Path, *, all_run_sets: bool = False) -> RunLayout:
    """Plan the small experiment as `small` in batches of 4, with its path given as `experiment.yaml`."""
    with working_directory(SMALL):
        request = PlanRequest("experiment.yaml", str(out), 4, run_id="small", all_run_sets=all_run_sets)
        runs = plan(request).result.runs
    return RunLayout(Path(runs[0].run_root))


@contextlib.contextmanager
def working_directory(path: Path) -> Iterator[None]:
    """Be there for a while."""
    before = os.getcwd()
    os.chdir(path)
    try:
        yield
    finally:
        os.chdir(before)
