"""`geryon report`: what happened in a run, for people and for machines."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from geryon.app.answer import Answer
from geryon.app.integrity import strict_problems
from geryon.app.status import grouped
from geryon.artifacts.layout import RunLayout
from geryon.artifacts.reader import Plan
from geryon.results import ConfigState, read_results, views
from geryon.schema.output_results import ReportResult, SlowConfig

SLOWEST = 10
_TAIL_BYTES = 4096


def report(plan: Plan, by_pack: Sequence[str] = (), strict: bool = False) -> Answer[ReportResult]:
    """Totals, groups, causes of failure, timings, slowest configurations and hosts.

    Raises:
        InvalidInput: a pack that the plan does not have.
    """
    index = read_results(plan)
    result = ReportResult(
        run_id=plan.info.run_id,
        run_root=str(plan.layout.root),
        run_set=plan.info.run_set,
        totals=views.totals(index, plan.batch_count),
        by_status=views.status_counts(index),
        attempts_by_status=views.attempt_counts(index),
        groups=grouped(plan, index, by_pack),
        durations=views.durations(index),
        causes=views.causes(index, plan.id_at, lambda state: last_error_line(plan.layout, state)),
        slowest=[_slow(plan, position, state) for position, state in views.slowest(index, SLOWEST)],
        hosts=views.hosts(index),
        corrupt=views.damage_rows(index.corrupt),
        torn=views.torn_rows(index),
    )
    return Answer(result, problems=strict_problems(index) if strict else ())


def _slow(plan: Plan, position: int, state: ConfigState) -> SlowConfig:
    config_id = plan.id_at(position)
    again = ["geryon", "run-local", "--run", str(plan.layout.root), "--config-id", config_id, "--no-resume"]
    return SlowConfig(
        config_id=config_id,
        attempt_index=state.latest.attempt_index,
        status=state.latest.status,
        duration_sec=state.latest.duration_sec,
        command=shlex.join(again),
    )


def last_error_line(layout: RunLayout, state: ConfigState) -> str | None:
    """The last line of an attempt's stderr that says something, or None."""
    path = state.latest.stderr_path
    if path is None:
        return None
    try:
        with (layout.root / path).open("rb") as stream:
            stream.seek(0, 2)
            stream.seek(max(0, stream.tell() - _TAIL_BYTES))
            text = stream.read().decode("utf-8", "replace")
    except OSError:
        return None
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else None
