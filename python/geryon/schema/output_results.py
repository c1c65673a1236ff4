"""What `status`, `report`, `collect` and `rerun` answer: the JSON beside the envelope."""

from __future__ import annotations

from pydantic import BaseModel, Field


class DamageRow(BaseModel):
    """A damaged line or file."""

    file: str
    line: int
    offset: int
    kind: str


class Totals(BaseModel):
    """How much there is."""

    configurations: int
    batches: int
    attempts: int
    retries: int = Field(description="attempts beyond the first of each configuration")


class StatusCounts(BaseModel):
    """Configurations by final status."""

    complete: int = 0
    failed: int = 0
    terminated: int = 0
    missing: int = 0


class AttemptCounts(BaseModel):
    """Attempts by their own status."""

    success: int = 0
    failed: int = 0
    terminated: int = 0


class Group(BaseModel):
    """The configurations that share the selected options of some packs."""

    options: dict[str, str]
    by_status: StatusCounts


class StatusResult(BaseModel):
    """`geryon status`."""

    run_id: str
    run_root: str
    totals: Totals
    by_status: StatusCounts
    groups: list[Group] | None = None
    corrupt: list[DamageRow]
    torn: list[DamageRow] = Field(description="unfinished last lines: not recorded, no error")
    running: int = Field(description="commands started by a task on this host that is still alive")


class Durations(BaseModel):
    """Seconds over the attempts that ended in success; null where there is none."""

    count: int
    total: float
    median: float | None
    p90: float | None
    longest: float | None


class Cause(BaseModel):
    """Configurations that did not succeed, by how their latest attempt ended."""

    status: str
    reason: str | None
    exit_code: int | None
    signal: int | None
    last_error: str | None = Field(description="last line of stderr, numbers and paths folded")
    count: int
    config_ids: list[str] = Field(description="the first 20")


class SlowConfig(BaseModel):
    """One of the longest attempts."""

    config_id: str
    attempt_index: int
    status: str
    duration_sec: float
    command: str = Field(description="runs this configuration again")


class HostRow(BaseModel):
    """What one host did."""

    hostname: str
    configurations: int
    duration_sec: float


class ReportResult(BaseModel):
    """`geryon report`."""

    run_id: str
    run_root: str
    run_set: str | None
    totals: Totals
    by_status: StatusCounts
    attempts_by_status: AttemptCounts
    groups: list[Group] | None = None
    durations: Durations
    causes: list[Cause]
    slowest: list[SlowConfig]
    hosts: list[HostRow]
    corrupt: list[DamageRow]
    torn: list[DamageRow]


class CollectAttempts(BaseModel):
    """Attempts, all and by status."""

    total: int
    by_status: AttemptCounts


class CollectConfigurations(BaseModel):
    """Configurations by final status."""

    final_by_status: StatusCounts
    complete: int
    missing: int


class BatchRow(BaseModel):
    """Configurations of one batch by final status."""

    batch_index: int
    by_status: StatusCounts


class CollectResult(BaseModel):
    """`geryon collect`, and exec/results/summary.json."""

    run_id: str
    attempts: CollectAttempts
    configurations: CollectConfigurations
    failed_config_ids: list[str]
    batches: list[BatchRow]
    corrupt: list[DamageRow]
    torn: list[DamageRow]
    summary_path: str | None = Field(description="null under --dry-run")


class RerunResult(BaseModel):
    """`geryon rerun`; without anything to do the file is null and nothing is written."""

    run_id: str
    retry_file: str | None
    config_ids: list[str]
