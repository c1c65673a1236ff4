"""Attempt records for tests."""

from __future__ import annotations

from typing import Any


def attempt_record(position: int = 0, batch_size: int = 4, **changes: Any) -> dict[str, Any]:
    """A sound record of a success at a position of a plan, with some fields changed."""
    record: dict[str, Any] = {
        "schema_version": 1,
        "run_id": "r",
        "config_id": config_id(position),
        "batch_index": position // batch_size,
        "line_index": position % batch_size,
        "attempt_id": f"a{position}",
        "attempt_index": 0,
        "parent_attempt_id": None,
        "hostname": "node",
        "pid": 7,
        "tmux_session": None,
        "job_id": None,
        "array_task_id": None,
        "submission_id": None,
        "start_time": "2026-01-01T00:00:00.000000Z",
        "end_time": "2026-01-01T00:00:01.000000Z",
        "duration_sec": 1.0,
        "exit_code": 0,
        "signal": None,
        "status": "success",
        "status_reason": None,
        "stdout_path": None,
        "stderr_path": None,
        "workdir": None,
        "command": ["true"],
        "executor": "process",
        "assigned_cores": [0],
        "assigned_gpus": [],
        "max_rss_bytes": None,
        "cpu_time_sec": 0.5,
        "selected_options": {"pack": "option"},
    }
    return record | changes


def config_id(position: int) -> str:
    """The id that the tests' plans have at a position."""
    return f"{position:032x}"
