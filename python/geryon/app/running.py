"""How many commands are running now, as the event files and this host's processes tell."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path
from typing import Any

from geryon.artifacts.layout import RunLayout


def running_commands(layout: RunLayout) -> int:
    """Commands that a living task of this host has started and not yet ended.

    A task of another host cannot be asked whether it lives: its commands are not counted.
    """
    return sum(_running(path) for path in layout.batch_logs.glob("task_*/task.events.jsonl"))


def _running(path: Path) -> int:
    started: set[str] = set()
    alive = False
    for event in _events(path):
        kind = event.get("event")
        if kind == "task_start":
            alive = event.get("hostname") == socket.gethostname() and _is_alive(event.get("pid"))
            if not alive:
                return 0
        elif kind == "command_start":
            started.add(str(event.get("attempt_id")))
        elif kind == "command_complete":
            started.discard(str(event.get("attempt_id")))
        elif kind == "task_end":
            return 0
    return len(started) if alive else 0


def _events(path: Path) -> list[dict[str, Any]]:
    events = []
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError:
        return []
    for line in lines[:-1]:
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict):
            events.append(event)
    return events


def _is_alive(pid: object) -> bool:
    if not isinstance(pid, int):
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
