"""A clock that a test sets by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 8, 20, 12, 0, tzinfo=UTC)


class FakeClock:
    """A clock that moves only when a test moves it.

    Wall, monotonic and boot time are separate, because they differ after a suspend or when the wall clock
    is set.
    """

    skew_s = 0.0
    is_verified = True

    def __init__(self, now: datetime = NOON) -> None:
        self._now = now
        self._monotonic = 1000.0
        self._boottime = 5000.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def boottime(self) -> float:
        return self._boottime

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
        self.pass_silently(seconds)

    def pass_silently(self, seconds: float) -> None:
        """Advance monotonic and boot time by `seconds`; the wall clock stays."""
        self._monotonic += seconds
        self._boottime += seconds

    def sleep(self, seconds: float) -> None:
        """Suspend the machine for `seconds`: on Linux the monotonic clock does not advance meanwhile."""
        self._now += timedelta(seconds=seconds)
        self._boottime += seconds

    def set_wall(self, now: datetime) -> None:
        self._now = now
