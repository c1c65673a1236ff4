"""What `run-local`, `launch`, `recover` and `list-profiles` answer: the JSON beside the envelope."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from geryon.schema.output_plan import PlanResult
from geryon.schema.output_results import AttemptCounts


class RunAttempts(BaseModel):
    """Attempts that this run made."""

    by_status: AttemptCounts


class RunConfigurations(BaseModel):
    """The selected configurations as they stand now."""

    complete: int = Field(description="with a success, now or before")
    failed: int = Field(description="whose last attempt did not succeed, or with attempts and no success")
    missing: int = Field(description="without an attempt")


class RunResult(BaseModel):
    """`geryon run-local` and `geryon recover`."""

    run_id: str
    run_root: str
    attempts: RunAttempts
    configurations: RunConfigurations
    stopped_by: str | None = Field(description="max_failures, fail_fast_threshold, interrupted, or null")
    signal: int | None = Field(description="the signal that interrupted it")
    retry_file: str | None = Field(None, description="written by recover; null where nothing was to run again")

    @property
    def exit_code(self) -> int:
        """0; 3 where a selected configuration has no success; 128 and the signal where it was interrupted."""
        if self.signal is not None:
            return 128 + self.signal
        return 3 if self.configurations.failed or self.configurations.missing else 0


class WouldRun(BaseModel):
    """A configuration that would run."""

    config_id: str
    batch_index: int
    line_index: int
    attempts_before: int = Field(description="attempt index that it would get, if no earlier attempt is lost")
    command: list[str] = Field(description="without hydra.run.dir")


class RunPreview(BaseModel):
    """`geryon run-local --dry-run`."""

    run_id: str
    run_root: str
    selected: int = Field(description="configurations that the options select")
    complete: int = Field(description="of these, skipped because they already succeeded")
    batches: int = Field(description="batches with something to run")
    concurrency: int = Field(description="commands at the same time")
    would_run: list[WouldRun]


class SettingRow(BaseModel):
    """A setting that counts; of `env` the names alone."""

    name: str
    value: Any
    origin: str = Field(description="built-in, a profile and its section, or an option")


class SettingsResult(BaseModel):
    """`--show-settings` of the run commands."""

    settings: list[SettingRow]


class LaunchResult(BaseModel):
    """`geryon launch`."""

    plan: PlanResult
    run: RunResult | None = Field(description="the one run; null in a dry run or where several were planned")
    runs: list[RunResult] = Field(description="each run, in the order of planning")

    @property
    def exit_code(self) -> int:
        """That of the first run that was interrupted, else the greatest."""
        codes = [run.exit_code for run in self.runs]
        return next((code for code in codes if code > 128), max(codes, default=0))


class ProfileRow(BaseModel):
    """A profile and what it sets; of `env` the names alone."""

    name: str
    settings: dict[str, Any]


class ProfilesResult(BaseModel):
    """`geryon list-profiles`."""

    profiles: list[ProfileRow]
