"""Who watches a task: the command line shows progress, a library may collect it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from geryon.errors import Diagnostic
from geryon.schema.plan import PlannedConfig


class Observer(Protocol):
    """Told what happens, on the task's thread: its methods must be quick."""

    def notice(self, diagnostic: Diagnostic) -> None:
        """Something worth telling before the first command."""

    def begin(self, selected: int, concurrency: int) -> None:
        """The task begins with that many configurations, done ones included, and that many slots."""

    def started(self, config: PlannedConfig, attempt_index: int, cores: tuple[int, ...]) -> None:
        """An attempt was started."""

    def ended(self, record: Mapping[str, Any], retry: bool) -> None:
        """An attempt ended with that record; `retry`: its configuration gets another one."""


class Silent:
    """An observer that does nothing."""

    def notice(self, diagnostic: Diagnostic) -> None:
        """Nothing."""

    def begin(self, selected: int, concurrency: int) -> None:
        """Nothing."""

    def started(self, config: PlannedConfig, attempt_index: int, cores: tuple[int, ...]) -> None:
        """Nothing."""

    def ended(self, record: Mapping[str, Any], retry: bool) -> None:
        """Nothing."""
