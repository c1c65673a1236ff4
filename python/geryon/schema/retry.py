"""A retry file, exec/retries/retry_<stamp>.json: which configurations are to run again."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict


class RetryFile(BaseModel):
    """A selection of configurations of one run."""

    model_config = ConfigDict(extra="forbid")

    schema_version: Literal[1] = 1
    run_id: str
    created_at: str
    statuses: list[str]
    config_ids: list[str]
