"""Runs Claudometer with a wall clock that stands still: ``python fixed_time.py SECONDS WORDS``.

With ``--fork SOCKET MODULE…`` it forks one Claudometer for each request, see ``tests.warm.server``.

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
from pathlib import Path

STARTED_AT = datetime.datetime(2026, 8, 20, 12, tzinfo=datetime.UTC).timestamp()
"""When the boot clock's shift begins: it is as long as the wall clock's, as on a real machine."""

UPTIME_S = 86_400.0
"""How long the computer had been running then."""


class _InstanceCheck(type):
    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, _datetime)


_datetime = datetime.datetime


_stopped_at = STARTED_AT
"""What the clocks show. A fork of this process sets it again."""


def stop_clocks(at: float) -> None:
    """Make every wall clock return ``at`` (seconds since 1970)."""
    globals()["_stopped_at"] = at


def replace_clocks() -> None:
    """Replace the clocks by those that stand still, and take the jitter out of the schedule."""

    class FixedDatetime(_datetime, metaclass=_InstanceCheck):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> FixedDatetime:
            return cls.fromtimestamp(_stopped_at, tz)

    read_clock = time.clock_gettime
    datetime.datetime = FixedDatetime  # type: ignore[misc]
    time.time = lambda: _stopped_at
    boot_clock = getattr(time, "CLOCK_BOOTTIME", None)  # Linux alone has it

    def read(clock: int) -> float:
        passed_s = _stopped_at - STARTED_AT
        return UPTIME_S + passed_s if clock == boot_clock else read_clock(clock) + passed_s

    time.clock_gettime = read
    random.uniform = lambda a, b: (a + b) / 2


def _receive_words() -> list[str]:
    """Fork for each request, and return the words of a command in the child."""
    sys.path[0] = str(Path(__file__).parents[2])
    from tests.warm.server import open_channel, serve

    request = serve(open_channel(int(sys.argv[2])), sys.argv[3:])
    assert request.at is not None
    stop_clocks(request.at)
    return request.arguments


if __name__ == "__main__":
    replace_clocks()
    if sys.argv[1] == "--fork":
        words = _receive_words()
    else:
        stop_clocks(float(sys.argv[1]))
        words = sys.argv[2:]
    sys.argv[:] = ["claudometer", *words]
    runpy.run_module("claudometer", run_name="__main__", alter_sys=False)
