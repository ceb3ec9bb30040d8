"""A clock that tests own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 8, 20, 12, 0, tzinfo=UTC)


class FakeClock:
    """Stands still until told otherwise; the three kinds of time can move apart, as in sleep."""

    skew_s = 0.0

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
        """Let time pass that the wall clock does not show."""
        self._monotonic += seconds
        self._boottime += seconds

    def sleep(self, seconds: float) -> None:
        """Let time pass while the machine sleeps."""
        self._now += timedelta(seconds=seconds)
        self._boottime += seconds

    def set_wall(self, now: datetime) -> None:
        self._now = now
