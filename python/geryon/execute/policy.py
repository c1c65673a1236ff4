"""What a finished attempt means for the rest of the task: a state machine that knows no process and no clock."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

NEVER_FAILURES = frozenset({"interrupted", "walltime", "preempted"})


@dataclass(frozen=True, slots=True)
class Policy:
    """The failure policies of a task.

    Attributes:
        max_retries: Further attempts at a configuration.
        retry_on_status: Attempt statuses that are retried.
        max_failures: Stop at that many configurations whose last attempt did not succeed, or None.
        fail_fast_threshold: Stop at that rate of them among the finished ones, or None.
        fail_fast_min: Finished configurations before the rate counts.
    """

    max_retries: int = 0
    retry_on_status: frozenset[str] = frozenset({"failed", "terminated"})
    max_failures: int | None = None
    fail_fast_threshold: float | None = None
    fail_fast_min: int = 5


class State(NamedTuple):
    """What a task has seen.

    Attributes:
        finished: Configurations that ended for good.
        failures: Those of them that did not succeed.
        stopped: The policy that stopped the task, or None.
    """

    finished: int = 0
    failures: int = 0
    stopped: str | None = None


class AttemptEnded(NamedTuple):
    """An attempt ended.

    Attributes:
        status, reason: As in its record.
        retries_used: Retries that this configuration has had in this task.
    """

    status: str
    reason: str | None
    retries_used: int


class Action(Enum):
    """What the task has to do."""

    RETRY = "retry"
    STOP = "stop"


RETRY = (Action.RETRY,)
STOP = (Action.STOP,)


def step(policy: Policy, state: State, event: AttemptEnded) -> tuple[State, tuple[Action, ...]]:
    """Account for one ended attempt.

    Returns:
        The new state, and at most one action: retry this configuration, or stop giving out work.
    """
    if event.reason in NEVER_FAILURES:
        return state, ()
    failed = event.status != "success"
    if (
        failed
        and state.stopped is None
        and event.retries_used < policy.max_retries
        and event.status in policy.retry_on_status
    ):
        return state, RETRY
    finished, failures = state.finished + 1, state.failures + failed
    if state.stopped is not None:
        return State(finished, failures, state.stopped), ()
    stopped = _reached(policy, finished, failures)
    return State(finished, failures, stopped), () if stopped is None else STOP


def _reached(policy: Policy, finished: int, failures: int) -> str | None:
    if policy.max_failures is not None and failures >= policy.max_failures:
        return "max_failures"
    threshold = policy.fail_fast_threshold
    if threshold is not None and finished >= policy.fail_fast_min and failures / finished >= threshold:
        return "fail_fast_threshold"
    return None
