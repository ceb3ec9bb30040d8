"""The picture in a notification: the number and the level of the limit that it is about."""

from __future__ import annotations

import pytest

from claudometer.domain.alerts.model import Alert, AlertKind
from claudometer.domain.region import UTC_REGION
from claudometer.present.alert_icon import alert_icon
from claudometer.present.alerts import AlertText, bubble_for, say
from claudometer.present.icon import Arc, IconModel, Level, Shape
from claudometer.present.levels import Thresholds
from tests.clocks import NOON
from tests.readings import reading, session, snapshot
from tests.views import view


def alert(kind: AlertKind, percent: float | None = None) -> Alert:
    return Alert(kind, "claude/account-1", NOON, "session", percent)


@pytest.mark.parametrize(
    ("kind", "percent", "text", "level", "shape"),
    [
        (AlertKind.THRESHOLD, 50.0, "50", Level.WARNING, Shape.MARKED_RING),
        (AlertKind.THRESHOLD, 76.0, "76", Level.WARNING, Shape.MARKED_RING),
        (AlertKind.THRESHOLD, 93.0, "93", Level.CRITICAL, Shape.DISC),
        (AlertKind.THRESHOLD, 104.0, "104", Level.CRITICAL, Shape.DISC),
        (AlertKind.FORECAST, 41.0, "41", Level.WARNING, Shape.MARKED_RING),
        (AlertKind.RESET, 2.0, "2", Level.OK, Shape.RING),
    ],
)
def test_the_picture_is_one_ring_with_the_number_in_the_colors_of_its_level(
    kind: AlertKind, percent: float, text: str, level: Level, shape: Shape
) -> None:
    shown = alert_icon(alert(kind, percent), remaining=False)
    assert shown == IconModel(text, level, shape, "", (Arc(int(percent), level),))


def test_the_number_can_be_what_is_left_while_the_ring_shows_what_is_used() -> None:
    shown = bubble_for([AlertText(alert(AlertKind.THRESHOLD, 76.0), "", "")], remaining=True).icon
    assert shown is not None
    assert (shown.text, shown.arcs) == ("24", (Arc(76, Level.WARNING),))


@pytest.mark.parametrize(
    ("thresholds", "percent", "level"),
    [
        (Thresholds(50, 60), 65, Level.CRITICAL),
        (Thresholds(50, 95), 93, Level.WARNING),
        (Thresholds(80, 90), 76, Level.WARNING),  # told at 75 %, before the thresholds were changed
    ],
)
def test_it_is_red_where_the_users_thresholds_make_the_limit_red(
    thresholds: Thresholds, percent: int, level: Level
) -> None:
    shown = view(snapshot(reading(session(percent))), thresholds=thresholds)
    bubble = bubble_for([say(alert(AlertKind.THRESHOLD, percent), shown, UTC_REGION)])
    assert bubble.icon is not None
    assert (bubble.icon.level, bubble.icon.arcs) == (level, (Arc(percent, level),))


def test_a_new_session_without_use_is_an_empty_ring_with_a_zero() -> None:
    shown = alert_icon(alert(AlertKind.RESET, 0.0), remaining=False)
    assert shown == IconModel("0", Level.OK, Shape.RING, "", (Arc(0, Level.OK),))


def test_a_login_that_is_needed_has_the_icon_of_that_state() -> None:
    shown = alert_icon(alert(AlertKind.LOGIN), remaining=False)
    assert shown is not None
    assert (shown.text, shown.level, shown.shape) == ("!", Level.UNAUTHORIZED, Shape.BROKEN_RING)


@pytest.mark.parametrize(("kind", "percent"), [(AlertKind.CREDIT_ENDS, 20.0), (AlertKind.RESET, None)])
def test_what_has_no_number_of_a_limit_has_the_programs_own_icon(
    kind: AlertKind, percent: float | None
) -> None:
    assert alert_icon(alert(kind, percent), remaining=False) is None
