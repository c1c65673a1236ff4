"""Failure policies as laws of the state machine; no process is started."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geryon.execute.policy import NEVER_FAILURES, Action, AttemptEnded, Policy, State, step

STATUSES = st.sampled_from(["success", "failed", "terminated"])
POLICIES = st.builds(
    Policy,
    max_retries=st.integers(0, 3),
    retry_on_status=st.frozensets(st.sampled_from(["failed", "terminated"])),
    max_failures=st.none() | st.integers(1, 6),
    fail_fast_threshold=st.none() | st.sampled_from([0.1, 0.2, 1 / 3, 0.5, 1.0]),
    fail_fast_min=st.integers(1, 6),
)


def play(policy: Policy, configurations: Sequence[Sequence[str]]) -> tuple[State, list[list[str]], int]:
    """Run configurations one after the other, each with the statuses that its attempts would have.

    Returns:
        The last state, the attempts that each configuration got, and how many stops there were.
    """
    state, seen, stops = State(), [], 0
    for outcomes in configurations:
        if state.stopped:
            break
        attempts: list[str] = []
        while True:
            status = outcomes[min(len(attempts), len(outcomes) - 1)]
            state, actions = step(policy, state, AttemptEnded(status, None, len(attempts)))
            attempts.append(status)
            stops += Action.STOP in actions
            if Action.RETRY not in actions:
                break
        seen.append(attempts)
    return state, seen, stops


RUNS = st.lists(st.lists(STATUSES, min_size=1, max_size=5), max_size=12)


@given(POLICIES, RUNS)
def test_retries_are_bounded_and_only_on_the_named_statuses(policy: Policy, run: list[list[str]]) -> None:
    """A configuration gets at most 1 + max_retries attempts, and another one only after a named status."""
    _, seen, _ = play(policy, run)
    for attempts in seen:
        assert len(attempts) <= 1 + policy.max_retries
        assert all(status in policy.retry_on_status for status in attempts[:-1])
        more_allowed = len(attempts) <= policy.max_retries and attempts[-1] in policy.retry_on_status
        assert not more_allowed


@given(POLICIES, RUNS)
def test_counts_are_of_last_attempts(policy: Policy, run: list[list[str]]) -> None:
    """Failures are configurations whose last attempt did not succeed: retried attempts do not count."""
    state, seen, _ = play(policy, run)
    assert state.finished == len(seen)
    assert state.failures == sum(attempts[-1] != "success" for attempts in seen)


@given(POLICIES, RUNS)
def test_it_stops_at_the_first_configuration_that_reaches_a_limit(policy: Policy, run: list[list[str]]) -> None:
    """Exactly there: not before, not after, and once."""
    state, seen, stops = play(policy, run)
    failures = 0
    for finished, attempts in enumerate(seen, 1):
        failures += attempts[-1] != "success"
        by_count = policy.max_failures is not None and failures >= policy.max_failures
        by_rate = (
            policy.fail_fast_threshold is not None
            and finished >= policy.fail_fast_min
            and failures / finished >= policy.fail_fast_threshold
        )
        reached = by_count or by_rate
        assert reached == (finished == len(seen) and state.stopped is not None)
    assert stops == (state.stopped is not None)


@given(POLICIES, STATUSES, st.integers(0, 3))
def test_after_a_stop_nothing_is_retried_and_nothing_stops_again(policy: Policy, status: str, used: int) -> None:
    """Running commands finish and are counted."""
    state, actions = step(policy, State(5, 5, "max_failures"), AttemptEnded(status, None, used))
    assert actions == ()
    assert state == State(6, 5 + (status != "success"), "max_failures")


@given(POLICIES, st.sampled_from(sorted(NEVER_FAILURES)), st.integers(0, 3))
def test_interruptions_are_no_failures_and_never_retried(policy: Policy, reason: str, used: int) -> None:
    """`interrupted`, `walltime` and `preempted` leave the state as it is."""
    state = State(3, 1)
    assert step(policy, state, AttemptEnded("terminated", reason, used)) == (state, ())


def test_limits_are_reached_at_equality() -> None:
    """2 of 10 reach a rate of 0.2, and a third failure reaches max_failures 3."""
    rate = Policy(fail_fast_threshold=0.2, fail_fast_min=10)
    state, _, _ = play(rate, [["failed"]] * 2 + [["success"]] * 8)
    assert state.stopped == "fail_fast_threshold"
    state, _, _ = play(Policy(max_failures=3), [["failed"]] * 2)
    assert state.stopped is None
    state, seen, _ = play(Policy(max_failures=3), [["failed"]] * 9)
    assert (state.stopped, len(seen)) == ("max_failures", 3)


def test_timeouts_are_retried_like_other_terminations() -> None:
    """The default retries `terminated`, for whatever reason but an interruption."""
    policy = Policy(max_retries=1)
    assert step(policy, State(), AttemptEnded("terminated", "timeout_kill", 0)) == (State(), (Action.RETRY,))
    assert step(policy, State(), AttemptEnded("failed", "spawn_error", 0)) == (State(), (Action.RETRY,))


@pytest.mark.parametrize("status", ["failed", "terminated"])
def test_retry_on_status_narrows(status: str) -> None:
    """A status that is not named is final at once."""
    policy = Policy(max_retries=5, retry_on_status=frozenset({"failed", "terminated"} - {status}))
    state, actions = step(policy, State(), AttemptEnded(status, None, 0))
    assert (state, actions) == (State(1, 1), ())
