"""Errors are shown beside their field, with a hint that helps, and nothing is saved."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.present.messages.answers import SAVED_TESTED
from claudometer.present.messages.form import KEY_NOTES
from claudometer.settings.schema import read_settings
from tests.desktop.accessible import Element, Role
from tests.desktop.broken_keyring import broken_keyring
from tests.desktop.private_home import UNTOUCHED
from tests.sentences import hint, title
from tests.simulator.account import SESSION_KEY

if TYPE_CHECKING:
    from tests.desktop.claudometer import Claudometer
    from tests.desktop.page import Page
    from tests.simulator import Simulator

pytestmark = pytest.mark.desktop

KEY_FIELD = ("Session key", Role.PASSWORD_TEXT)
REMEMBER = ("Remember the key", Role.TOGGLE_BUTTON)
UNKNOWN_KEY = "sk-ant-sid02-nobody-knows-this-key"

LOCKED = f"{title(ErrorCode.KEYRING_LOCKED)} Unlock it"
MISSING = f"{title(ErrorCode.KEYRING_MISSING)} {hint(ErrorCode.KEYRING_MISSING)}"
FAILED = f"{title(ErrorCode.KEYRING_FAILED)} {hint(ErrorCode.KEYRING_FAILED)}"


def field(page: Page, name: str, role: Role, *words: str) -> Element:
    """Wait until the description of a field, which a screen reader reads with it, has these texts."""
    return page.look_at(
        name,
        role,
        lambda found: all(each in found.description for each in words),
        what=f"with {words} beside it",
    )


def assert_nothing_was_saved(app: Claudometer) -> None:
    saved = json.loads(app.home.settings.read_text(encoding="utf-8"))
    assert read_settings(saved) == read_settings(json.loads(UNTOUCHED))
    assert app.call("settings")["form"]["session_key"]["saved"] is False


def test_text_that_is_no_session_key_is_refused_beside_the_field_and_not_sent(
    app: Claudometer, simulator: Simulator
) -> None:
    page = app.start().open_settings()
    malformed = ErrorCode.SESSION_KEY_MALFORMED
    for typed, message in (
        ("hello world", f"{title(malformed)} Copy the value of the cookie"),
        (
            "sk-ant-oat01-0123456789abcdef",
            f"{title(malformed, reason='login')} {hint(malformed, reason='login')}",
        ),
    ):
        page.fill("Session key", typed, Role.PASSWORD_TEXT)
        page.click("Test & save")
        refused = field(page, *KEY_FIELD, message)
        assert refused.is_invalid
        assert refused.is_focused
        assert message in app.read_page()
    assert simulator.requests == []
    assert_nothing_was_saved(app)


def test_a_key_that_claude_refuses_is_reported_beside_the_field_until_another_is_typed(
    app: Claudometer, simulator: Simulator
) -> None:
    page = app.start().open_settings()
    page.fill("Session key", UNKNOWN_KEY, Role.PASSWORD_TEXT)
    page.click("Test & save")
    refused = field(
        page, *KEY_FIELD, f"{title(ErrorCode.SESSION_KEY_REFUSED)} {hint(ErrorCode.SESSION_KEY_REFUSED)}"
    )
    assert refused.is_invalid
    assert [request.credential for request in simulator.requests] == ["unknown"]
    assert app.desktop.secrets.attributes_of_all() == []
    assert_nothing_was_saved(app)

    page.fill("Session key", SESSION_KEY, Role.PASSWORD_TEXT)
    page.look_at(*KEY_FIELD, lambda found: not found.is_invalid, what="without its error")
    page.click("Test & save")
    page.wait_for_text(SAVED_TESTED)


def test_a_keyring_that_locks_while_the_window_is_open_is_reported_beside_remember(app: Claudometer) -> None:
    page = app.start().open_settings()
    page.check("Remember the key", on=True, role=Role.TOGGLE_BUTTON)
    app.desktop.secrets.lock()
    page.fill("Session key", SESSION_KEY, Role.PASSWORD_TEXT)
    page.click("Test & save")
    assert field(page, *REMEMBER, LOCKED).is_invalid
    assert app.desktop.secrets.is_locked
    assert_nothing_was_saved(app)


def test_locked_missing_and_broken_keyrings_are_distinguished_and_memory_works_without(
    app: Claudometer,
) -> None:
    app.desktop.secrets.lock()
    page = app.start().open_settings()
    assert not field(page, *REMEMBER, LOCKED).is_enabled

    app.desktop.secrets.stop()
    app.come_back()
    assert not field(page, *REMEMBER, MISSING).is_checked

    with broken_keyring(app.desktop.env["DBUS_SESSION_BUS_ADDRESS"]):
        app.come_back()
        field(page, *REMEMBER, FAILED)
        page.fill("Session key", SESSION_KEY, Role.PASSWORD_TEXT)
        page.click("Test & save")
        page.wait_for_text(KEY_NOTES["memory"])
        app.wait_for_status("ok")
