"""Choosing Claude Code's folder in the real window: by typing, and in the system's dialog."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from tests.desktop.accessible import Role
from tests.desktop.waiting import wait_for
from tests.sentences import title
from tests.simulator import ACCESS_TOKEN, Token
from tests.simulator.account import CHAT_ORGANIZATION, TEAM_ORGANIZATION, write_login

if TYPE_CHECKING:
    from tests.desktop.claudometer import Claudometer
    from tests.simulator import Simulator

pytestmark = pytest.mark.desktop

OTHER_TOKEN = "sk-ant-oat01-simulated-other-account-01"
FIELD = ("Claude Code folder", Role.ENTRY)
DIALOG = "Open folder"


@pytest.fixture
def two_logins(app: Claudometer, simulator: Simulator) -> Claudometer:
    """Claudometer, running, with Claude Code's login and another account's login in a second folder."""
    simulator.account.tokens = {ACCESS_TOKEN: Token(), OTHER_TOKEN: Token()}
    write_login(app.home.path / ".claude")
    write_login(app.home.path / ".claude-work", OTHER_TOKEN, organization=TEAM_ORGANIZATION)
    app.start()
    wait_for(lambda: account(app) == CHAT_ORGANIZATION, what="the first account's numbers")
    return app


def account(app: Claudometer) -> object:
    return app.report()["account"]["organization_id"]


def test_the_login_of_a_typed_folder_is_used_and_a_wrong_folder_is_refused_beside_the_field(
    two_logins: Claudometer,
) -> None:
    page = two_logins.open_settings()
    page.fill(FIELD[0], "~/nowhere", FIELD[1])
    two_logins.desktop.devices.press("Return")
    page.look_at(
        *FIELD,
        lambda found: title(ErrorCode.CLAUDE_FOLDER_REFUSED, reason="missing") in found.description,
        what="refused",
    )
    page.fill(FIELD[0], "~/.claude-work", FIELD[1])
    two_logins.desktop.devices.press("Return")
    page.wait_for_text("Login found in ~/.claude-work")
    wait_for(lambda: account(two_logins) == TEAM_ORGANIZATION, what="the other account's numbers")


def test_a_folder_chosen_in_the_systems_dialog_is_used(
    two_logins: Claudometer,
) -> None:
    app = two_logins
    page = app.open_settings()
    page.click("Choose…", Role.BUTTON)
    app.desktop.windows.wait_for(DIALOG).focus()
    app.desktop.devices.type(f"{app.home.path}/.claude-work")
    app.desktop.devices.press("Return")
    app.desktop.windows.wait_until_none(DIALOG)
    page.look_at(*FIELD, lambda found: found.text == "~/.claude-work", what="with the chosen folder")
    wait_for(lambda: account(app) == TEAM_ORGANIZATION, what="the other account's numbers")


def test_a_canceled_dialog_changes_nothing(two_logins: Claudometer) -> None:
    app = two_logins
    page = app.open_settings()
    page.click("Choose…", Role.BUTTON)
    app.desktop.windows.wait_for(DIALOG).focus()
    app.desktop.devices.press("Escape")
    app.desktop.windows.wait_until_none(DIALOG)
    page.click("Choose…", Role.BUTTON)  # when this dialog is open, the first one's answer has arrived
    app.desktop.windows.wait_for(DIALOG).focus()
    assert page.find(*FIELD).text == ""
    app.desktop.devices.press("Escape")
    app.desktop.windows.wait_until_none(DIALOG)
    assert account(app) == CHAT_ORGANIZATION
