"""The one clock. Everything that needs the time is given one, so that tests own time."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Protocol


class Clock(Protocol):
    """Wall time for what people read, and two clocks that nobody sets for how long things take."""

    @property
    def behind_s(self) -> float:
        """How far this computer's own clock is behind ``now()``, seconds; below 0 when it is ahead."""
        ...

    def now(self) -> datetime:
        """Return the wall time, aware UTC. It may jump: people set clocks."""
        ...

    def monotonic(self) -> float:
        """Return seconds that only ever go forward; they may stand still while the machine sleeps."""
        ...

    def boottime(self) -> float:
        """Return seconds that only ever go forward and, where the system can tell, go on in sleep."""
        ...


# CLOCK_BOOTTIME is Linux's; macOS counts sleep with its raw clock, and its mere monotonic one is set along
# with the wall clock. Elsewhere (Windows) Python's monotonic clock goes on in sleep by itself.
_BOOTTIME: int | None = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC_RAW", None))


class SystemClock:
    """The machine's own clock."""

    behind_s = 0.0

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def boottime(self) -> float:
        return time.monotonic() if _BOOTTIME is None else time.clock_gettime(_BOOTTIME)


SKEW_FROM_S = 60.0
"""Clocks that differ by more are told apart; less is not worth a word."""

SKEW_UNTIL_S = 45.0
"""Told apart until they differ by less than this: a skew of just a minute does not come and go."""

TRUSTED_WITHIN_S = 10.0
"""A server's time that is less certain than this says too little."""


@dataclass(frozen=True, slots=True)
class ServerTime:
    """What a server's clock said.

    Attributes:
        at: the server's time, aware UTC, as it was when our ``boottime()`` said ``boot_s``.
        uncertainty_s: how far off that may be, either way: half of the way there and back, and the header's
            resolution.
    """

    at: datetime
    boot_s: float
    uncertainty_s: float


class CorrectedClock:
    """A clock that was told the server's time, and goes by it where the machine's own is wrong.

    The reset times are the server's, so it is the server's clock that countdowns have to go by. Once it was
    heard, a wall clock that is set an hour back or a year forward changes nothing; when it is put right, the
    correction ends by itself.
    """

    def __init__(self, own: Clock) -> None:
        self._own = own
        self._heard: ServerTime | None = None
        self._is_correcting = False

    @property
    def own(self) -> Clock:
        """The clock as it is set: files of this computer are stamped by it."""
        return self._own

    @property
    def behind_s(self) -> float:
        return self._correction(self._own.now()).total_seconds()

    def now(self) -> datetime:
        own = self._own.now()
        return own + self._correction(own)

    def monotonic(self) -> float:
        return self._own.monotonic()

    def boottime(self) -> float:
        return self._own.boottime()

    def observe(self, heard: ServerTime) -> bool:
        """Go by what a server said, and tell whether ``now()`` has jumped by that.

        What agrees with what is known already changes nothing: the header counts whole seconds, and a
        correction that follows each answer would never stand still.
        """
        if heard.uncertainty_s > TRUSTED_WITHIN_S or self._agrees(heard):
            return False
        before = self.now()
        self._heard = heard
        return abs((self.now() - before).total_seconds()) > SKEW_UNTIL_S

    def _agrees(self, heard: ServerTime) -> bool:
        known = self._heard
        if known is None:
            return False
        gap_s = abs((_moved(known, heard.boot_s) - heard.at).total_seconds())
        return gap_s <= known.uncertainty_s + heard.uncertainty_s

    def _correction(self, own: datetime) -> timedelta:
        if self._heard is None:
            return timedelta()
        try:
            gap = _moved(self._heard, self._own.boottime()) - own
        except OverflowError:
            return timedelta()
        least_s = SKEW_UNTIL_S if self._is_correcting else SKEW_FROM_S
        self._is_correcting = abs(gap.total_seconds()) > least_s
        return gap if self._is_correcting else timedelta()


def _moved(heard: ServerTime, boot_s: float) -> datetime:
    return heard.at + timedelta(seconds=boot_s - heard.boot_s)


LEAST_SLEEP_S = 10.0
LEAST_JUMP_S = 60.0


class Lapse(StrEnum):
    """What happened to time between two looks at the clocks."""

    SLEEP = "sleep"
    JUMP = "jump"


@dataclass(frozen=True, slots=True)
class Look:
    """All clocks at one moment. ``wall`` is the machine's own, uncorrected."""

    wall: datetime
    monotonic: float
    boottime: float

    @classmethod
    def at(cls, clock: Clock) -> Look:
        """Look at them now."""
        wall = clock.now() - timedelta(seconds=clock.behind_s)
        return cls(wall, clock.monotonic(), clock.boottime())

    def lapse_since(self, before: Look) -> Lapse | None:
        """Tell what happened since an earlier look, ``None`` for time that just passed.

        Where no clock goes on in sleep, and in a virtual machine that was stopped, a sleep shows as a jump
        of the wall clock.
        """
        passed_s = self.boottime - before.boottime
        if passed_s - (self.monotonic - before.monotonic) >= LEAST_SLEEP_S:
            return Lapse.SLEEP
        by_wall_s = (self.wall - before.wall).total_seconds()
        return Lapse.JUMP if abs(by_wall_s - passed_s) >= LEAST_JUMP_S else None
