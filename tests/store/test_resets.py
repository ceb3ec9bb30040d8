"""The reset ledger over many readings: a month with everything in it, and no false reset."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from claudometer.domain.history import ResetCause
from tests.clocks import NOON
from tests.histories import ACCOUNT, after, record, record_all
from tests.months import Month, live_through
from tests.readings import reading, session, weekly

if TYPE_CHECKING:
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


def test_a_month_has_exactly_the_resets_that_happened_each_of_its_kind(history: History) -> None:
    month = Month()
    record_all(history, *live_through(month))
    found = [(each.series.key.limit_id, each.reset.cause) for each in history.resets()]
    # Sessions that ended unwatched are of an unknown cause, and the others ended on time.
    unusual = [each for each in found if each[1] not in (ResetCause.ON_TIME, ResetCause.UNKNOWN)]
    assert sorted(unusual) == sorted(month.unusual)
    assert found.count(("weekly", ResetCause.ON_TIME)) == month.weeks
    assert found.count(("weekly", ResetCause.UNKNOWN)) == 0
    assert found.count(("session", ResetCause.ON_TIME)) > 20
