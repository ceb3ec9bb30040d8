"""The menu entry that mutes alerts: what is muted now, and each way back."""

from __future__ import annotations

from datetime import timedelta

from claudometer.domain.alerts.silence import Silence
from claudometer.domain.region import UTC_REGION
from claudometer.present.menu_entries import Action, Entry
from claudometer.present.mute import mute_entry
from tests.clocks import NOON
from tests.readings import fable, reading, session, snapshot
from tests.views import view

HOUR = timedelta(hours=1)
ACCOUNT = "claude/account-1"


def entry(silence: Silence) -> Entry:
    return mute_entry(view(snapshot(reading(session(80), fable(60)))), silence, UTC_REGION)


def texts(found: Entry) -> list[str]:
    return [each.text for each in found.children]


CHOICES = ["For 1 hour", "Until the reset, 14:10", "Until tomorrow, 08:00"]


def test_nothing_is_muted() -> None:
    found = entry(Silence(NOON, {(ACCOUNT, "session"): NOON}))
    assert (found.text, texts(found)) == ("Mute alerts", CHOICES)


def test_a_muted_limit_is_named_and_can_be_unmuted() -> None:
    found = entry(Silence(limits={(ACCOUNT, "session"): NOON + 2 * HOUR}))
    assert found.text == "Session alerts muted until 14:00"
    assert texts(found) == [
        "Unmute Session, muted until 14:00",
        "",
        "Mute all for 1 hour",
        "Mute all until the reset, 14:10",
        "Mute all until tomorrow, 08:00",
    ]
    assert (found.children[0].action, found.children[0].value) == (
        Action.UNMUTE_LIMIT,
        f"{ACCOUNT} session",
    )


def test_several_are_counted_also_one_that_is_away_or_of_another_account() -> None:
    limits = {
        (ACCOUNT, "weekly:fable"): NOON + 50 * HOUR,
        (ACCOUNT, "weekly:old-one"): NOON + 30 * HOUR,
        ("claude/account-2", "session"): NOON + HOUR,
    }
    found = entry(Silence(limits=limits))
    assert found.text == "Alerts for 3 limits muted"
    assert texts(found)[:3] == [
        "Unmute Session, muted until 13:00",
        "Unmute Old One, muted until Fri 18:00",
        "Unmute Fable, muted until Sat 14:00",
    ]
    names = [child.name for child in found.children if child.action]
    assert len(set(names)) == len(names)


def test_while_all_are_muted_the_first_choice_ends_all() -> None:
    found = entry(Silence(NOON + HOUR, {(ACCOUNT, "session"): NOON + 2 * HOUR}))
    assert found.text == "Alerts muted until 13:00"
    assert texts(found)[:2] == ["Show alerts again", "Unmute Session, muted until 14:00"]


def test_in_the_small_hours_the_day_of_tomorrow_is_named() -> None:
    night = NOON.replace(hour=1)
    found = mute_entry(view(snapshot(reading(session(80))), night), Silence(), UTC_REGION)
    assert texts(found)[-1] == "Until tomorrow, Fri 08:00"
