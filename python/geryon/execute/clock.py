"""Times as they stand in records and events."""

from __future__ import annotations

import time


def timestamp(nanoseconds: int) -> str:
    """`YYYY-MM-DDThh:mm:ss.ffffffZ` of nanoseconds since the epoch, cut to microseconds."""
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    year, month, day, hour, minute, second, *_ = time.gmtime(seconds)
    return f"{year:04d}-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}:{second:02d}.{rest // 1000:06d}Z"


def now() -> str:
    """The current time."""
    return timestamp(time.time_ns())
