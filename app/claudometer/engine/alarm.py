"""The poller's alarm clock: tells when a poll is due, wanted or owed, by the clock that nobody sets."""

from __future__ import annotations

import asyncio
import math
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from claudometer.domain.budget import MAX_BLOCK_S
from claudometer.domain.policy import Cause, Paused, Poll, Reason

if TYPE_CHECKING:
    from claudometer.domain.clock import Clock
    from claudometer.domain.policy import Why


class Alarm:
    """Set to one plan at a time; whoever wants a poll before that rings it, at once or in some seconds."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._stirred = asyncio.Event()
        self._wanted: Cause | None = None
        self._owed: tuple[float, Cause] | None = None
        self._planned: tuple[float, Reason] | None = None

    @property
    def is_owing(self) -> bool:
        """Whether a poll is to come in a moment, in place of the plan."""
        return self._owed is not None

    def follow(self, plan: Poll | Paused) -> None:
        """Be due when the plan says, which is never later than the longest wait there is."""
        self._planned = None
        if isinstance(plan, Poll):
            wait_s = min(float(MAX_BLOCK_S), (plan.at - self._clock.now()).total_seconds())
            self._planned = (self._clock.boottime() + wait_s, plan.reason)
        self._stirred.set()

    def restated(self, plan: Poll) -> Poll:
        """Return the plan with the time that today's clock will show then."""
        if self._planned is None:
            return plan
        left_s = self._planned[0] - self._clock.boottime()
        return Poll(self._clock.now() + timedelta(seconds=left_s), plan.reason)

    def ring(self, cause: Cause) -> None:
        """Be due now."""
        self._wanted = cause
        self._stirred.set()

    def owe(self, cause: Cause, delay_s: float) -> None:
        """Be due in ``delay_s`` seconds, and not before."""
        self._owed = (self._clock.boottime() + delay_s, cause)
        self._stirred.set()

    def answer(self) -> None:
        """Take what was wanted and owed as done: a poll begins."""
        self._wanted = self._owed = None

    def due(self) -> Why | None:
        """Say why a poll is due now, ``None`` while none is."""
        if self._wanted is not None:
            return self._wanted
        at_s, why = self._next()
        return why if at_s <= self._clock.boottime() else None

    async def wait(self, longest_s: float) -> None:
        """Wait until something may be due, or something was changed, or for ``longest_s``."""
        if self._wanted is None:
            left_s = self._next()[0] - self._clock.boottime()
            with suppress(TimeoutError):
                async with asyncio.timeout(min(longest_s, left_s)):
                    await self._stirred.wait()
        self._stirred.clear()

    def _next(self) -> tuple[float, Why | None]:
        return self._owed or self._planned or (math.inf, None)
