"""Runs Claudometer with a wall clock that stands still: ``python fixed_time.py SECONDS WORDS``.

Every countdown and every "now" in the output is then the same in each run. The clock that counts from the
computer's start stands still as well, since waits are counted by it from run to run. The monotonic clock
keeps running, because timeouts need it. Must not import Claudometer before the clocks are replaced.
"""

from __future__ import annotations

import datetime
import random
import runpy
import sys
import time

STARTED_AT = datetime.datetime(2026, 8, 20, 12, tzinfo=datetime.UTC).timestamp()
"""When the boot clock's shift begins: it is as long as the wall clock's, as on a real machine."""

UPTIME_S = 86_400.0
"""How long the computer had been running then."""


class _InstanceCheck(type):
    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, _datetime)


_datetime = datetime.datetime


def fix(at: float) -> None:
    """Make every wall clock return ``at`` (seconds since 1970), and take the jitter out of the schedule."""

    class FixedDatetime(_datetime, metaclass=_InstanceCheck):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> FixedDatetime:
            return cls.fromtimestamp(at, tz)

    passed_s = at - STARTED_AT
    read_clock = time.clock_gettime
    datetime.datetime = FixedDatetime  # type: ignore[misc]
    time.time = lambda: at
    boot_clock = getattr(time, "CLOCK_BOOTTIME", None)  # Linux alone has it
    time.clock_gettime = lambda clock: (
        UPTIME_S + passed_s if clock == boot_clock else read_clock(clock) + passed_s
    )
    random.uniform = lambda a, b: (a + b) / 2


if __name__ == "__main__":
    fix(float(sys.argv[1]))
    sys.argv[:] = ["claudometer", *sys.argv[2:]]
    runpy.run_module("claudometer", run_name="__main__", alter_sys=False)
