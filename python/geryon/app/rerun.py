"""`geryon rerun`: a retry file of the configurations to run again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone

from geryon.artifacts.appear import write_failure
from geryon.artifacts.json_file import write_json
from geryon.artifacts.reader import Plan
from geryon.results import read_results, views
from geryon.schema.output_results import RerunResult
from geryon.schema.retry import RetryFile


def select_again(plan: Plan, statuses: Sequence[str], config_ids: Sequence[str]) -> list[int]:
    """Positions of the configurations with one of these final statuses, and of those named, in plan order.

    Raises:
        InvalidInput: an id that the plan does not have, or a prefix of several.
    """
    positions = set(views.select(read_results(plan), statuses)) if statuses else set()
    positions.update(plan.position(config_id) for config_id in config_ids)
    return sorted(positions)


def rerun(plan: Plan, statuses: Sequence[str], config_ids: Sequence[str] = (), dry_run: bool = False) -> RerunResult:
    """Write exec/retries/retry_<stamp>.json; with nothing to run again nothing is written.

    Raises:
        InvalidInput: an id that the plan does not have, or a prefix of several.
        RunFailure: `disk-full` or `write-failed`.
    """
    ids = [plan.id_at(position) for position in select_again(plan, statuses, config_ids)]
    path = None
    if ids and not dry_run:
        now = datetime.now(timezone.utc)
        retry = RetryFile(
            run_id=plan.info.run_id,
            created_at=now.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            statuses=list(statuses),
            config_ids=ids,
        )
        path = plan.layout.retries / f"retry_{now:%Y%m%dT%H%M%S_%fZ}.json"
        try:
            plan.layout.retries.mkdir(parents=True, exist_ok=True)
            write_json(path, retry.model_dump(mode="json"))
        except OSError as error:
            raise write_failure(error, path) from error
    return RerunResult(run_id=plan.info.run_id, retry_file=None if path is None else str(path), config_ids=ids)
