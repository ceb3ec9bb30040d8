"""The view of an account: what is current, what is tightest, and until when its texts stay the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.domain.freshness import TRUST_FOR
from claudometer.domain.next_poll import Paused, Poll, Reason
from claudometer.domain.plan import StoppedBy
from claudometer.domain.region import Region
from claudometer.domain.snapshot import Problem, Snapshot
from claudometer.domain.usage import Mode, Origin, Source
from claudometer.present.levels import Thresholds
from claudometer.present.view import CheckView, ResetState
from tests.clocks import NOON
from tests.readings import credit, fable, reading, session, snapshot, spend, weekly
from tests.views import view


def from_status_line(minutes_ago: float) -> Origin:
    return Origin(Source.STATUS_LINE, NOON - timedelta(minutes=minutes_ago))


def test_the_tightest_limit_is_the_fullest_whose_number_is_still_valid() -> None:
    shown = view(snapshot(reading(session(99.0, resets_at=NOON), weekly(29.0), fable(None))))
    assert shown.tightest is not None
    assert shown.tightest.id == "weekly"
    assert view(snapshot(reading(fable(None)))).tightest is None


def test_an_old_number_is_not_the_tightest_while_another_is_current() -> None:
    limits = (replace(session(10.0), origin=from_status_line(1)), weekly(95.0))
    shown = view(snapshot(reading(*limits, fetched_at=NOON - timedelta(hours=1))))
    assert shown.tightest is not None
    assert (shown.tightest.id, shown.is_stale) == ("session", False)
    assert [limit.is_old for limit in shown.limits] == [False, True]


def test_without_numbers_there_is_nothing_to_show_and_nothing_to_expire() -> None:
    shown = view(Snapshot(mode=Mode.CLI))
    assert (shown.id, shown.limits, shown.tightest, shown.main, shown.spend) == (None, (), None, None, None)
    assert (shown.has_numbers, shown.is_stale) == (False, True)
    assert (shown.valid_until, shown.text_valid_until) == (None, None)


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
def test_a_reset_is_ahead_over_not_started_or_unknown(
    limit: object, state: ResetState, elapsed: float | None
) -> None:
    (shown,) = view(snapshot(reading(limit))).limits  # type: ignore[arg-type]
    assert (shown.reset.state, shown.elapsed) == (state, elapsed)


def test_levels_follow_the_given_thresholds() -> None:
    shown = view(snapshot(reading(session(50.0))), thresholds=Thresholds(warning=40, critical=60))
    assert shown.limits[0].level == "warning"


def test_a_limit_with_thresholds_of_its_own_follows_those() -> None:
    both = snapshot(reading(session(50.0), weekly(50.0)))
    shown = view(both, thresholds=Thresholds(own={"weekly": Thresholds(warning=40, critical=45)}))
    assert [limit.level for limit in shown.limits] == ["ok", "critical"]


def test_times_are_those_of_the_given_region() -> None:
    region = Region(timezone(timedelta(hours=9)), twelve_hour=True)
    shown = view(snapshot(), NOON, region)
    assert shown.main is not None
    assert (shown.main.when.clock, shown.main.when.said) == ("9:00 PM", "today 9:00 PM")


def test_an_overdue_check_is_shown_as_due_now_and_keeps_its_planned_time() -> None:
    planned = Poll(NOON - timedelta(minutes=3), Reason.INTERVAL)
    check = view(replace(snapshot(), next_poll=planned)).next_check
    assert isinstance(check, CheckView)
    assert (check.at, check.when.at) == (planned.at, NOON)


def test_a_pause_takes_the_place_of_the_next_check() -> None:
    paused = Paused(ErrorCode.LOGIN_REJECTED)
    assert view(replace(snapshot(), next_poll=paused)).next_check == paused


def test_a_problem_has_its_message_and_the_end_of_the_wait() -> None:
    problem = Problem(ErrorCode.RATE_LIMITED, until=NOON + timedelta(minutes=40))
    shown = view(replace(snapshot(), problem=problem)).problem
    assert shown is not None
    assert shown.until is not None
    assert shown.until.clock == "12:40"
    assert "12:40" in shown.message.title


def text_valid_until(shown: Snapshot, now: datetime = NOON) -> datetime | None:
    return view(shown, now).text_valid_until


def test_a_countdown_changes_at_its_next_minute() -> None:
    far = NOON - timedelta(days=3)  # an age in days, which changes by the hour
    shown = snapshot(reading(session(81.0, NOON + timedelta(minutes=9, seconds=20)), fetched_at=far))
    assert text_valid_until(shown) == NOON + timedelta(seconds=20.5)


def test_a_countdown_in_days_changes_at_its_next_hour() -> None:
    far = NOON - timedelta(days=3)
    shown = snapshot(reading(weekly(29.0, NOON + timedelta(days=2, minutes=50)), fetched_at=far))
    assert text_valid_until(shown) == NOON + timedelta(minutes=50, seconds=0.5)


def test_an_age_changes_when_it_grows_by_a_minute() -> None:
    shown = snapshot(reading(session(None, None), fetched_at=NOON - timedelta(seconds=90)))
    assert text_valid_until(shown) == NOON + timedelta(seconds=29.5)


def test_the_age_of_a_credit_changes_too() -> None:
    """The age of a credit from another source stayed the same for up to a minute too long."""
    granted = replace(credit(), origin=from_status_line(1.5))
    numbers = replace(reading(session(None, None), fetched_at=NOON), credits=(granted,))
    assert text_valid_until(snapshot(numbers)) == NOON + timedelta(seconds=29.5)


@pytest.mark.parametrize("late_ms", [-400, 0, 400])
def test_a_fraction_of_a_second_does_not_change_the_minutes_of_a_countdown(late_ms: int) -> None:
    now = NOON + timedelta(milliseconds=late_ms)
    shown = view(snapshot(reading(session(), fetched_at=NOON - timedelta(minutes=3))), now)
    assert (shown.limits[0].reset.left, shown.limits[0].origin.age) == ("2 h 10 min", "3 min ago")
    assert shown.text_valid_until is not None
    later = view(snapshot(), shown.text_valid_until + timedelta(milliseconds=1))
    assert later.limits[0].reset.left == "2 h 9 min"


def test_a_number_is_valid_until_its_window_ends_or_it_is_too_old() -> None:
    soon = NOON + timedelta(minutes=1)
    assert view(snapshot(reading(session(81.0, soon)))).valid_until == soon
    assert view(snapshot(reading(session(81.0, None), spend=spend()))).valid_until == NOON + TRUST_FOR


def test_equal_snapshots_at_the_same_time_make_equal_views() -> None:
    assert view(snapshot(reading(fable()))) == view(snapshot(reading(fable())))


@pytest.mark.parametrize(
    ("by", "level"),
    [
        (StoppedBy.USER, "unknown"),
        (StoppedBy.ORGANIZATION, "unknown"),
        (None, "unknown"),
        (StoppedBy.CREDITS, "critical"),
        (StoppedBy.CAP, "critical"),
    ],
)
def test_extra_usage_that_is_stopped_has_no_green_bar(by: StoppedBy | None, level: str) -> None:
    stopped = replace(spend(), enabled=False, stopped_by=by)
    shown, paying = (view(snapshot(reading(session(), spend=one))).spend for one in (stopped, spend()))
    assert shown is not None
    assert paying is not None
    assert (shown.level, paying.level) == (level, "ok")
