"""What is known of earlier attempts, as the task loop asks for it."""

from __future__ import annotations

from typing import Protocol

from geryon.results import RunIndex


class History(Protocol):
    """Earlier attempts at the configurations of a plan, by position."""

    def succeeded(self, position: int) -> bool:
        """Whether any attempt succeeded."""

    def next_index(self, position: int) -> int:
        """The lowest attempt index above all recorded ones."""

    def last_attempt_id(self, position: int) -> str | None:
        """The latest attempt, or None."""


class RecordedHistory:
    """What the records of a run say."""

    def __init__(self, index: RunIndex) -> None:
        self._states = index.states

    def succeeded(self, position: int) -> bool:
        """Whether any attempt succeeded."""
        state = self._states.get(position)
        return state is not None and state.success

    def next_index(self, position: int) -> int:
        """The lowest attempt index above all recorded ones."""
        state = self._states.get(position)
        return 0 if state is None else state.latest.attempt_index + 1

    def last_attempt_id(self, position: int) -> str | None:
        """The latest attempt, or None."""
        state = self._states.get(position)
        return None if state is None else state.latest.attempt_id
