"""What the sources that only read files have in common: has it changed, and does it still say something."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable
    from datetime import datetime

    from claudometer.domain.usage import Limit


def stamp_of(paths: Iterable[str | os.PathLike[str]]) -> Hashable:
    """Return something that changes when one of the files does, or comes, or goes, or is another one."""
    return tuple((os.fspath(path), _mark(path)) for path in paths)


def still_open(limits: Iterable[Limit], captured_at: datetime, now: datetime) -> tuple[Limit, ...]:
    """Return the limits with a number whose windows are known to be open: others say nothing about now.

    A number from before its window began cannot be true; a quarter of the window is left for a moved reset.
    """
    return tuple(limit for limit in limits if _says_something(limit, captured_at, now))


def _says_something(limit: Limit, captured_at: datetime, now: datetime) -> bool:
    if limit.percent is None or limit.resets_at is None or limit.resets_at <= now:
        return False
    longest = timedelta(seconds=1.25 * limit.window_s) if limit.window_s else None
    return longest is None or captured_at >= limit.resets_at - longest


def _mark(path: str | os.PathLike[str]) -> tuple[int, int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - one of the paths is text
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size
