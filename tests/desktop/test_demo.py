"""The demo reads and writes nothing of the user's, sends nothing, and can run beside the real app."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claudometer.control.client import ControlClient
from claudometer.present.messages import start
from claudometer.present.messages.menu import DEMO_NUMBERS
from claudometer.present.messages.requests import DEMO_SENDS_NOTHING
from tests import canary
from tests.cli.terminal import Terminal
from tests.desktop.claudometer import PROGRAM, Claudometer
from tests.desktop.traced import Trace
from tests.desktop.tray_reader import all_items
from tests.desktop.waiting import wait_for
from tests.simulator.account import write_login

if TYPE_CHECKING:
    from pathlib import Path

    from tests.desktop.private_home import PrivateHome
    from tests.desktop.session import DesktopSession
    from tests.desktop.tray_reader import TrayItem

pytestmark = pytest.mark.desktop


def started_in_a_terminal(desktop: DesktopSession, home: PrivateHome) -> Terminal:
    return Terminal([PROGRAM, "--demo"], desktop.env_for(home))


def test_a_terminal_is_told_where_the_program_went_and_ctrl_c_quits_it(
    desktop: DesktopSession, home: PrivateHome
) -> None:
    with started_in_a_terminal(desktop, home) as terminal:
        terminal.wait_for(start.IN_TRAY)
        with started_in_a_terminal(desktop, home) as another:
            another.wait_for(start.ALREADY_RUNNING)
            assert another.wait() == 0
        terminal.type("\x03")
        assert terminal.wait() == 0
        assert terminal.screen.text.splitlines() == [start.IN_TRAY, "^C"]


def test_a_terminal_is_told_that_the_window_opens_where_there_is_no_tray(
    bare_desktop: DesktopSession, home: PrivateHome
) -> None:
    with started_in_a_terminal(bare_desktop, home) as terminal:
        terminal.wait_for(start.IN_WINDOW)
        bare_desktop.windows.wait_for("Claudometer")
        terminal.type("\x03")
        assert terminal.wait() == 0
        assert terminal.screen.text.splitlines() == [start.IN_WINDOW, "^C"]


def source_at(app: ControlClient) -> object:
    """Return the source of an app's numbers; ``None`` before it responds and has some."""
    account = app.report()
    report = account["report"] if account else None
    return report and report["source"]


def users_own(home: PrivateHome) -> list[Path]:
    """Return the paths of the user's own files: login, settings, state, autostart, keyring, socket, icons."""
    return [
        home.path / ".claude",
        home.config / "claudometer",
        home.config / "autostart",
        home.state / "claudometer",
        home.data / "keyrings",
        home.runtime / "claudometer/control.sock",
        home.runtime / "claudometer/icons",
    ]


def test_the_demo_touches_none_of_the_users_files_and_sends_nothing(
    desktop: DesktopSession, home: PrivateHome
) -> None:
    write_login(home.path / ".claude", canary.ACCESS_TOKEN)
    trace = Trace(home.temporary / "trace")
    app = desktop.run([*trace.command, PROGRAM, "--demo"], home)
    tray = desktop.tray("claudometer")
    page = desktop.page("Claudometer")
    try:
        menu = tray.wait_for_menu(lambda menu: menu.find("Refresh now ·"), what="the demo's numbers")
        assert menu.labels[0] == DEMO_NUMBERS
        tray.click("Refresh now")
        tray.click("Open Claudometer")
        page.wait_for_text("· demo data")
        tray.click("Open Settings…")
        page.wait_for_text(DEMO_SENDS_NOTHING)
        tray.click("Quit")
        assert app.wait_until_ended() == 0
    finally:
        app.stop()
        page.disconnect()
    assert trace.opened_below(home.runtime / "claudometer/demo"), "the trace has recorded nothing"
    assert trace.opened_below(*users_own(home)) == []
    others = (home.path, home.config, home.data, home.state)
    changed = trace.changed_below(*others)
    # Graphics drivers keep shaders in the cache; fontconfig looks there and in its old place for its own.
    kept_by_libraries = (str(home.cache), f"{home.path}/.fontconfig/")
    assert [call for call in changed if not any(path in call for path in kept_by_libraries)] == []
    assert trace.sent_elsewhere == []
    assert desktop.secrets.attributes_of_all() == []


def test_each_demo_begins_with_the_default_settings(desktop: DesktopSession, home: PrivateHome) -> None:
    earlier = home.runtime / "claudometer/demo/config/settings.json"
    earlier.parent.mkdir(parents=True)
    earlier.write_text('{"schema_version": 2, "percents": "remaining"}')
    with started_in_a_terminal(desktop, home) as terminal:
        terminal.wait_for(start.IN_TRAY)
        answer = ControlClient(str(home.runtime / "claudometer/demo.sock")).ask("settings")
        assert answer is not None
        assert answer["form"]["percents"] == "used"
        terminal.type("\x03")
        assert terminal.wait() == 0


def session_icon(app: Claudometer) -> TrayItem | None:
    """Return the app's icon once it shows the session."""
    item = app.tray.wait_until_shown()
    return item if "Session 81" in item.title else None


def test_commands_with_demo_reach_only_the_demo_and_others_only_the_app(app: Claudometer) -> None:
    write_login(app.home.path / ".claude")
    app.start().wait_for_status("ok")
    own_icon = wait_for(lambda: session_icon(app), what="the icon with the account's number")
    demo = app.desktop.run([PROGRAM, "--demo"], app.home)
    demo_client = ControlClient(str(app.socket.with_name("demo.sock")))
    try:
        wait_for(lambda: source_at(demo_client), what="the demo's numbers")
        assert '"source": "demo"' in app.run("--demo", "status", "--json").stdout
        assert '"source": "oauth"' in app.run("status", "--json").stdout
        assert app.run("--demo", "quit").returncode == 0
        assert demo.wait_until_ended() == 0
    finally:
        demo.stop()
    wait_for(lambda: len(all_items(app.desktop.bus)) == 1, what="the end of the demo's icon")
    assert app.tray.wait_until_shown() == own_icon
    assert app.call("ping")["pid"] == app.process.pid
