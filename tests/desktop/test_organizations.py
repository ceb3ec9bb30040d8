"""Web mode with several organizations: chosen in the menu or the window, and kept over a restart."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.present.messages.menu import CHOOSE_ORGANIZATION
from tests.desktop.waiting import wait_for
from tests.sentences import menu_line
from tests.simulator import bodies
from tests.simulator.account import CONSOLE, HOME, SESSION_KEY, TEAM

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.desktop.claudometer import Claudometer
    from tests.desktop.tray_menu import MenuEntry
    from tests.simulator import Simulator

pytestmark = pytest.mark.desktop


@pytest.fixture
def member(app: Claudometer, simulator: Simulator) -> Claudometer:
    """Claudometer, running, for a user with three organizations, two of which have usage to show."""
    simulator.account.organizations = [CONSOLE, HOME, TEAM]
    app.env["CLAUDOMETER_SESSION_KEY"] = SESSION_KEY
    return app.start()


def chosen(name: str) -> Callable[[MenuEntry], bool]:
    """Return a condition on a menu: only this organization is checked, and there are numbers."""

    def check(menu: MenuEntry) -> bool:
        marked = [entry.label for entry in menu if entry.checked]
        return marked == [name] and menu.find("81 %  Session") is not None

    return check


def stored(app: Claudometer) -> object:
    saved = json.loads((app.home.config / "claudometer/settings.json").read_text())
    return saved["accounts"][saved["shown"]]["organization_id"]


def test_a_choice_in_a_terminal_is_the_running_apps(member: Claudometer) -> None:
    member.wait_for_status("missing_credentials")
    listed = member.run("accounts")
    assert f"    {TEAM['uuid']}  Example Team" in listed.stdout
    done = member.run("accounts", "organization", "default", str(TEAM["uuid"]))
    assert (done.returncode, done.stderr) == (0, "")
    member.tray.wait_for_menu(chosen("Example Team"), what="the team's numbers")
    assert stored(member) == TEAM["uuid"]
    assert f"  * {TEAM['uuid']}  Example Team" in member.run("accounts").stdout


def test_with_several_organizations_the_user_chooses_in_the_menu_and_changes_it_in_the_window(
    member: Claudometer, simulator: Simulator
) -> None:
    menu = member.tray.wait_for_menu(lambda menu: menu.find(CHOOSE_ORGANIZATION), what="the question")
    submenu = menu.children[0]
    assert submenu.labels == ["Example Console", "Example Home", "Example Team"]
    assert not any(entry.checked for entry in submenu)

    member.tray.click("Example Team")
    member.tray.wait_for_menu(chosen("Example Team"), what="the team's numbers")
    assert stored(member) == TEAM["uuid"]

    page = member.open_settings()
    page.wait_for_text("Example Team")
    page.choose("Organization", "Example Home")
    member.tray.wait_for_menu(chosen("Example Home"), what="the other one's numbers")
    assert stored(member) == HOME["uuid"]

    member.stop()
    simulator.requests.clear()
    member.start()
    member.tray.wait_for_menu(chosen("Example Home"), what="the same after a restart")
    assert {request.path for request in simulator.requests if request.endpoint == "usage"} == {
        f"/api/organizations/{HOME['uuid']}/usage"
    }


def test_an_organization_without_usage_says_so_and_shows_no_numbers_of_another(
    member: Claudometer,
) -> None:
    member.tray.click("Example Team")
    member.tray.wait_for_menu(chosen("Example Team"), what="the team's numbers")
    member.tray.click("Example Console")
    refusal = menu_line(ErrorCode.ORGANIZATION_REFUSED)
    menu = member.tray.wait_for_menu(lambda menu: menu.find(refusal), what="the refusal")
    assert menu.find("Session") is None
    member.tray.click("Example Team")
    member.tray.wait_for_menu(chosen("Example Team"), what="the team's numbers again")


def test_a_single_organization_with_chat_is_used_without_asking_and_without_a_submenu(
    app: Claudometer, simulator: Simulator
) -> None:
    simulator.account.organizations = [HOME]
    app.env["CLAUDOMETER_SESSION_KEY"] = SESSION_KEY
    app.start().wait_for_status("ok")
    menu = app.tray.wait_for_menu(lambda menu: menu.find("81 %  Session"), what="the numbers")
    assert menu.find("Organization") is None
    wait_for(lambda: app.report()["account"]["organization"] == "Example Home", what="the name")


def test_a_refused_organization_is_requested_once_and_another_can_be_chosen(
    member: Claudometer, simulator: Simulator
) -> None:
    member.run("accounts", "organization", "default", str(TEAM["uuid"]))
    member.wait_for_status("ok")
    simulator.usage.stand(bodies.ORGANIZATION_DISABLED)
    assert member.run("refresh").returncode == 77
    member.stop()
    simulator.requests.clear()
    member.start().wait_for_status("unauthorized")
    listed = member.run("accounts")
    assert f"  * {TEAM['uuid']}  Example Team" in listed.stdout
    assert f"    {HOME['uuid']}  Example Home" in listed.stdout
    assert simulator.requests == []
    assert member.run("refresh").returncode == 77
    assert [request.endpoint for request in simulator.requests] == ["organizations", "usage"]
    simulator.usage.stand(None)
    assert member.run("accounts", "organization", "default", "Example Home").returncode == 0
    member.tray.wait_for_menu(chosen("Example Home"), what="the other one's numbers")
