"""What the planning commands and `clean` answer: the JSON beside the envelope."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field


class DiagnosticRow(BaseModel):
    """Something worth telling that stopped nothing."""

    code: str
    severity: str
    message: str
    file: str | None = None
    line: int | None = None
    column: int | None = None
    path: str | None = None


class PlannedRun(BaseModel):
    """One run that was planned, or would be."""

    run_id: str
    run_root: str
    run_set: str | None
    candidates: int
    valid: int
    total_configs: int | None = Field(description="null in a dry run that would have to enumerate too many")
    total_batches: int | None
    bytes: int = Field(description="size of the plan's files; an estimate in a dry run")
    core: str


class PlanResult(BaseModel):
    """`geryon plan`."""

    runs: list[PlannedRun]
    dry_run: bool = False


class PackRow(BaseModel):
    """One pack of the product, in its order."""

    name: str
    options: int


class ValidateResult(BaseModel):
    """`geryon validate-config`."""

    candidates: int
    valid: int
    packs: list[PackRow]
    diagnostics: list[DiagnosticRow] | None = None


class InspectResult(BaseModel):
    """`geryon inspect-config`."""

    experiment: dict[str, Any]
    diagnostics: list[DiagnosticRow] | None = None


class RejectsAlone(BaseModel):
    """How many candidates each rule rejects if it stands alone; null where that costs too much to say."""

    include: int | None
    exclude: list[int | None]
    predicates: dict[str, int | None]


class CountResult(BaseModel):
    """`geryon count`."""

    candidates: int
    valid: int | None
    at_least: int | None = Field(None, description="valid candidates found when the time was over")
    configurations: int | None
    method: str
    rejects_alone: RejectsAlone | None
    not_told_apart: list[str] = Field(
        default_factory=list, description="packs that leave open how many configurations are different"
    )


class LeafLayer(BaseModel):
    """One leaf of a configuration and the layer that set it."""

    path: str
    choice: bool
    value: str = Field(description="canonical JSON")
    pack: str | None = Field(description="null for the defaults")
    option: str | None


class ShowConfigResult(BaseModel):
    """`geryon show-config`: a configuration and its argv."""

    config_id: str
    rank: int | None = None
    run_id: str | None = None
    batch_index: int | None = None
    line_index: int | None = None
    selected_options: dict[str, str]
    params: dict[str, Any]
    choices: dict[str, Any]
    tags: list[str]
    wandb_name: str
    command: list[str]
    layers: list[LeafLayer] | None = Field(None, description="with --explain: which layer set each leaf")


class CleanResult(BaseModel):
    """`geryon clean`."""

    removed: list[str]
    bytes: int
    dry_run: bool = False
