"""Which limits need no request because local sources have just reported them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from claudometer.domain.next_poll import Coverage
from claudometer.domain.usage import Limit, LocalLogin, LocalReading, Source
from claudometer.providers.claude.local_coverage import coverage_of
from tests.clocks import NOON
from tests.readings import credit, fable, reading, session, spend, weekly

LOGIN = LocalLogin(reading().account.id)
NOW = NOON + timedelta(minutes=10)
CALM = Coverage(incomplete=True, jumped=False)


def line(*limits: Limit, at: datetime = NOW) -> LocalReading:
    return LocalReading(Source.STATUS_LINE, at, limits or (session(84.0), weekly(30.0)))


def test_a_recent_status_line_covers_session_and_week() -> None:
    assert coverage_of(reading(), [line()], LOGIN, NOW) == CALM


def test_a_status_line_covers_for_five_minutes() -> None:
    assert coverage_of(reading(), [line(at=NOW - timedelta(minutes=5))], LOGIN, NOW) == CALM
    assert coverage_of(reading(), [line(at=NOW - timedelta(minutes=5, seconds=1))], LOGIN, NOW) is None


@pytest.mark.parametrize(
    "local",
    [
        [],
        [line(weekly(30.0))],
        [line(session(79.9), weekly(30.0))],
        [line(session(84.0), weekly(27.9))],
        [line(session(84.0), weekly(30.0, NOON + timedelta(days=2)))],
        [line(session(84.0, NOON + timedelta(minutes=30)), weekly(30.0))],
    ],
    ids=[
        "nothing",
        "no session",
        "a session that others used too",
        "a week that others used too",
        "somebody else's",
        "an older window",
    ],
)
def test_missing_or_disagreeing_numbers_cover_nothing(local: list[LocalReading]) -> None:
    assert coverage_of(reading(), local, LOGIN, NOW) is None


def test_nothing_is_covered_before_the_first_reading_or_without_a_week_in_it() -> None:
    assert coverage_of(None, [line()], LOGIN, NOW) is None
    assert coverage_of(reading(session()), [line()], LOGIN, NOW) is None


WEEK_ONLY = (weekly(29.0), fable())


def test_the_week_alone_covers_a_plan_without_a_session() -> None:
    plan = reading(*WEEK_ONLY)
    assert coverage_of(plan, [line(weekly(29.4))], LOGIN, NOW) == CALM
    assert coverage_of(plan, [line(weekly(27.0))], LOGIN, NOW) is None
    assert coverage_of(reading(weekly(29.0)), [line(weekly(29.4))], LOGIN, NOW) == Coverage(
        incomplete=False, jumped=False
    )


def test_without_a_session_two_points_of_the_week_are_a_jump() -> None:
    plan = reading(*WEEK_ONLY)
    assert coverage_of(plan, [line(weekly(30.9))], LOGIN, NOW) == CALM
    assert coverage_of(plan, [line(weekly(31.0))], LOGIN, NOW) == Coverage(incomplete=True, jumped=True)


def test_a_session_that_a_plan_got_back_is_a_jump() -> None:
    covered = coverage_of(reading(*WEEK_ONLY), [line(session(3.0), weekly(29.4))], LOGIN, NOW)
    assert covered == Coverage(incomplete=True, jumped=True)


def test_credits_need_a_request() -> None:
    plan = reading(session(), weekly(), credits_granted=(credit(),))
    assert coverage_of(plan, [line()], LOGIN, NOW) == CALM


def test_a_window_that_has_just_ended_is_covered_until_the_poll_after_its_reset() -> None:
    server_reading = reading(session(81.0, NOW), weekly(), fable())
    lines = [line(session(84.0, NOW), weekly(30.0))]
    assert coverage_of(server_reading, lines, LOGIN, NOW + timedelta(seconds=29)) == CALM
    assert coverage_of(server_reading, lines, LOGIN, NOW + timedelta(seconds=30)) is None


def test_a_rounding_difference_counts_as_agreement() -> None:
    assert coverage_of(reading(), [line(session(80.5), weekly(28.6))], LOGIN, NOW) == CALM


def test_the_newest_of_several_readings_counts() -> None:
    older = line(session(60.0), weekly(29.0), at=NOW - timedelta(minutes=1))
    assert coverage_of(reading(), [line(), older], LOGIN, NOW) == CALM


def test_other_limits_and_extra_usage_still_need_a_request() -> None:
    plain = (session(), weekly())
    full = Coverage(incomplete=False, jumped=False)
    assert coverage_of(reading(*plain), [line()], LOGIN, NOW) == full
    assert coverage_of(reading(*plain, fable()), [line()], LOGIN, NOW) == CALM
    assert coverage_of(reading(*plain, spend=spend()), [line()], LOGIN, NOW) == CALM


def test_a_jump_of_the_session_or_a_new_window_means_the_models_moved_too() -> None:
    jumped = Coverage(incomplete=True, jumped=True)
    assert coverage_of(reading(), [line(session(90.9), weekly(30.0))], LOGIN, NOW) == CALM
    assert coverage_of(reading(), [line(session(91.0), weekly(30.0))], LOGIN, NOW) == jumped
    begun = line(session(1.0, NOON + timedelta(hours=7)), weekly(30.0))
    assert coverage_of(reading(), [begun], LOGIN, NOW) == jumped
    idle = reading(session(0.0, None), weekly(), fable())
    assert coverage_of(idle, [line(session(1.0), weekly(29.0))], LOGIN, NOW) == jumped
