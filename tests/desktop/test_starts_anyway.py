"""The app starts on desktops that lack something, and says what is missing."""

from __future__ import annotations

import json
import os
import signal
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.present.icon import Level
from tests.desktop.icon_finder import icons_in
from tests.desktop.waiting import wait_for
from tests.sentences import menu_line, title
from tests.simulator.account import write_login

if TYPE_CHECKING:
    from tests.desktop.claudometer import Claudometer
    from tests.simulator import Simulator

pytestmark = pytest.mark.desktop

NO_TRAY = title(ErrorCode.TRAY_HOST_MISSING, reason="xfce_off")


def test_without_panel_notifications_and_keyring_the_window_opens_by_itself_and_says_why(
    bare_app: Claudometer,
) -> None:
    bare_app.launch()
    bare_app.page.wait_for_text(NO_TRAY)
    bare_app.page.wait_for_text("· Claude Code")
    shown = bare_app.read_page()
    assert "xfce4-panel" in shown
    assert "--add=systray" not in shown  # which would not start it

    bare_app.desktop.panel.start()
    bare_app.tray.wait_until_shown()
    bare_app.page.wait_for(lambda page: NO_TRAY not in str(page), what="the end of the notice")
    bare_app.tray.wait_for_menu(lambda menu: menu.find("81 %  Session"), what="the menu")
    bare_app.close_window()

    bare_app.process.send_signal(signal.SIGTERM)
    assert bare_app.process.wait_until_ended() == 0


def test_a_restarted_panel_gets_the_icon_with_its_numbers_and_no_window_opens(app: Claudometer) -> None:
    write_login(app.home.path / ".claude")
    app.start().wait_for_status("ok")
    app.desktop.panel.restart()
    app.tray.wait_until_shown()
    app.tray.wait_for_menu(lambda menu: menu.find("81 %  Session"), what="the numbers")
    assert not app.desktop.windows.all()


def test_without_a_session_bus_and_panel_the_window_opens_by_itself_with_numbers(
    bare_app: Claudometer,
) -> None:
    bare_app.env["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={bare_app.home.runtime}/none"
    bare_app.launch()
    assert bare_app.window.pid in bare_app.process.children
    assert bare_app.wait_for_status("ok")["limits"][0]["percent"] == 81
    bare_app.process.send_signal(signal.SIGTERM)
    assert bare_app.process.wait_until_ended() == 0


def test_without_a_session_bus_a_panel_shows_the_icon_in_its_xembed_tray(app: Claudometer) -> None:
    write_login(app.home.path / ".claude")
    app.env["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={app.home.runtime}/none"
    screen = app.desktop.screenshots
    app.launch()
    wait_for(lambda: icons_in(screen.grab(), Level.WARNING), what="the icon")
    assert not app.desktop.windows.all()
    app.process.send_signal(signal.SIGTERM)
    assert app.process.wait_until_ended() == 0


def test_a_missing_keyring_with_a_remembered_key_is_reported(app: Claudometer, simulator: Simulator) -> None:
    folder = app.home.config / "claudometer"
    remembered = {"mode": "web", "remember_session_key": True}
    (folder / "settings.json").write_text(json.dumps(remembered), encoding="utf-8")
    app.desktop.secrets.stop()
    app.start()
    app.tray.wait_for_menu(
        lambda menu: menu.find(menu_line(ErrorCode.KEYRING_MISSING)),
        what="the missing keyring",
    )
    assert simulator.requests == []


def test_without_a_graphical_session_it_says_so_names_watch_and_exits_with_69(app: Claudometer) -> None:
    app.env["DISPLAY"] = ""
    done = app.run()
    assert done.returncode == 69
    assert title(ErrorCode.NO_DISPLAY) in done.stderr
    assert "claudometer watch" in done.stderr


def test_it_starts_and_ends_whatever_is_in_the_place_of_its_files(app: Claudometer) -> None:
    """Folders for the socket and the process id, pipes for the log, the ledger and the settings."""
    write_login(app.home.path / ".claude")
    runtime, state = app.home.runtime / "claudometer", app.home.state / "claudometer"
    for folder in (runtime / "control.sock", runtime / "control.pid", state / "log"):
        folder.mkdir(parents=True)
    app.home.settings.unlink()
    pipes = (
        state / "log/claudometer.log",
        state / "requests.jsonl",
        app.home.config / "claudometer/settings.json",
        state / "history.db",
    )
    for pipe in pipes:
        os.mkfifo(pipe)
    app.start().wait_for_status("ok")
    app.process.send_signal(signal.SIGTERM)
    assert app.process.wait_until_ended() == 0
    assert pipes[0].is_fifo()
    assert pipes[1].is_fifo()
    assert pipes[3].is_fifo()
    assert pipes[2].with_suffix(".broken.json").is_fifo(), "unlike the others, the settings are moved aside"
    pipes[0].unlink()
