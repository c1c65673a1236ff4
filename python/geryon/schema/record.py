"""An attempt record: one line of exec/results/task_*.jsonl, written once when an attempt has ended."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Status = Literal["success", "failed", "terminated"]
STATUSES: tuple[Status, ...] = ("success", "failed", "terminated")
TIME_PATTERN = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$"


class AttemptRecord(BaseModel):
    """What one attempt at a configuration was, and how it ended. Paths are relative to the run's root."""

    model_config = ConfigDict(extra="allow", strict=True)

    schema_version: Literal[1] = 1
    run_id: str
    config_id: str
    batch_index: int = Field(ge=0)
    line_index: int = Field(ge=0)
    attempt_id: str
    attempt_index: int = Field(ge=0)
    parent_attempt_id: str | None
    hostname: str
    pid: int | None
    tmux_session: str | None
    job_id: str | None
    array_task_id: str | None
    submission_id: str | None
    start_time: str = Field(pattern=TIME_PATTERN)
    end_time: str = Field(pattern=TIME_PATTERN)
    duration_sec: float = Field(ge=0)
    exit_code: int | None
    signal: int | None
    status: Status
    status_reason: str | None
    stdout_path: str | None
    stderr_path: str | None
    workdir: str | None
    command: list[str]
    executor: str
    assigned_cores: list[int]
    assigned_gpus: list[str]
    max_rss_bytes: int | None
    cpu_time_sec: float | None
    selected_options: dict[str, str]
