"""The tray icon's model: the shape, level, number and tooltip of each state."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import Status
from claudometer.domain.snapshot import Problem, Snapshot
from claudometer.domain.usage import CapState, Mode
from claudometer.present.icon import IconModel, Level, Shape, icon_for, short_number
from claudometer.present.levels import Thresholds
from claudometer.present.messages.errors import message_for_code
from tests.clocks import NOON
from tests.readings import fable, reading, session, snapshot, spend, weekly
from tests.views import view

NBSP = "\u00a0"


def icon(shown: Snapshot, *, minutes: float = 0, thresholds: Thresholds | None = None) -> IconModel:
    return icon_for(view(shown, NOON + timedelta(minutes=minutes), thresholds=thresholds or Thresholds()))


def with_percent(percent: float | None) -> Snapshot:
    return snapshot(reading(session(percent)))


def failed(code: ErrorCode, status: Status) -> Snapshot:
    return replace(snapshot(), status=status, problem=Problem(code, until=NOON + timedelta(minutes=40)))


def without_numbers(code: ErrorCode, status: Status) -> Snapshot:
    return replace(failed(code, status), reading=None)


def test_the_tightest_limit_fills_the_ring() -> None:
    model = icon(snapshot(reading(session(12.0), weekly(29.0), fable(66.0))))
    assert (model.percent, model.text) == (66, "66")
    assert model.tooltip.replace(NBSP, " ") == "Claude: Fable (weekly) 66 %, resets Tue 17:00"


def test_a_limit_whose_window_is_over_no_longer_fills_the_ring() -> None:
    assert icon(snapshot(reading(session(95.0), weekly(29.0))), minutes=0).text == "95"
    fresh = replace(reading(session(95.0), weekly(29.0)), fetched_at=NOON + timedelta(minutes=129))
    assert icon(snapshot(fresh), minutes=131).text == "29"


@pytest.mark.parametrize(
    ("percent", "level", "shape"),
    [
        (0, Level.OK, Shape.RING),
        (74.9, Level.OK, Shape.RING),
        (75, Level.WARNING, Shape.MARKED_RING),
        (90, Level.CRITICAL, Shape.DISC),
        (100, Level.CRITICAL, Shape.DISC),
        (134, Level.CRITICAL, Shape.DISC),
    ],
)
def test_the_level_follows_the_thresholds(percent: float, level: Level, shape: Shape) -> None:
    model = icon(with_percent(percent))
    assert (model.level, model.shape) == (level, shape)


def test_the_users_thresholds_are_used() -> None:
    assert icon(with_percent(50), thresholds=Thresholds(warning=40, critical=60)).level is Level.WARNING


@pytest.mark.parametrize(
    ("percent", "text"),
    [(0, "0"), (0.4, "<1"), (1, "1"), (99.6, "99"), (100, "100"), (104.6, "105"), (5000, "999")],
)
def test_the_number_is_short_and_never_misleading(percent: float, text: str) -> None:
    assert icon(with_percent(percent)).text == text


@given(st.floats(min_value=0, max_value=1e9, allow_nan=False))
def test_a_number_has_at_most_three_characters_and_is_0_only_for_zero(percent: float) -> None:
    text = short_number(percent)
    assert len(text) <= 3
    assert (text == "0") == (percent == 0)


def test_refused_credentials_come_before_any_number() -> None:
    model = icon(failed(ErrorCode.SESSION_KEY_REJECTED, Status.UNAUTHORIZED))
    assert (model.level, model.shape, model.text) == (Level.UNAUTHORIZED, Shape.BROKEN_RING, "!")
    assert message_for_code(ErrorCode.SESSION_KEY_REJECTED).title in model.tooltip


def test_a_resting_login_keeps_the_number_while_it_is_current() -> None:
    assert icon(failed(ErrorCode.LOGIN_RESTING, Status.UNAUTHORIZED)).text == "81"
    later = icon(failed(ErrorCode.LOGIN_RESTING, Status.UNAUTHORIZED), minutes=60)
    assert (later.level, later.shape) == (Level.UNKNOWN, Shape.DASHED_RING)


def test_missing_credentials_show_a_question_mark() -> None:
    model = icon(without_numbers(ErrorCode.LOGIN_MISSING, Status.MISSING_CREDENTIALS))
    assert (model.level, model.shape, model.text) == (Level.UNKNOWN, Shape.DOTTED_RING, "?")


def test_a_rate_limit_keeps_the_number_and_marks_it_as_paused() -> None:
    model = icon(failed(ErrorCode.RATE_LIMITED, Status.RATE_LIMITED))
    assert (model.level, model.shape, model.text) == (Level.RATE_LIMITED, Shape.PAUSED_RING, "81")
    assert "12:40" in model.tooltip


def test_a_rate_limit_without_a_current_number_shows_a_pause_sign() -> None:
    old = icon(failed(ErrorCode.RATE_LIMITED, Status.RATE_LIMITED), minutes=16)
    assert (old.shape, old.text, old.percent) == (Shape.PAUSED, "||", None)


@pytest.mark.parametrize(
    "status", [Status.OFFLINE, Status.CHALLENGED, Status.SERVER_ERROR, Status.UNREADABLE]
)
def test_a_temporary_failure_keeps_the_number_only_while_it_is_current(status: Status) -> None:
    shown = failed(ErrorCode.OFFLINE, status)
    assert icon(shown, minutes=14).text == "81"
    old = icon(shown, minutes=16)
    assert (old.percent, old.text, old.level, old.shape) == (None, "-", Level.UNKNOWN, Shape.DASHED_RING)


def test_before_the_first_response_it_shows_an_ellipsis() -> None:
    model = icon(Snapshot(Mode.CLI))
    assert (model.text, model.shape, model.tooltip) == ("…", Shape.EMPTY_RING, "Claude")


def test_an_unknown_number_is_a_dash_and_never_a_zero() -> None:
    model = icon(with_percent(None))
    assert (model.percent, model.text, model.shape) == (None, "-", Shape.EMPTY_RING)
    assert model.tooltip == "Claude: no number, checked 12:00"


def test_a_plan_without_limits_shows_its_spend() -> None:
    bare = replace(reading(spend=spend(used=1200)), limits=())
    assert icon(snapshot(bare)).text == "30"
    assert icon(snapshot(replace(bare, spend=spend(cap=CapState.UNCAPPED)))).text == "-"


def test_spend_does_not_replace_unknown_limits() -> None:
    assert icon(snapshot(reading(session(None), spend=spend()))).text == "-"


def test_the_tooltip_of_old_numbers_says_when_they_were_updated() -> None:
    assert icon(snapshot(), minutes=16).tooltip == "Claude: last update 12:00"


def test_the_demo_is_labeled() -> None:
    assert icon(replace(snapshot(), demo=True)).tooltip.startswith("Claude (demo): Session")


def test_nothing_is_redrawn_while_only_time_passes() -> None:
    assert icon(snapshot()) == icon(snapshot(), minutes=5)
    assert hash(icon(snapshot())) == hash(icon(snapshot(), minutes=5))


def test_nothing_is_redrawn_when_only_the_reset_time_jitters() -> None:
    first, second = (
        icon(snapshot(reading(session(resets_at=NOON + timedelta(hours=2, seconds=seconds)))))
        for seconds in (-2, 2)
    )
    assert first == second


def test_each_state_has_a_shape_of_its_own() -> None:
    shapes = [
        icon(with_percent(50)).shape,
        icon(with_percent(80)).shape,
        icon(with_percent(95)).shape,
        icon(failed(ErrorCode.RATE_LIMITED, Status.RATE_LIMITED)).shape,
        icon(without_numbers(ErrorCode.RATE_LIMITED, Status.RATE_LIMITED)).shape,
        icon(failed(ErrorCode.LOGIN_REVOKED, Status.UNAUTHORIZED)).shape,
        icon(without_numbers(ErrorCode.LOGIN_MISSING, Status.MISSING_CREDENTIALS)).shape,
        icon(snapshot(), minutes=16).shape,
        icon(Snapshot(Mode.CLI)).shape,
    ]
    assert len(set(shapes)) == len(shapes) == len(Shape)
