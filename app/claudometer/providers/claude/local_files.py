"""What the sources that only read local files share: detecting changes, and finding numbers still valid."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING

from claudometer.domain.usage import LimitKind, has_reset
from claudometer.providers.claude.merging import SESSION_AND_WEEK

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable
    from datetime import datetime

    from claudometer.domain.usage import Limit


def stamp_of(paths: Iterable[str | os.PathLike[str]]) -> Hashable:
    """Return a value that changes when one of the files is changed, replaced, created or removed."""
    return tuple((os.fspath(path), _file_stamp(path)) for path in paths)


def still_open(limits: Iterable[Limit], captured_at: datetime, now: datetime) -> tuple[Limit, ...]:
    """Return the limits that have a number and whose window is open at ``now``.

    A session, week or model without a reset time is left out: its window may have ended. So is a limit that
    was captured before its window began: its number belongs to another window.
    """
    return tuple(limit for limit in limits if _is_valid(limit, captured_at, now))


def ended(limits: Iterable[Limit], now: datetime) -> tuple[Limit, ...]:
    """Return session and week if their windows are over at ``now``; no model, which the plan may lack."""
    return tuple(limit for limit in limits if limit.kind in SESSION_AND_WEEK and has_reset(limit, now))


def _is_valid(limit: Limit, captured_at: datetime, now: datetime) -> bool:
    if limit.percent is None or has_reset(limit, now):
        return False
    if limit.resets_at is None:
        return limit.kind is LimitKind.OTHER  # a spend limit may have no period
    # A quarter more than the window's length, because a server may move a reset time.
    longest = timedelta(seconds=1.25 * limit.window_s) if limit.window_s else None
    return longest is None or captured_at >= limit.resets_at - longest


def _file_stamp(path: str | os.PathLike[str]) -> tuple[int, int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - callers pass strings too
    except (OSError, ValueError):
        return None
    # The inode changes when a file is replaced within the resolution of its time.
    return found.st_mtime_ns, found.st_ino, found.st_size
