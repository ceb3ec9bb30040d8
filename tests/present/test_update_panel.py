"""Messages about a newer version, in the window's panel and the tray's menu."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from claudometer.domain.region import UTC_REGION
from claudometer.domain.update import UNTRUSTED, Install, Offer, Stage, Update, UpdateFailure, failure_stage
from claudometer.present.messages import updates as words
from claudometer.present.messages.updates import FAILURES, failure_message
from claudometer.present.update_panel import menu_text, update_panel
from tests.clocks import NOON

OFFERED = Update(Stage.AVAILABLE, "0.1.0", Install.APPIMAGE, version="0.2.0", offer=Offer.INSTALL)
READY = replace(OFFERED, stage=Stage.READY)
UPDATE = words.MENU[Stage.AVAILABLE].format(version="0.2.0")


def panel(update: Update) -> tuple[object, object, list[str]]:
    """Return title, hint, and what the buttons do."""
    shown = update_panel(update, NOON, UTC_REGION)
    return shown["title"], shown["hint"], [button["do"] for button in shown["buttons"]]


def test_before_the_first_check_there_is_a_button_and_no_text() -> None:
    assert panel(Update(running="0.1.0")) == (None, None, ["check"])


def test_up_to_date_says_when_that_was_checked() -> None:
    current = Update(Stage.CURRENT, "0.1.0", version="0.1.0", checked_at=NOON - timedelta(hours=2))
    title, hint, buttons = panel(current)
    assert (title, buttons) == ("Claudometer 0.1.0 is up to date.", ["check"])
    assert hint == "Checked today 10:00."


@pytest.mark.parametrize(
    ("update", "buttons", "menu"),
    [
        (OFFERED, ["install"], UPDATE),
        (
            replace(OFFERED, offer=Offer.OPEN, install=Install.DMG),
            ["install"],
            UPDATE,
        ),
        (
            replace(OFFERED, offer=Offer.COMMAND, install=Install.DEB),
            ["page"],
            UPDATE,
        ),
        (replace(OFFERED, offer=Offer.COMMAND, install=Install.PIP), [], UPDATE),
        (replace(OFFERED, offer=Offer.PAGE), ["page"], UPDATE),
        (replace(OFFERED, stage=Stage.CHECKING), [], "Checking for Updates…"),
        (
            replace(OFFERED, stage=Stage.DOWNLOADING, percent=7),
            ["cancel"],
            "Downloading Claudometer 0.2.0… 7\xa0%",
        ),
        (replace(OFFERED, stage=Stage.VERIFYING), [], "Verifying Claudometer 0.2.0…"),
        (READY, ["restart"], words.MENU[Stage.READY].format(version="0.2.0")),
        (replace(OFFERED, stage=Stage.FAILED, failure=UpdateFailure.DISK_FULL), ["check"], words.CHECK),
        (
            replace(OFFERED, stage=Stage.REFUSED, failure=UpdateFailure.TAMPERED),
            ["check"],
            words.MENU[Stage.REFUSED],
        ),
    ],
)
def test_each_stage_offers_what_can_be_done(update: Update, buttons: list[str], menu: str) -> None:
    assert panel(update)[2] == buttons
    assert menu_text(update) == menu


def test_a_failed_installation_is_not_called_a_failed_check() -> None:
    failed = replace(OFFERED, stage=Stage.FAILED, failure=UpdateFailure.DISK_FULL, detail="/home/u")
    title, hint, _ = panel(failed)
    reason = failure_message(UpdateFailure.DISK_FULL, "/home/u")
    assert title == words.NOT_INSTALLED.format(version="0.2.0")
    assert hint == f"{reason.title} {reason.hint}"
    assert panel(replace(failed, version=None))[0] == words.TITLES[Stage.FAILED]


def test_a_moved_appimage_is_distinguished_from_a_failed_installation() -> None:
    title, hint, buttons = panel(replace(READY, failure=UpdateFailure.IMAGE_GONE))
    assert (title, buttons) == (words.TITLES[Stage.READY].format(version="0.2.0"), ["restart"])
    assert str(hint).endswith(words.FAILURES[UpdateFailure.IMAGE_GONE].hint)
    assert (
        update_panel(replace(READY, failure=UpdateFailure.IMAGE_GONE), NOON, UTC_REGION)["tone"] == "failed"
    )


@pytest.mark.parametrize("failure", UpdateFailure)
def test_every_failure_has_a_reason_and_a_step(failure: UpdateFailure) -> None:
    message = failure_message(failure, "example.org")
    shown = replace(OFFERED, stage=failure_stage(failure), failure=failure, detail="example.org")
    assert message.title in str(panel(shown)[1])
    assert ("Nothing was installed." in str(panel(shown)[1])) == (failure in UNTRUSTED)


def test_every_failure_has_a_message() -> None:
    assert set(FAILURES) == set(UpdateFailure)


def test_a_host_named_by_a_server_cannot_break_the_line() -> None:
    message = failure_message(UpdateFailure.REDIRECTED, "evil\n\u202eexample" + "x" * 500)
    assert "\n" not in message.title
    assert "\u202e" not in message.title
    assert len(message.title) < 220
