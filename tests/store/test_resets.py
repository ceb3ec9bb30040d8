"""The reset ledger over many readings: a month with everything in it, and no false reset."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from claudometer.domain.history import ResetCause
from tests.clocks import NOON
from tests.histories import ACCOUNT, after, record, record_all
from tests.readings import fable, reading, session, weekly

if TYPE_CHECKING:
    from claudometer.domain.usage import Reading
    from claudometer.store.history import History

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def causes(history: History, limit_id: str = "session") -> list[ResetCause]:
    resets = history.resets(account=ACCOUNT)
    return [each.reset.cause for each in resets if each.series.key.limit_id == limit_id]


def test_a_reset_says_what_was_promised_and_between_which_readings_it_happened(history: History) -> None:
    ends, then = NOON + 2 * HOUR, NOON + 7 * HOUR
    record(history, session(70, ends), minutes=110)
    record(history, session(71, ends), minutes=118)
    record(history, session(0, then), minutes=123)
    ((found),) = history.resets()
    reset = found.reset
    assert (reset.promised_at, reset.seen_before, reset.seen_after) == (ends, after(118), after(123))
    assert (reset.percent_before, reset.percent_after, reset.next_at) == (71, 0, then)
    assert (reset.cause, found.series.label) == (ResetCause.ON_TIME, "Session")


def test_one_wrong_answer_of_the_server_is_no_reset(history: History) -> None:
    for minutes, percent in enumerate((80, 80, 0, 80, 81)):
        record(history, session(percent), minutes=minutes)
    assert history.resets() == []


def test_an_early_reset_is_listed_as_soon_as_a_second_reading_confirms_it(history: History) -> None:
    record(history, weekly(60, NOON + 3 * DAY), minutes=0)
    record(history, weekly(0, NOON + 7 * DAY), minutes=5)
    assert history.resets() == []
    record(history, weekly(1, NOON + 7 * DAY), minutes=10)
    assert causes(history, "weekly") == [ResetCause.EARLY]


def test_an_early_reset_of_several_limits_in_one_reading_is_server_wide(history: History) -> None:
    record(history, session(50, NOON + 2 * HOUR), weekly(60, NOON + 3 * DAY), minutes=0)
    for minutes in (5, 10):
        record(history, session(0, NOON + 5 * HOUR), weekly(0, NOON + 7 * DAY), minutes=minutes)
    assert {each.reset.cause for each in history.resets()} == {ResetCause.SERVER_WIDE}


def test_a_change_of_plan_is_told_from_a_reset(history: History) -> None:
    record(history, weekly(60))
    for minutes in (5, 10):
        one = reading(weekly(15), fetched_at=after(minutes))
        record_all(history, replace(one, account=replace(one.account, plan="Max 20x")))
    assert causes(history, "weekly") == [ResetCause.PLAN_CHANGE]


class Month:
    """A month of an account: what the server would answer at a time, with its jitter."""

    def __init__(self) -> None:
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
            self.unusual.append(("session", ResetCause.GRANTED))
        elif passed == 16 * DAY:  # all weeks of everybody begin
            self.week_used = self.model_used = 0.0
            self.week_ends = now + 7 * DAY
            self.unusual += [(name, ResetCause.SERVER_WIDE) for name in ("weekly", "weekly:fable")]
        elif passed == 20 * DAY:
            self.plan = "Max 20x"
            self.week_used, self.model_used = self.week_used / 4, self.model_used / 4
            self.unusual += [(name, ResetCause.PLAN_CHANGE) for name in ("weekly", "weekly:fable")]
        elif passed == 25 * DAY:
            self.late_by = 20 * MINUTE
            self.unusual.append(("session", ResetCause.LATE))
        self._work(now)

    def _work(self, now: datetime) -> None:
        """Work a minute, on weekdays from 8 to 20 o'clock."""
        if self.session_ends is not None and now >= self.session_ends + self.late_by:
            self.session_ends, self.session_used, self.late_by = None, 0.0, timedelta()
        if now >= self.week_ends:
            self.week_ends += 7 * DAY
            self.week_used = self.model_used = 0.0
            self.weeks += 1
        is_over = self.session_ends is not None and now >= self.session_ends
        if now.weekday() < 5 and 8 <= now.hour < 20 and not is_over:
            if self.session_ends is None:
                self.session_ends = now.replace(minute=0, second=0, microsecond=0) + 5 * HOUR
            self.session_used += self._chance.random() * 0.6
            self.week_used += self._chance.random() * 0.02
            self.model_used += self._chance.random() * 0.03

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


def test_a_month_has_exactly_the_resets_that_happened_each_of_its_kind(history: History) -> None:
    month, now = Month(), NOON
    readings: list[Reading] = []
    while now < NOON + 30 * DAY:
        now += MINUTE
        month.live(now)
        is_asleep = now.hour < 7 or now.hour == 15  # and an outage in the afternoon
        if now.minute % 5 == 0 and not is_asleep:
            readings.append(month.answer(now))
    record_all(history, *readings)
    found = [(each.series.key.limit_id, each.reset.cause) for each in history.resets()]
    # Sessions that ended unwatched are of an unknown cause, and the others ended on time.
    unusual = [each for each in found if each[1] not in (ResetCause.ON_TIME, ResetCause.UNKNOWN)]
    assert sorted(unusual) == sorted(month.unusual)
    assert found.count(("weekly", ResetCause.ON_TIME)) == month.weeks
    assert found.count(("weekly", ResetCause.UNKNOWN)) == 0
    assert found.count(("session", ResetCause.ON_TIME)) > 20
