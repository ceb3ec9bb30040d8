"""The view of an account: what is current, what is tightest, and until when it reads as it does."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.domain.policy import Paused, Poll, Reason
from claudometer.domain.region import Region
from claudometer.domain.snapshot import TRUST_FOR, Problem, Snapshot
from claudometer.domain.usage import Mode, Origin, Source
from claudometer.present.levels import Thresholds
from claudometer.present.view import CheckView, ResetState
from tests.clocks import NOON
from tests.readings import fable, reading, session, snapshot, spend, weekly
from tests.views import view


def told(minutes_ago: float) -> Origin:
    return Origin(Source.STATUS_LINE, NOON - timedelta(minutes=minutes_ago))


def test_the_tightest_limit_is_the_fullest_whose_number_still_holds() -> None:
    shown = view(snapshot(reading(session(99.0, resets_at=NOON), weekly(29.0), fable(None))))
    assert shown.tightest is not None
    assert shown.tightest.id == "weekly"
    assert view(snapshot(reading(fable(None)))).tightest is None


def test_a_number_that_is_old_is_not_the_tightest_while_another_is_current() -> None:
    limits = (replace(session(10.0), origin=told(1)), weekly(95.0))
    shown = view(snapshot(reading(*limits, fetched_at=NOON - timedelta(hours=1))))
    assert shown.tightest is not None
    assert (shown.tightest.id, shown.is_stale) == ("session", False)
    assert [limit.is_old for limit in shown.limits] == [False, True]


def test_without_numbers_there_is_nothing_to_show_and_nothing_holds() -> None:
    shown = view(Snapshot(mode=Mode.CLI))
    assert (shown.id, shown.limits, shown.tightest, shown.main, shown.spend) == (None, (), None, None, None)
    assert (shown.has_numbers, shown.is_stale) == (False, True)
    assert (shown.valid_until, shown.reads_until) == (None, None)


@pytest.mark.parametrize(
    ("limit", "state", "elapsed"),
    [
        (session(), ResetState.AHEAD, pytest.approx(100 * (1 - 130 / 300))),
        (session(resets_at=NOON), ResetState.OVER, None),
        (session(0.0, resets_at=None), ResetState.UNSTARTED, None),
        (session(5.0, resets_at=None), ResetState.UNKNOWN, None),
        (replace(session(), window_s=None), ResetState.AHEAD, None),
        (session(resets_at=NOON + timedelta(hours=9)), ResetState.AHEAD, 0.0),
    ],
)
def test_a_window_is_ahead_over_not_begun_or_unknown(
    limit: object, state: ResetState, elapsed: float | None
) -> None:
    (shown,) = view(snapshot(reading(limit))).limits  # type: ignore[arg-type]
    assert (shown.reset.state, shown.elapsed) == (state, elapsed)


def test_levels_follow_the_thresholds_that_are_given() -> None:
    shown = view(snapshot(reading(session(50.0))), thresholds=Thresholds(warning=40, critical=60))
    assert shown.limits[0].level == "warning"


def test_times_are_told_in_the_region_that_is_given() -> None:
    region = Region(timezone(timedelta(hours=9)), twelve_hour=True)
    shown = view(snapshot(), NOON, region)
    assert shown.main is not None
    assert (shown.main.when.clock, shown.main.when.spoken) == ("9:00 PM", "today 9:00 PM")


def test_an_overdue_check_is_due_now_and_its_plan_is_kept() -> None:
    planned = Poll(NOON - timedelta(minutes=3), Reason.INTERVAL)
    check = view(replace(snapshot(), next_poll=planned)).next_check
    assert isinstance(check, CheckView)
    assert (check.at, check.when.at) == (planned.at, NOON)


def test_a_pause_is_no_check() -> None:
    paused = Paused(ErrorCode.LOGIN_REJECTED)
    assert view(replace(snapshot(), next_poll=paused)).next_check == paused


def test_a_problem_brings_its_words_and_when_waiting_ends() -> None:
    problem = Problem(ErrorCode.RATE_LIMITED, until=NOON + timedelta(minutes=40))
    shown = view(replace(snapshot(), problem=problem)).problem
    assert shown is not None
    assert shown.until is not None
    assert shown.until.clock == "12:40"
    assert "12:40" in shown.message.title


def reads_until(shown: Snapshot, now: datetime = NOON) -> datetime | None:
    return view(shown, now).reads_until


def test_a_countdown_reads_otherwise_at_its_next_minute() -> None:
    far = NOON - timedelta(days=3)  # an age in days, which changes by the hour
    shown = snapshot(reading(session(81.0, NOON + timedelta(minutes=9, seconds=20)), fetched_at=far))
    assert reads_until(shown) == NOON + timedelta(seconds=20.5)


def test_a_countdown_in_days_reads_otherwise_at_its_next_hour() -> None:
    far = NOON - timedelta(days=3)
    shown = snapshot(reading(weekly(29.0, NOON + timedelta(days=2, minutes=50)), fetched_at=far))
    assert reads_until(shown) == NOON + timedelta(minutes=50, seconds=0.5)


def test_an_age_reads_otherwise_when_it_is_a_minute_more() -> None:
    shown = snapshot(reading(session(None, None), fetched_at=NOON - timedelta(seconds=90)))
    assert reads_until(shown) == NOON + timedelta(seconds=29.5)


@pytest.mark.parametrize("late_ms", [-400, 0, 400])
def test_a_fraction_of_a_second_takes_no_minute_off_a_countdown_nor_adds_one(late_ms: int) -> None:
    now = NOON + timedelta(milliseconds=late_ms)
    shown = view(snapshot(reading(session(), fetched_at=NOON - timedelta(minutes=3))), now)
    assert (shown.limits[0].reset.left, shown.limits[0].origin.age) == ("2 h 10 min", "3 min ago")
    assert shown.reads_until is not None
    later = view(snapshot(), shown.reads_until + timedelta(milliseconds=1))
    assert later.limits[0].reset.left == "2 h 9 min"


def test_a_number_valid_until_its_window_ends_or_it_is_too_old() -> None:
    soon = NOON + timedelta(minutes=1)
    assert view(snapshot(reading(session(81.0, soon)))).valid_until == soon
    assert view(snapshot(reading(session(81.0, None), spend=spend()))).valid_until == NOON + TRUST_FOR


def test_equal_snapshots_at_the_same_time_make_equal_views() -> None:
    assert view(snapshot(reading(fable()))) == view(snapshot(reading(fable())))
