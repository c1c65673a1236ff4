"""Pure views of a run's index: counts, groups, batches, causes, durations, retry selections."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from geryon.results.index import ConfigState, FinalStatus, RunIndex
from geryon.results.line import Damage
from geryon.schema.output_results import (
    AttemptCounts,
    BatchRow,
    Cause,
    DamageRow,
    Durations,
    Group,
    HostRow,
    StatusCounts,
    Totals,
)

SHOWN_IDS = 20
_PATH = re.compile(r"(?:[\w.~-]*/)+[\w.~-]+")
_DIGITS = re.compile(r"0x[0-9a-fA-F]+|\d+(?:\.\d+)?")


def totals(index: RunIndex, batches: int) -> Totals:
    """How many configurations, batches and attempts there are."""
    return Totals(
        configurations=index.count,
        batches=batches,
        attempts=index.attempts,
        retries=sum(state.attempts - 1 for state in index.states.values()),
    )


def status_counts(index: RunIndex) -> StatusCounts:
    """Configurations by final status."""
    return StatusCounts(**{str(name): number for name, number in index.by_status().items()})


def attempt_counts(index: RunIndex) -> AttemptCounts:
    """Attempts by status."""
    return AttemptCounts(**index.attempts_by_status)


def damage_rows(damage: Iterable[Damage]) -> list[DamageRow]:
    """Damage as rows of output."""
    return [DamageRow(file=row.file, line=row.line, offset=row.offset, kind=row.kind) for row in damage]


def torn_rows(index: RunIndex) -> list[DamageRow]:
    """The unfinished last lines."""
    return damage_rows(row for row in index.damage if row.kind == "torn_tail")


def groups(index: RunIndex, packs: Sequence[str], options: Iterable[Mapping[str, str]]) -> list[Group]:
    """Final statuses by the options of `packs`; `options` are those of each configuration in plan order."""
    counts: dict[tuple[str, ...], dict[FinalStatus, int]] = {}
    for position, selected in enumerate(options):
        group = counts.setdefault(tuple(selected[pack] for pack in packs), {})
        status = index.status(position)
        group[status] = group.get(status, 0) + 1
    return [
        Group(
            options=dict(zip(packs, key, strict=True)),
            by_status=StatusCounts(**{str(name): number for name, number in group.items()}),
        )
        for key, group in counts.items()
    ]


def batch_rows(index: RunIndex, batch_size: int) -> list[BatchRow]:
    """Final statuses per batch."""
    rows = []
    for batch, first in enumerate(range(0, index.count, batch_size)):
        counts: dict[str, int] = {}
        for position in range(first, min(first + batch_size, index.count)):
            status = index.status(position)
            counts[status] = counts.get(status, 0) + 1
        rows.append(BatchRow(batch_index=batch, by_status=StatusCounts(**counts)))
    return rows


def select(index: RunIndex, statuses: Iterable[str]) -> list[int]:
    """Positions of the configurations with one of these final statuses, in plan order."""
    wanted = set(statuses)
    if "missing" in wanted:
        return [position for position in range(index.count) if index.status(position) in wanted]
    return sorted(position for position, state in index.states.items() if state.status in wanted)


def durations(index: RunIndex) -> Durations:
    """Of the latest attempts of complete configurations: median and 90th percentile by the nearest rank."""
    seconds = sorted(state.latest.duration_sec for state in index.states.values() if state.success)
    return Durations(
        count=len(seconds),
        total=math.fsum(seconds),
        median=_nearest_rank(seconds, 50),
        p90=_nearest_rank(seconds, 90),
        longest=seconds[-1] if seconds else None,
    )


def _nearest_rank(ordered: Sequence[float], percent: int) -> float | None:
    if not ordered:
        return None
    return ordered[max(0, -(-percent * len(ordered) // 100) - 1)]


def fold(line: str) -> str:
    """A line of stderr with paths and numbers folded, so that equal causes read alike."""
    return _DIGITS.sub("#", _PATH.sub("<path>", line.strip()))[:200]


def causes(
    index: RunIndex, id_at: Callable[[int], str], last_error: Callable[[ConfigState], str | None]
) -> list[Cause]:
    """Configurations that did not succeed, grouped by how their latest attempt ended; most frequent first."""
    found: dict[tuple[object, ...], Cause] = {}
    for position in sorted(index.states):
        state = index.states[position]
        if state.success:
            continue
        latest = state.latest
        line = last_error(state)
        text = None if line is None else fold(line)
        key = (latest.status, latest.reason, latest.exit_code, latest.signal, text)
        cause = found.get(key)
        if cause is None:
            cause = found[key] = Cause(
                status=latest.status,
                reason=latest.reason,
                exit_code=latest.exit_code,
                signal=latest.signal,
                last_error=text,
                count=0,
                config_ids=[],
            )
        cause.count += 1
        if len(cause.config_ids) < SHOWN_IDS:
            cause.config_ids.append(id_at(position))
    return sorted(found.values(), key=lambda cause: -cause.count)


def slowest(index: RunIndex, number: int) -> list[tuple[int, ConfigState]]:
    """The configurations whose latest attempts took longest."""
    ordered = sorted(index.states.items(), key=lambda item: (-item[1].latest.duration_sec, item[0]))
    return ordered[:number]


def hosts(index: RunIndex) -> list[HostRow]:
    """Latest attempts per host, by name."""
    found: dict[str, HostRow] = {}
    for state in index.states.values():
        row = found.setdefault(
            state.latest.hostname, HostRow(hostname=state.latest.hostname, configurations=0, duration_sec=0.0)
        )
        row.configurations += 1
        row.duration_sec += state.latest.duration_sec
    return [found[name] for name in sorted(found)]
