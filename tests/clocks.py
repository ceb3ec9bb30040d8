"""A clock that tests own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 8, 20, 12, 0, tzinfo=UTC)


class FakeClock:
    """Stands still until told otherwise; wall and monotonic time can move apart, as in sleep."""

    def __init__(self, now: datetime = NOON) -> None:
        self._now = now
        self._monotonic = 1000.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
        self._monotonic += seconds

    def pass_silently(self, seconds: float) -> None:
        """Let time pass that the wall clock does not show."""
        self._monotonic += seconds

    def set_wall(self, now: datetime) -> None:
        self._now = now
