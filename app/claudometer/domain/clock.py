"""The clocks. Code that needs the time is passed a ``Clock``, so that tests control time."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Protocol


class Clock(Protocol):
    """Wall time for what people read, and two clocks that cannot be set, for how long things take."""

    @property
    def skew_s(self) -> float:
        """How far this computer's own clock is behind ``now()``, in seconds; negative when it is ahead."""
        ...

    @property
    def is_verified(self) -> bool:
        """Whether a server has told the time. Until then it may be wrong by years."""
        ...

    def now(self) -> datetime:
        """Return the wall time, aware UTC. It may jump: people set clocks."""
        ...

    def monotonic(self) -> float:
        """Return seconds that only go forward. They may stop while the computer sleeps."""
        ...

    def boottime(self) -> float:
        """Return seconds that only go forward, also while the computer sleeps if the system counts that."""
        ...


# Linux has CLOCK_BOOTTIME. On macOS the raw clock counts sleep, while the monotonic one changes when the wall
# clock is set. Elsewhere (Windows) Python's monotonic clock counts sleep.
_BOOTTIME: int | None = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC_RAW", None))


class SystemClock:
    """The computer's own clock."""

    skew_s = 0.0
    is_verified = False

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def boottime(self) -> float:
        return time.monotonic() if _BOOTTIME is None else time.clock_gettime(_BOOTTIME)


SKEW_FROM_S = 60.0
"""A larger difference is corrected and shown. A smaller one is invisible: countdowns are in minutes."""

SKEW_UNTIL_S = 45.0
"""The correction ends below this, so that a skew of about a minute does not switch it on and off."""

TRUSTED_WITHIN_S = 10.0
"""A server's time that is less certain than this is ignored."""


@dataclass(frozen=True, slots=True)
class ServerTime:
    """A reading of a server's clock.

    Attributes:
        at: the server's time, aware UTC, when our ``boottime()`` was ``boot_s``.
        uncertainty_s: how far off that may be in either direction: half of the request's duration, and the
            header's resolution.
    """

    at: datetime
    boot_s: float
    uncertainty_s: float


class CorrectedClock:
    """Follows the server's time while the computer's own clock is wrong.

    Reset times are the server's, so countdowns have to follow the server's clock. Once that is known, setting
    the wall clock an hour back or a year forward changes nothing; setting it right ends the correction.
    """

    def __init__(self, own: Clock) -> None:
        self._own = own
        self._known: ServerTime | None = None
        self._is_correcting = False

    @property
    def own(self) -> Clock:
        """The computer's clock as it is set, which files are dated by."""
        return self._own

    @property
    def is_verified(self) -> bool:
        """Whether a server has told the time."""
        return self._known is not None

    @property
    def skew_s(self) -> float:
        return self._correction(self._own.now()).total_seconds()

    def now(self) -> datetime:
        own = self._own.now()
        return own + self._correction(own)

    def monotonic(self) -> float:
        return self._own.monotonic()

    def boottime(self) -> float:
        return self._own.boottime()

    def observe(self, server: ServerTime) -> bool:
        """Follow the server's time from here on, and return whether ``now()`` has jumped because of it.

        A time that agrees with the known one changes nothing: the header counts whole seconds, and a
        correction that follows each response would move all the time.
        """
        # After a slow answer, its `Date` may be from the beginning or the end of the wait.
        if server.uncertainty_s > TRUSTED_WITHIN_S or self._agrees(server):
            return False
        before = self.now()
        self._known = server
        return abs((self.now() - before).total_seconds()) > SKEW_UNTIL_S

    def _agrees(self, server: ServerTime) -> bool:
        known = self._known
        if known is None:
            return False
        gap_s = abs((_server_time_at(server.boot_s, known) - server.at).total_seconds())
        return gap_s <= known.uncertainty_s + server.uncertainty_s

    def _correction(self, own: datetime) -> timedelta:
        if self._known is None:
            return timedelta()
        try:
            gap = _server_time_at(self._own.boottime(), self._known) - own
        except OverflowError:  # past the year 9999: a clock that says so is no base for a correction
            return timedelta()
        threshold_s = SKEW_UNTIL_S if self._is_correcting else SKEW_FROM_S
        self._is_correcting = abs(gap.total_seconds()) > threshold_s
        return gap if self._is_correcting else timedelta()


def _server_time_at(boot_s: float, known: ServerTime) -> datetime:
    return known.at + timedelta(seconds=boot_s - known.boot_s)


LEAST_SLEEP_S = 10.0
"""A shorter sleep outdates no number."""

LEAST_JUMP_S = 60.0
"""A smaller step of the wall clock is normal: time synchronization corrects a few seconds at once."""


class Lapse(StrEnum):
    """What happened to time between two readings of the clocks."""

    SLEEP = "sleep"
    JUMP = "jump"


@dataclass(frozen=True, slots=True)
class ClockReading:
    """All clocks at one moment. ``wall`` is the computer's own, uncorrected."""

    wall: datetime
    monotonic: float
    boottime: float

    @classmethod
    def at(cls, clock: Clock) -> ClockReading:
        """Read them now."""
        wall = clock.now() - timedelta(seconds=clock.skew_s)
        return cls(wall, clock.monotonic(), clock.boottime())

    def lapse_since(self, before: ClockReading) -> Lapse | None:
        """Return what happened since an earlier reading, ``None`` if time has simply passed.

        Where no clock counts sleep, and in a virtual machine that was paused, a sleep looks like a jump of
        the wall clock.
        """
        passed_s = self.boottime - before.boottime
        if passed_s - (self.monotonic - before.monotonic) >= LEAST_SLEEP_S:
            return Lapse.SLEEP
        by_wall_s = (self.wall - before.wall).total_seconds()
        return Lapse.JUMP if abs(by_wall_s - passed_s) >= LEAST_JUMP_S else None
