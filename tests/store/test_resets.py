"""The reset ledger over many readings: a month with everything in it, and no false reset."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.history import ResetCause
from tests.clocks import NOON
from tests.histories import ACCOUNT, after, record, record_all
from tests.months import Month, live_through
from tests.readings import reading, session, weekly

if TYPE_CHECKING:
    from datetime import datetime

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


def name_plan(history: History, plan: str, percent: float, *, minutes: float, ends: datetime) -> None:
    one = reading(session(percent, ends), weekly(percent), fetched_at=after(minutes))
    record_all(history, replace(one, account=replace(one.account, plan=plan)))


NEXT_DAY = NOON + 24 * HOUR


@pytest.mark.parametrize("named_after", [0, 5, 10, 8 * 60 - 1])
def test_a_plan_that_is_named_after_the_numbers_fell_corrects_the_cause(
    named_after: float, history: History
) -> None:
    """Claude Code's login may still name the old plan, while the server's numbers are the new one's."""
    name_plan(history, "Max 5x", 80, minutes=0, ends=NEXT_DAY)
    for minutes in (5, 10, 5 + named_after, 6 + named_after):
        name_plan(
            history, "Max 5x" if minutes < 5 + named_after else "Max 20x", 12, minutes=minutes, ends=NEXT_DAY
        )
    assert causes(history) == causes(history, "weekly") == [ResetCause.PLAN_CHANGE]


def test_a_plan_that_is_named_much_later_is_not_the_cause(history: History) -> None:
    name_plan(history, "Max 5x", 80, minutes=0, ends=NEXT_DAY)
    for minutes, plan in ((5, "Max 5x"), (10, "Max 5x"), (5 + 8 * 60 + 1, "Max 20x")):
        name_plan(history, plan, 12, minutes=minutes, ends=NEXT_DAY)
    assert causes(history) == causes(history, "weekly") == [ResetCause.SERVER_WIDE]


def test_a_reset_on_time_stays_so_when_a_new_plan_is_named_after_it(history: History) -> None:
    ends = NOON + 3 * MINUTE
    record(history, session(80, ends), minutes=0)
    for minutes, plan in ((5, None), (10, "Max 5x"), (15, "Max 20x")):
        one = reading(session(2, ends + 5 * HOUR), fetched_at=after(minutes))
        record_all(history, replace(one, account=replace(one.account, plan=plan)))
    assert causes(history) == [ResetCause.ON_TIME]


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
