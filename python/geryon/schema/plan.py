"""The plan's own files: run.json and the lines of configs.jsonl."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict


class PlanCounts(BaseModel):
    """What planning found."""

    candidates: int
    valid: int
    configurations: int
    duplicates: int
    batches: int


class RunInfo(BaseModel):
    """run.json: who a run is; written last, never rewritten."""

    model_config = ConfigDict(extra="ignore")

    schema_version: int = 1
    run_id: str
    run_uid: str
    created_at: str
    experiment: str
    run_set: str | None
    batch_size: int
    counts: PlanCounts
    plan_digest: str
    command_digest: str
    id_scheme: str
    geryon_version: str
    core: str
    core_reason: str
    cwd: str
    hydra: bool


class PlannedConfig(BaseModel):
    """A line of configs.jsonl: one configuration and the argv that runs it."""

    model_config = ConfigDict(extra="ignore")

    run_id: str
    config_id: str
    batch_index: int
    line_index: int
    command: list[str]
    params: dict[str, Any]
    choices: dict[str, Any]
    tags: list[str]
    wandb_name: str
    selected_options: dict[str, str]
