"""The events of a task: the lines of exec/batch_logs/<task>/task.events.jsonl, in the order in which they happened."""

from __future__ import annotations

from typing import Annotated, Literal, Union

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from geryon.schema.record import TIME_PATTERN, Status


class Event(BaseModel):
    """What every event carries."""

    model_config = ConfigDict(extra="forbid", strict=True)

    schema_version: Literal[1]
    time: str = Field(pattern=TIME_PATTERN, description="when it happened, UTC")
    run_id: str
    job_id: str | None = Field(description="Slurm job, null for a local run")
    array_task_id: str | None = Field(description="element of the job array, null for a local run")
    submission_id: str | None = Field(description="submission that placed the task, null for a local run")


class AttemptEvent(Event):
    """What every event about an attempt carries."""

    batch_index: int = Field(ge=0)
    line_index: int = Field(ge=0)
    config_id: str
    attempt_id: str
    attempt_index: int = Field(ge=0)


class TaskStart(Event):
    """The task begins; its environment is ready."""

    event: Literal["task_start"]
    hostname: str
    pid: int = Field(description="process of the task")
    geryon_version: str
    executor: str
    concurrency: int = Field(ge=1, description="commands at the same time")
    core_groups: list[list[int]] = Field(description="logical CPUs of each slot")
    selected: int = Field(ge=0, description="configurations that this task was given, done ones included")


class BatchStart(Event):
    """The first command of a batch is about to start."""

    event: Literal["batch_start"]
    batch_index: int = Field(ge=0)
    configurations: int = Field(ge=1, description="configurations of the batch that will run")


class BatchFilter(Event):
    """Some configurations of a batch are left out."""

    event: Literal["batch_filter"]
    batch_index: int = Field(ge=0)
    selected: int = Field(ge=0, description="configurations of the batch that this task was given")
    already_succeeded: int = Field(ge=0, description="of these, skipped because they already succeeded")


class CommandStart(AttemptEvent):
    """An attempt is about to be started; written before the spawn."""

    event: Literal["command_start"]
    assigned_cores: list[int]


class CommandComplete(AttemptEvent):
    """An attempt has ended and its record is written."""

    event: Literal["command_complete"]
    status: Status
    status_reason: str | None
    exit_code: int | None
    signal: int | None
    duration_sec: float = Field(ge=0)


class TimeoutKill(AttemptEvent):
    """An attempt ran longer than `command_timeout_sec` and is being ended."""

    event: Literal["timeout_kill"]
    timeout_sec: float


class RetryScheduled(AttemptEvent):
    """The configuration of an attempt that did not succeed gets another one."""

    event: Literal["retry_scheduled"]
    status: Status
    retries_left: int = Field(ge=0)


class FailFastStop(Event):
    """A failure policy stops the task: running commands finish, nothing more is started."""

    event: Literal["fail_fast_stop"]
    reason: Literal["max_failures", "fail_fast_threshold"]
    finished: int
    failures: int
    limit: float


class FailFastDropPending(Event):
    """Configurations of a batch that had begun are dropped after a stop."""

    event: Literal["fail_fast_drop_pending"]
    batch_index: int = Field(ge=0)
    dropped: int = Field(ge=1)


class BatchEnd(Event):
    """Every configuration of the batch that was to run has ended, or was dropped."""

    event: Literal["batch_end"]
    batch_index: int = Field(ge=0)
    succeeded: int
    failed: int = Field(description="configurations whose last attempt did not succeed")
    dropped: int


class BatchSkipped(Event):
    """Nothing of the batch is left to run."""

    event: Literal["batch_skipped"]
    batch_index: int = Field(ge=0)


class BatchSkippedFailFast(Event):
    """A batch is dropped whole after a stop."""

    event: Literal["batch_skipped_fail_fast"]
    batch_index: int = Field(ge=0)
    dropped: int = Field(ge=1)


class ExecutorError(Event):
    """The system could not start a command now; it is tried again."""

    event: Literal["executor_error"]
    batch_index: int = Field(ge=0)
    line_index: int = Field(ge=0)
    config_id: str
    attempt_id: str
    attempt_index: int | None = Field(description="null before the attempt has directories")
    error: str
    retry_in_sec: float


class Interrupt(Event):
    """A signal asked the task to stop; its commands are being ended."""

    event: Literal["interrupt"]
    signal: int
    reason: Literal["interrupted", "walltime", "preempted"]
    running: int


class TaskEnd(Event):
    """The last event. Records and bytes say how much the task's results file holds."""

    event: Literal["task_end"]
    stopped_by: str | None
    succeeded: int
    failed: int
    dropped: int
    result_records: int
    result_bytes: int


AnyEvent = Annotated[
    Union[  # noqa: UP007
        TaskStart,
        BatchStart,
        BatchFilter,
        CommandStart,
        CommandComplete,
        TimeoutKill,
        RetryScheduled,
        FailFastStop,
        FailFastDropPending,
        BatchEnd,
        BatchSkipped,
        BatchSkippedFailFast,
        ExecutorError,
        Interrupt,
        TaskEnd,
    ],
    Field(discriminator="event"),
]
EVENT: TypeAdapter[AnyEvent] = TypeAdapter(AnyEvent)
