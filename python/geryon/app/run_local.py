"""`geryon run-local`: run the configurations of a plan on this machine."""

from __future__ import annotations

import os
import sys

from geryon.app.answer import Answer
from geryon.app.run_request import RunRequest, local_settings, selected_positions
from geryon.artifacts.reader import Plan
from geryon.errors import Diagnostic
from geryon.execute.environment import Bootstrap
from geryon.execute.history import RecordedHistory
from geryon.execute.journal.task_journal import RecordsNotWritten
from geryon.execute.observer import Observer, Silent
from geryon.execute.task import TaskOutcome
from geryon.hydra.rundir import run_dir_override
from geryon.results import read_results
from geryon.schema.output_results import AttemptCounts
from geryon.schema.output_run import (
    RunAttempts,
    RunConfigurations,
    RunPreview,
    RunResult,
    SettingRow,
    SettingsResult,
    WouldRun,
)
from geryon.submit.local import LocalSubmitter
from geryon.submit.protocol import Submission


def run_local(plan: Plan, request: RunRequest, observer: Observer | None = None) -> Answer[RunResult]:
    """Run the selected configurations, and return when none is left or the run is stopped.

    Args:
        plan: The run.
        request: What to run, and how.
        observer: Told what happens.

    Raises:
        InvalidInput: the request, a profile or a setting is wrong; nothing was written.
        RunFailure: nothing could be run, or no record could be written.
    """
    submission, diagnostics = _submission(plan, request)
    try:
        outcome = LocalSubmitter().submit(submission, observer or Silent())
    except RecordsNotWritten as error:
        # the records are nowhere else: whoever watches may still save them
        sys.stderr.buffer.write(b"".join(error.records))
        sys.stderr.flush()
        raise
    return Answer(_result(plan, outcome), diagnostics)


def preview_local(plan: Plan, request: RunRequest) -> Answer[RunPreview]:
    """What `run_local` would run; nothing is written or started.

    Raises:
        InvalidInput: as `run_local`.
    """
    submission, diagnostics = _submission(plan, request)
    (task,) = LocalSubmitter().script(submission)
    history, resume = submission.history, submission.effective.settings.resume
    left = [position for position in task.positions if not (resume and history.succeeded(position))]
    would_run = []
    for position in left:
        config = plan.config(position)
        would_run.append(
            WouldRun(
                config_id=config.config_id,
                batch_index=config.batch_index,
                line_index=config.line_index,
                attempts_before=history.next_index(position),
                command=config.command,
            )
        )
    preview = RunPreview(
        run_id=plan.info.run_id,
        run_root=str(plan.layout.root),
        selected=len(task.positions),
        complete=len(task.positions) - len(left),
        batches=len({position // plan.batch_size for position in left}),
        concurrency=task.concurrency,
        would_run=would_run,
    )
    return Answer(preview, diagnostics)


def show_settings(request: RunRequest) -> Answer[SettingsResult]:
    """The settings that a local run would obey, and where each came from.

    Raises:
        InvalidInput: the profile or an option is wrong.
    """
    found, diagnostics = local_settings(request)
    rows = [SettingRow(name=name, value=value, origin=found.origins[name]) for name, value in found.shown().items()]
    return Answer(SettingsResult(settings=rows), diagnostics)


def _submission(plan: Plan, request: RunRequest) -> tuple[Submission, tuple[Diagnostic, ...]]:
    found, diagnostics = local_settings(request)
    positions = selected_positions(plan, request)
    if plan.info.hydra:
        run_dir_override(os.path.abspath(plan.layout.root))
    settings = found.settings
    submission = Submission(
        plan=plan,
        positions=positions,
        effective=found,
        bootstrap=Bootstrap(settings.env_script, settings.env_setup_cmds, settings.env),
        history=RecordedHistory(read_results(plan)),
    )
    return submission, diagnostics


def _result(plan: Plan, outcome: TaskOutcome) -> RunResult:
    tally = outcome.tally
    return RunResult(
        run_id=plan.info.run_id,
        run_root=str(plan.layout.root),
        attempts=RunAttempts(by_status=AttemptCounts(**outcome.attempts)),
        configurations=RunConfigurations(
            complete=tally.succeeded + tally.already,
            failed=tally.failed + tally.dropped_failed,
            missing=tally.dropped_missing,
        ),
        stopped_by=outcome.stopped_by,
        signal=outcome.signal,
    )
