"""`geryon collect`: all attempt records, summed up in exec/results/summary.json."""

from __future__ import annotations

from geryon.app.answer import Answer
from geryon.app.integrity import strict_problems
from geryon.artifacts.appear import write_failure
from geryon.artifacts.json_file import write_json
from geryon.artifacts.reader import Plan
from geryon.results import read_results, views
from geryon.schema.output_results import CollectAttempts, CollectConfigurations, CollectResult


def collect(plan: Plan, strict: bool = False, dry_run: bool = False) -> Answer[CollectResult]:
    """Read every record and write the summary, unless `dry_run`, or `strict` and something is damaged.

    Raises:
        RunFailure: `disk-full` or `write-failed`.
    """
    index = read_results(plan)
    problems = strict_problems(index) if strict else ()
    final = views.status_counts(index)
    written = not dry_run and not problems
    result = CollectResult(
        run_id=plan.info.run_id,
        attempts=CollectAttempts(total=index.attempts, by_status=views.attempt_counts(index)),
        configurations=CollectConfigurations(final_by_status=final, complete=final.complete, missing=final.missing),
        failed_config_ids=[plan.id_at(position) for position in views.select(index, ["failed", "terminated"])],
        batches=views.batch_rows(index, plan.batch_size),
        corrupt=views.damage_rows(index.corrupt),
        torn=views.torn_rows(index),
        summary_path=str(plan.layout.summary) if written else None,
    )
    if written:
        try:
            plan.layout.results.mkdir(parents=True, exist_ok=True)
            write_json(plan.layout.summary, {"schema_version": 1} | result.model_dump(mode="json"))
        except OSError as error:
            raise write_failure(error, plan.layout.summary) from error
    return Answer(result, problems=problems)
