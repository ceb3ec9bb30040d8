"""Gives every Python program that finds this folder in ``PYTHONPATH`` the clocks of ``SteppedClock``.

Python imports a module of this name before a program's own code, so the program is the installed one, started
as users start it. Its wall clock and the clock that counts from the start of the computer stand still between
steps, so that each sentence about time is known beforehand. The monotonic clock also runs, because whoever
waits for another process does so by it.
"""

from __future__ import annotations

import datetime
import mmap
import os
import struct
import time
from pathlib import Path

_datetime = datetime.datetime


class _InstanceCheck(type):
    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, _datetime)


def replace_clocks(file: Path) -> None:
    """Make the clocks follow a file.

    It has three numbers, all in seconds: the wall time, how long the computer was awake, and its uptime.
    """
    with file.open("rb") as opened:
        shown = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
    read_clock, monotonic = time.clock_gettime, time.monotonic
    boot_clock = getattr(time, "CLOCK_BOOTTIME", None)  # Linux alone has it

    def read(place: int) -> float:
        value: float = struct.unpack_from("d", shown, 8 * place)[0]
        return value

    class SteppedDatetime(_datetime, metaclass=_InstanceCheck):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> SteppedDatetime:
            return cls.fromtimestamp(read(0), tz)

    datetime.datetime = SteppedDatetime  # type: ignore[misc]
    time.time = lambda: read(0)
    time.monotonic = lambda: monotonic() + read(1)
    time.clock_gettime = lambda clock: read(2) if clock == boot_clock else read_clock(clock)


if "STEPPED_CLOCK" in os.environ:
    replace_clocks(Path(os.environ["STEPPED_CLOCK"]))
