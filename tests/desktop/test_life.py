"""From start to end: a single instance, clean exits, and starts after a crash."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.processes.window import CLOSING_S
from tests.desktop import process_tree
from tests.desktop.claudometer import OPEN_WINDOW, QUIT, TITLE
from tests.desktop.waiting import wait_for
from tests.sentences import menu_line, title
from tests.simulator.account import write_login

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.desktop.claudometer import Claudometer
    from tests.simulator import Simulator

pytestmark = pytest.mark.desktop

END: dict[str, Callable[[Claudometer], object]] = {
    "SIGTERM": lambda app: app.process.send_signal(signal.SIGTERM),
    "SIGINT": lambda app: app.process.send_signal(signal.SIGINT),
    "the menu's Quit": lambda app: app.tray.click(QUIT),
    "claudometer quit": lambda app: app.run("quit"),
}


def window_of(app: Claudometer) -> int:
    """Return the process of the only window."""
    (pid,) = app.window_pids
    return pid


def wait_until_windowless(app: Claudometer) -> None:
    app.desktop.windows.wait_until_none(TITLE)
    wait_for(lambda: not app.process.children, what="the end of the window's processes")


@pytest.mark.parametrize("way", END)
def test_every_way_to_end_it_is_clean_and_ends_the_window_too(app: Claudometer, way: str) -> None:
    app.start("settings")
    window, family = app.window, app.process.children
    assert window.pid in family
    END[way](app)
    assert app.process.wait_until_ended() == 0
    app.tray.wait_until_gone()
    assert not app.desktop.windows.all()
    wait_for(lambda: all(map(process_tree.is_zombie, family)), what="the end of every child")
    assert not app.socket.exists()
    assert not list((app.home.runtime / "claudometer").rglob("*.png"))
    assert app.process.output == ""


def test_of_simultaneous_launches_one_runs_and_the_others_open_its_only_window(
    app: Claudometer,
) -> None:
    launched = [app.launch() for _ in range(3)]
    wait_for(lambda: sum(each.is_running for each in launched) == 1, what="all but one to end")
    (running,) = (each for each in launched if each.is_running)
    ended = [each.wait_until_ended() for each in launched if each is not running]
    assert ended == [0, 0]
    try:
        app.tray.wait_until_shown()
        wait_for(lambda: len(app.window_pids) == 1, what="its window")
        assert app.call("ping")["pid"] == running.pid
        app.wait_for_page()
        assert len(app.desktop.windows.all()) == 1
    finally:
        for each in launched:
            each.stop()


def test_after_a_crash_the_window_closes_and_the_next_start_works(
    app: Claudometer,
) -> None:
    app.start("settings")
    crashed, window = app.process, app.window.pid
    crashed.send_signal(signal.SIGKILL)
    assert crashed.wait_until_ended() == -signal.SIGKILL
    assert app.socket.exists()
    app.desktop.windows.wait_until_none(TITLE)
    wait_for(lambda: process_tree.is_zombie(window), what="the end of the orphaned window")
    app.tray.wait_until_gone()
    app.start("settings")
    assert app.call("ping")["pid"] == app.process.pid
    assert app.window.pid in app.process.children


def test_a_command_after_a_crash_finds_no_app_and_says_so(app: Claudometer) -> None:
    app.start().process.send_signal(signal.SIGKILL)
    app.process.wait_until_ended()
    refreshed = app.run("refresh")
    assert refreshed.returncode == 69
    assert title(ErrorCode.NOT_RUNNING) in refreshed.stderr
    assert app.run("quit").returncode == 0


def test_a_crash_of_the_window_is_reported_in_the_menu_until_one_opens_again(app: Claudometer) -> None:
    app.start().open_window()
    os.kill(window_of(app), signal.SIGKILL)
    app.tray.wait_for_menu(
        lambda menu: menu.find(menu_line(ErrorCode.WINDOW_FAILED)), what="the notice in the menu"
    )
    wait_until_windowless(app)
    page = app.open_window()
    app.tray.wait_for_menu(
        lambda menu: not menu.find(menu_line(ErrorCode.WINDOW_FAILED)), what="a menu without it"
    )
    assert "could not be opened" not in str(page.read())


def test_a_click_while_the_window_takes_long_to_close_opens_it_again(app: Claudometer) -> None:
    app.start().open_window()
    closing = window_of(app)
    app.window.close()
    app.desktop.windows.wait_until_none(TITLE)
    with suppress(ProcessLookupError):  # it may have ended already
        os.kill(closing, signal.SIGSTOP)  # as on a busy computer
    app.tray.click(OPEN_WINDOW)
    time.sleep(2 * CLOSING_S)  # so that the click was too early to open a new window by its time alone
    with suppress(ProcessLookupError):
        os.kill(closing, signal.SIGCONT)
    app.wait_for_page()
    assert window_of(app) != closing


def test_the_program_ends_even_while_a_thread_waits_for_a_file(
    app: Claudometer, simulator: Simulator
) -> None:
    write_login(app.home.path / ".claude")
    folder = app.home.state / "claudometer"
    folder.mkdir()
    os.mkfifo(folder / "history.db")  # like a file on a lost network drive, it blocks its readers
    app.start()
    wait_for(lambda: simulator.requests, what="a request to be recorded")
    app.process.send_signal(signal.SIGTERM)
    assert app.process.wait_until_ended() == 0
    app.tray.wait_until_gone()


def test_the_window_gets_the_activation_token_of_the_panels_click(app: Claudometer) -> None:
    write_login(app.home.path / ".claude")
    app.start().wait_for_status("ok")
    app.tray.provide_token("a-token-of-the-panel")
    app.tray.activate()
    given = process_tree.environment(app.window.pid)
    assert "XDG_ACTIVATION_TOKEN=a-token-of-the-panel" in given
    app.close_window()
    app.tray.activate()
    assert not [entry for entry in process_tree.environment(app.window.pid) if "a-token-of" in entry]
