"""Shows that Claude Code has just hit a limit, until newer numbers say which. Sends nothing itself."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from claudometer.domain.errors import ErrorCode
from claudometer.domain.snapshot import Problem, shown_percent
from claudometer.domain.usage import SESSION_WINDOW_S, Mode, Source

if TYPE_CHECKING:
    from collections.abc import Hashable
    from datetime import datetime

    from claudometer.domain.clock import Clock
    from claudometer.domain.snapshot import Snapshot
    from claudometer.engine.bus import SnapshotStore
    from claudometer.engine.notices import Notices
    from claudometer.providers.base import LimitHitSource

SAID_FOR = timedelta(seconds=SESSION_WINDOW_S)
"""A session's limit has reset by then; whether a longer one was hit is not known."""

ASK_AGAIN_S = 600.0
"""Every prompt at a limit is a hit, and must not empty the budget."""

_LOCAL = frozenset({Source.STATUS_LINE, Source.CLAUDE_CODE})


class LimitHits:
    """Follows what the hook left. It is about Claude Code's login, so the claude.ai mode ignores it."""

    def __init__(
        self, source: LimitHitSource | None, snapshots: SnapshotStore, notices: Notices, clock: Clock
    ) -> None:
        self._source = source
        self._snapshots = snapshots
        self._notices = notices
        self._clock = clock
        self._stamp: Hashable = None
        self._hit_at: datetime | None = None
        self._was_read = False
        self._asked_s: float | None = None

    async def look(self, *, may_have_changed: bool = True) -> bool:
        """Show a hit or take it back, and return whether to request numbers because of it.

        Args:
            may_have_changed: whether the hook may have written since the last look.
        """
        # Files are read only when something has changed, but the notice is checked each time: it ends with
        # the clock.
        is_new = may_have_changed and await self._read()
        shown = self._hit_at
        is_open = shown is not None and _is_unexplained(self._snapshots.snapshot, shown, self._clock.now())
        self._notices.show(Problem(ErrorCode.LIMIT_HIT, at=shown if is_open else None), present=is_open)
        now_s = self._clock.boottime()
        is_time = self._asked_s is None or now_s - self._asked_s >= ASK_AGAIN_S
        if not (is_new and is_open and is_time and self._snapshots.snapshot.mode is Mode.CLI):
            return False
        self._asked_s = now_s
        return True

    async def _read(self) -> bool:
        """Return whether there is a hit that was not there at the last look."""
        if self._source is None:
            return False
        stamp = await self._source.stamp()
        if self._was_read and stamp == self._stamp:
            return False
        before, was_read = self._hit_at, self._was_read
        found = await self._source.read()
        skew = timedelta(seconds=self._clock.skew_s)  # the file's time is this computer's
        self._hit_at = None if found is None else found + skew
        self._stamp, self._was_read = stamp, True
        # The first look finds what happened before the start, and the first poll comes anyway.
        return was_read and self._hit_at is not None and self._hit_at != before


def _is_unexplained(snapshot: Snapshot, hit_at: datetime, now: datetime) -> bool:
    """Return whether a hit is recent, and nothing that is shown says which limit it was."""
    if snapshot.mode is Mode.WEB or not timedelta() <= now - hit_at < SAID_FOR:
        return False
    reading = snapshot.reading
    if reading is None:
        return True
    # The server has answered since the hit, so what it says counts.
    if reading.source not in _LOCAL and reading.fetched_at >= hit_at:
        return False
    return all((shown_percent(limit, now) or 0.0) < 100 for limit in reading.limits)
