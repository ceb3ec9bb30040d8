"""A clock that runs many times faster than real time, and agrees between processes."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True)
class FastClock:
    """A clock that advances ``factor`` seconds for each real second since ``began``.

    ``began`` is in real seconds since 1970; clocks with the same values agree.
    """

    began: float
    factor: float
    skew_s: float = 0.0
    is_verified: bool = True

    def now(self) -> datetime:
        passed_s = (time.time() - self.began) * self.factor
        return datetime.fromtimestamp(self.began, UTC) + timedelta(seconds=passed_s)

    def monotonic(self) -> float:
        return time.monotonic() * self.factor

    def boottime(self) -> float:
        return self.monotonic()
