"""What an alert says of a limit that is reached: when the user can go on, and who pays until then."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from claudometer.domain.alerts.model import Alert, AlertKind
from claudometer.domain.region import UTC_REGION
from claudometer.domain.usage import Limit, Origin, Source
from claudometer.present.alerts import AlertText, bubble_for, say
from claudometer.present.at_limit import reached
from claudometer.present.menu_entries import Action
from tests.clocks import NOON
from tests.readings import fable, reading, session, snapshot, spend, weekly
from tests.views import view

FULL_SESSION = session(100)
FULL_WEEK = weekly(100)


def text_for(subject: Limit, *limits: Limit, paid: object = None) -> AlertText:
    shown = view(snapshot(reading(*limits, spend=paid)))  # type: ignore[arg-type]
    alert = Alert(AlertKind.THRESHOLD, "claude/account-1", NOON, subject.id, 100.0, 100, subject.resets_at)
    return say(alert, shown, UTC_REGION)


def test_with_session_and_week_full_the_later_reset_counts() -> None:
    for subject, title in ((FULL_SESSION, "Session limit reached"), (FULL_WEEK, "Weekly limit reached")):
        said = text_for(subject, FULL_SESSION, FULL_WEEK)
        assert (said.title, said.body) == (title, "You can go on Tue 17:00.")


def test_a_session_alone_says_its_own_reset() -> None:
    assert text_for(FULL_SESSION, FULL_SESSION, weekly(99)).body == "You can go on at 14:10."


def test_where_the_other_reset_is_unknown_nobody_says_when_to_go_on() -> None:
    assert text_for(FULL_SESSION, FULL_SESSION, weekly(100, None)).body == "Resets 14:10."
    assert text_for(FULL_WEEK, session(100, None), weekly(100, None)).body == "Its reset time is not known."


def test_an_old_number_of_the_other_limit_says_nothing() -> None:
    old = replace(FULL_WEEK, origin=Origin(Source.OAUTH, NOON - timedelta(hours=20)))
    assert text_for(FULL_SESSION, FULL_SESSION, old).body == "You can go on at 14:10."


@pytest.mark.parametrize("full", [FULL_SESSION, FULL_WEEK])
def test_other_models_do_not_work_while_a_limit_of_all_models_is_full(full: Limit) -> None:
    model = fable(100)
    assert text_for(model, full, model).body == "Resets Tue 17:00."
    assert text_for(model, session(80), model).body == "Other models still work. Resets Tue 17:00."
    shown = view(snapshot(reading(full, model)))
    assert reached(shown.limits[-1], shown) == "Limit reached"


@pytest.mark.parametrize(
    ("hours", "title", "body"),
    [
        (72, "Your claude.ai key ends in 3 days", "It ends Sun 12:00."),
        (40, "Your claude.ai key ends in 2 days", "It ends Sat 04:00."),
        (20, "Your claude.ai key ends tomorrow", "It ends tomorrow 08:00."),
        (6, "Your claude.ai key ends today", "It ends today 18:00."),
    ],
)
def test_an_alert_about_a_key_that_ends_opens_the_settings(hours: int, title: str, body: str) -> None:
    alert = Alert(AlertKind.KEY_ENDS, "web", NOON, ends_at=NOON + timedelta(hours=hours))
    said = say(alert, view(snapshot()), UTC_REGION)
    assert said.title == title
    assert said.body == f"{body} Paste a new one in the settings when it suits you."
    bubble = bubble_for([said])
    assert [(each.label, each.action) for each in bubble.buttons] == [("Open", Action.OPEN_SETTINGS)]


def test_only_a_fresh_number_says_that_extra_usage_pays() -> None:
    paying = spend()
    assert text_for(FULL_SESSION, FULL_SESSION, paid=paying).body.startswith(
        "Extra usage is paying now: €12.34"
    )
    old = replace(paying, origin=Origin(Source.OAUTH, NOON - timedelta(hours=20)))
    assert text_for(FULL_SESSION, FULL_SESSION, paid=old).body == "You can go on at 14:10."
