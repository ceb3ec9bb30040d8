"""A month of an account with everything in it: jitter, and resets of every kind."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from claudometer.domain.history import ResetCause
from tests.clocks import NOON
from tests.readings import fable, reading, session, weekly

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from claudometer.domain.usage import Reading

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Month:
    """A month of an account: what the server would answer at a time, with its jitter.

    Args:
        heavier: multiplies all use; no percent exceeds 104.

    Attributes:
        serials: how many windows of each limit have ended, by its id. An early reset and a change of the plan
            end a window, too.
        unusual: the resets that did not come on time, by limit.
    """

    def __init__(self, heavier: float = 1.0) -> None:
        self.heavier = heavier
        self.serials = dict.fromkeys(("session", "weekly", "weekly:fable"), 0)
        self._chance = random.Random(16)  # noqa: S311 - no secret
        self.week_ends = NOON + 5 * DAY
        self.week_used = 0.0
        self.model_used = 0.0
        self.session_ends: datetime | None = None
        self.session_used = 0.0
        self.plan = "Max 5x"
        self.late_by = timedelta()
        self.weeks = 0
        self.unusual: list[tuple[str, ResetCause]] = []

    def live(self, now: datetime) -> None:
        """Let a minute pass, and what happens in it."""
        passed = now - NOON
        if passed == 12 * DAY + 2 * HOUR:  # a grant was used
            self.session_used = 0.0
            self._begin("session")
            self.unusual.append(("session", ResetCause.GRANTED))
        elif passed == 16 * DAY:  # the server resets the weeks of all accounts
            self.week_used = self.model_used = 0.0
            self.week_ends = now + 7 * DAY
            self._begin("weekly", "weekly:fable")
            self.unusual += [(name, ResetCause.SERVER_WIDE) for name in ("weekly", "weekly:fable")]
        elif passed == 20 * DAY:
            self.plan = "Max 20x"
            self.week_used, self.model_used = self.week_used / 4, self.model_used / 4
            self._begin("weekly", "weekly:fable")
            self.unusual += [(name, ResetCause.PLAN_CHANGE) for name in ("weekly", "weekly:fable")]
        elif passed == 25 * DAY:
            self.late_by = 20 * MINUTE
            self.unusual.append(("session", ResetCause.LATE))
        self._work(now)

    def _work(self, now: datetime) -> None:
        """Work a minute, on weekdays from 8 to 20 o'clock."""
        if self.session_ends is not None and now >= self.session_ends + self.late_by:
            self.session_ends, self.session_used, self.late_by = None, 0.0, timedelta()
            self._begin("session")
        if now >= self.week_ends:
            self.week_ends += 7 * DAY
            self.week_used = self.model_used = 0.0
            self.weeks += 1
            self._begin("weekly", "weekly:fable")
        is_over = self.session_ends is not None and now >= self.session_ends
        if now.weekday() < 5 and 8 <= now.hour < 20 and not is_over:
            if self.session_ends is None:
                self.session_ends = now.replace(minute=0, second=0, microsecond=0) + 5 * HOUR
            self.session_used = self._more(self.session_used, 0.6)
            self.week_used = self._more(self.week_used, 0.02)
            self.model_used = self._more(self.model_used, 0.03)

    def _more(self, used: float, most: float) -> float:
        return min(104.0, used + self._chance.random() * most * self.heavier)

    def _begin(self, *limits: str) -> None:
        for limit in limits:
            self.serials[limit] += 1

    def answer(self, now: datetime) -> Reading:
        """Return what the server says: reset times vary by up to two seconds."""
        ends = None if self.session_ends is None else self._jitter(self.session_ends)
        limits = (
            session(round(self.session_used), ends),
            weekly(round(self.week_used), self._jitter(self.week_ends)),
            fable(round(self.model_used), self._jitter(self.week_ends)),
        )
        one = reading(*limits, fetched_at=now)
        return replace(one, account=replace(one.account, plan=self.plan))

    def _jitter(self, at: datetime) -> datetime:
        return at + timedelta(seconds=self._chance.uniform(-2, 2))


def live_through(month: Month) -> Iterator[Reading]:
    """Yield what a computer sees of the month: it sleeps at night, and is offline in an afternoon's hour."""
    now = NOON
    while now < NOON + 30 * DAY:
        now += MINUTE
        month.live(now)
        is_asleep = now.hour < 7 or now.hour == 15
        if now.minute % 5 == 0 and not is_asleep:
            yield month.answer(now)
