"""The tray icon's model: the shape, level, number and tooltip of each state."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import Status
from claudometer.domain.settings import IconColors, IconNumber
from claudometer.domain.snapshot import Problem, Snapshot
from claudometer.domain.usage import CapState, Limit, Mode
from claudometer.present.icon import Arc, IconModel, IconOptions, Level, Shape, icon_for, short_number
from claudometer.present.levels import Thresholds
from claudometer.present.messages.errors import message_for_code
from tests.clocks import NOON
from tests.readings import fable, reading, session, snapshot, spend, weekly
from tests.views import view

NBSP = "\u00a0"


def icon(
    shown: Snapshot,
    *,
    minutes: float = 0,
    thresholds: Thresholds | None = None,
    options: IconOptions | None = None,
) -> IconModel:
    now = NOON + timedelta(minutes=minutes)
    return icon_for(view(shown, now, thresholds=thresholds or Thresholds()), options)


def with_percent(percent: float | None) -> Snapshot:
    return snapshot(reading(session(percent)))


def failed(code: ErrorCode, status: Status) -> Snapshot:
    return replace(snapshot(), status=status, problem=Problem(code, until=NOON + timedelta(minutes=40)))


def without_numbers(code: ErrorCode, status: Status) -> Snapshot:
    return replace(failed(code, status), reading=None)


def test_the_tightest_limit_fills_the_ring() -> None:
    model = icon(snapshot(reading(session(12.0), weekly(29.0), fable(66.0))))
    assert (model.arcs, model.text) == ((Arc(12, Level.OK), Arc(29, Level.OK)), "66")
    assert model.tooltip.replace(NBSP, " ") == (
        "Claude: Fable (weekly) 66 % used, resets Tue 17:00 · Session 12 % used, resets 14:10 · "
        "Weekly 29 % used, resets Tue 17:00"
    )


def test_each_arc_has_the_level_of_its_own_limit() -> None:
    model = icon(snapshot(reading(session(81.0), weekly(93.0))))
    assert model.arcs == (Arc(81, Level.WARNING), Arc(93, Level.CRITICAL))
    assert (model.text, model.level) == ("93", Level.CRITICAL)


@pytest.mark.parametrize("only", [session(42.0), weekly(42.0), fable(42.0)])
def test_a_plan_with_one_of_session_and_week_has_one_whole_ring(only: Limit) -> None:
    assert icon(snapshot(reading(only))).arcs == (Arc(42, Level.OK),)


def test_an_arc_whose_number_is_unknown_stays_empty() -> None:
    model = icon(snapshot(reading(session(None), weekly(61.0))))
    assert (model.arcs, model.text) == ((Arc(None, Level.UNKNOWN), Arc(61, Level.OK)), "61")


def test_the_slightest_use_fills_some_of_an_arc() -> None:
    assert icon(snapshot(reading(session(0.0), weekly(0.4)))).arcs == (Arc(0, Level.OK), Arc(1, Level.OK))


@pytest.mark.parametrize(
    ("number", "text"),
    [(IconNumber.FULLEST, "66"), (IconNumber.SESSION, "12"), (IconNumber.WEEKLY, "29")],
)
def test_the_user_chooses_whose_number_is_shown(number: IconNumber, text: str) -> None:
    shown = snapshot(reading(session(12.0), weekly(29.0), fable(66.0)))
    assert icon(shown, options=IconOptions(number=number)).text == text


def test_a_chosen_limit_that_the_plan_lacks_leaves_the_fullest() -> None:
    shown = snapshot(reading(weekly(29.0), fable(66.0)))
    assert icon(shown, options=IconOptions(number=IconNumber.SESSION)).text == "66"


def test_a_chosen_limit_whose_number_is_unknown_shows_a_dash_and_the_other_arc() -> None:
    shown = snapshot(reading(session(None), weekly(29.0)))
    model = icon(shown, options=IconOptions(number=IconNumber.SESSION))
    assert (model.text, model.arcs) == ("-", (Arc(None, Level.UNKNOWN), Arc(29, Level.OK)))


def test_the_text_beside_the_icon_names_the_limit_and_only_if_the_user_wants_it() -> None:
    wanted = IconOptions(label=True)
    assert icon(with_percent(81)).label == ""
    assert icon(with_percent(81), options=wanted).label.replace(NBSP, " ") == "81 % Session"
    assert icon(snapshot(), minutes=16, options=wanted).label == ""
    assert icon(failed(ErrorCode.LOGIN_REVOKED, Status.UNAUTHORIZED), options=wanted).label == ""


def test_the_colors_are_the_users() -> None:
    model = icon(with_percent(81), options=IconOptions(colors=IconColors.MONOCHROME))
    assert model.colors is IconColors.MONOCHROME


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
    [(0, "0"), (0.4, "<1"), (1, "1"), (99.6, "99"), (100, "100"), (104.6, "104"), (5000, "999")],
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


def test_a_choice_that_only_the_user_can_make_stands_out_from_a_first_start() -> None:
    model = icon(without_numbers(ErrorCode.ORGANIZATION_NEEDED, Status.MISSING_CREDENTIALS))
    assert (model.level, model.text) == (Level.WARNING, "?")


def test_a_rate_limit_keeps_the_number_and_marks_it_as_paused() -> None:
    model = icon(failed(ErrorCode.RATE_LIMITED, Status.RATE_LIMITED))
    assert (model.paused, model.level, model.shape, model.text) == (
        True,
        Level.WARNING,
        Shape.MARKED_RING,
        "81",
    )
    assert model.arcs
    assert "12:40" in model.tooltip


def test_a_rate_limit_without_a_current_number_shows_a_pause_sign() -> None:
    old = icon(failed(ErrorCode.RATE_LIMITED, Status.RATE_LIMITED), minutes=16)
    assert (old.shape, old.text, old.arcs) == (Shape.PAUSED, "||", ())


@pytest.mark.parametrize(
    "status", [Status.OFFLINE, Status.CHALLENGED, Status.SERVER_ERROR, Status.UNREADABLE]
)
def test_a_temporary_failure_keeps_the_number_only_while_it_is_current(status: Status) -> None:
    shown = failed(ErrorCode.OFFLINE, status)
    assert icon(shown, minutes=14).text == "81"
    old = icon(shown, minutes=16)
    assert (old.arcs, old.text, old.level, old.shape) == ((), "-", Level.UNKNOWN, Shape.DASHED_RING)


def test_before_the_first_response_it_shows_an_ellipsis() -> None:
    model = icon(Snapshot(Mode.CLI))
    assert (model.text, model.shape, model.tooltip) == ("…", Shape.EMPTY_RING, "Claude")


def test_an_unknown_number_is_a_dash_and_never_a_zero() -> None:
    model = icon(with_percent(None))
    assert (model.arcs, model.text, model.shape) == ((Arc(None, Level.UNKNOWN),), "-", Shape.EMPTY_RING)
    assert model.tooltip == "Claude: no number, checked 12:00"


def test_a_plan_without_limits_shows_its_spend() -> None:
    bare = replace(reading(spend=spend(used=1200)), limits=())
    assert icon(snapshot(bare)).text == "30"
    assert icon(snapshot(replace(bare, spend=spend(cap=CapState.UNCAPPED)))).text == "-"


def test_spend_does_not_replace_unknown_limits() -> None:
    assert icon(snapshot(reading(session(None), spend=spend()))).text == "-"


def test_the_tooltip_of_old_numbers_says_when_they_were_updated() -> None:
    assert icon(snapshot(), minutes=16).tooltip == "Claude: last refresh 12:00"


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
    models = [
        icon(with_percent(50)),
        icon(with_percent(80)),
        icon(with_percent(95)),
        icon(failed(ErrorCode.RATE_LIMITED, Status.RATE_LIMITED)),
        icon(without_numbers(ErrorCode.RATE_LIMITED, Status.RATE_LIMITED)),
        icon(failed(ErrorCode.LOGIN_REVOKED, Status.UNAUTHORIZED)),
        icon(without_numbers(ErrorCode.LOGIN_MISSING, Status.MISSING_CREDENTIALS)),
        icon(snapshot(), minutes=16),
        icon(Snapshot(Mode.CLI)),
    ]
    assert len({(model.shape, model.paused) for model in models}) == len(models)
    assert {model.shape for model in models} == set(Shape)
