"""Panels that only have an XEmbed tray: started late, killed, and replaced by a better one."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import pytest
from Xlib import X
from Xlib.display import Display

from tests.desktop.icon_finder import center, icons_in
from tests.desktop.program import Program
from tests.desktop.test_tray import playing
from tests.desktop.test_watchers import NOT_TAKEN, Watcher, wait_for_reports
from tests.desktop.waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.desktop.private_home import PrivateHome
    from tests.desktop.session import DesktopSession

pytestmark = pytest.mark.desktop

PANELS = {
    "trayer": ("trayer", "--edge", "top", "--widthtype", "request", "--height", "24"),
    "tint2": ("tint2",),
}
EACH = [pytest.param(name, marks=pytest.mark.panels(name)) for name in PANELS]
ON_TRAYER = pytest.mark.panels("trayer")


@contextmanager
def old_panel(desktop: DesktopSession, home: PrivateHome, name: str) -> Iterator[Program]:
    panel = Program(PANELS[name], env=dict(desktop.env), logs=home.logs)
    panel.start()
    try:
        yield panel
    finally:
        panel.stop()


@contextmanager
def panel_that_takes_no_icon(desktop: DesktopSession) -> Iterator[None]:
    """Claim the old tray of the screen, and answer no program that asks for a place in it."""
    display = Display(desktop.env["DISPLAY"])
    window = display.screen().root.create_window(0, 0, 1, 1, 0, X.CopyFromParent)
    window.set_selection_owner(display.intern_atom("_NET_SYSTEM_TRAY_S0"), X.CurrentTime)
    display.sync()
    yield
    display.close()


def shows(desktop: DesktopSession, count: int) -> bool:
    return len(icons_in(desktop.screenshots.grab())) == count


@pytest.mark.parametrize("name", EACH)
def test_a_panel_that_starts_late_gets_the_icon(
    name: str, bare_desktop: DesktopSession, home: PrivateHome
) -> None:
    with playing(bare_desktop, home) as player:
        player.until("host False")
        with old_panel(bare_desktop, home, name):
            player.until("host True")
            wait_for(partial(shows, bare_desktop, 1), what="the icon")
            bare_desktop.screenshots.save(f"old-tray-{name}")
        player.program.send_signal(signal.SIGTERM)
        assert player.program.wait_until_ended() == 0


@ON_TRAYER
def test_an_old_tray_that_only_forwards_to_the_watcher_of_kde_is_no_panel(
    bare_desktop: DesktopSession, home: PrivateHome
) -> None:
    """KDE's proxy takes icons the old way also while no panel is there to show them."""
    watcher = Watcher(bare_desktop, home)
    watcher.play_kde()
    try:
        # The panel stands for the proxy, so that the screen shows whether it got the icon.
        with old_panel(bare_desktop, home, "trayer"), playing(bare_desktop, home) as player:
            wait_for_reports(player, False)
            assert shows(bare_desktop, 0)
            watcher.send("disown org.kde.xembedsniproxy")
            wait_for_reports(player, False, True)
            wait_for(partial(shows, bare_desktop, 1), what="the icon")
    finally:
        watcher.kill()


@pytest.mark.parametrize("name", EACH)
def test_the_program_survives_a_killed_panel_and_the_next_panel_gets_the_icon(
    name: str, bare_desktop: DesktopSession, home: PrivateHome
) -> None:
    as_in_the_program = {"PATIENCE_S": "2.5"}
    with (
        old_panel(bare_desktop, home, name) as panel,
        playing(bare_desktop, home, env=as_in_the_program) as player,
    ):
        player.until("host True")
        wait_for(partial(shows, bare_desktop, 1), what="the icon")
        panel.send_signal(signal.SIGKILL)
        player.until("host False")
        with old_panel(bare_desktop, home, name):
            wait_for(
                lambda: player.program.output.count("host True") == 2, what="the notice of the new panel"
            )
            wait_for(partial(shows, bare_desktop, 1), what="the icon on the new panel")
            player.play("moved")


def is_only_in_new_tray(desktop: DesktopSession) -> bool:
    """Return whether the only icon on the screen is in the tray of xfce4-panel."""
    found = icons_in(desktop.screenshots.grab())
    left, top, right, bottom = desktop.tray_on_screen.box
    return len(found) == 1 and (left <= center(found[0])[0] < right and top <= center(found[0])[1] < bottom)


@ON_TRAYER
def test_a_better_panel_takes_over_the_icon(bare_desktop: DesktopSession, home: PrivateHome) -> None:
    with old_panel(bare_desktop, home, "trayer"), playing(bare_desktop, home) as player:
        wait_for(partial(shows, bare_desktop, 1), what="the icon on the old panel")
        bare_desktop.panel.start()
        player.tray.wait_until_shown()
        wait_for(lambda: is_only_in_new_tray(bare_desktop), what="one icon, on the new panel")
        assert "host False" not in player.program.output


@ON_TRAYER
def test_the_menu_opens_on_an_old_panel_and_its_last_entry_is_quit(
    bare_desktop: DesktopSession, home: PrivateHome
) -> None:
    with old_panel(bare_desktop, home, "trayer"), playing(bare_desktop, home) as player:
        player.until("host True")
        box = wait_for(lambda: icons_in(bare_desktop.screenshots.grab()), what="the icon")[0]
        bare_desktop.devices.click(*center(box), button=3)
        wait_for(lambda: bare_desktop.windows.menu_box_of_class("Tray_script.py"), what="the menu")
        bare_desktop.devices.press("Up", "Return")
        player.until("clicked quit None")


@ON_TRAYER
def test_a_session_with_only_an_old_panel_has_the_icon_soon_after_the_start(
    bare_desktop: DesktopSession, home: PrivateHome
) -> None:
    patient = {"PATIENCE_S": "3000"}  # it must not wait for a better panel
    with old_panel(bare_desktop, home, "trayer"), playing(bare_desktop, home, env=patient) as player:
        player.until("ready")
        wait_for(partial(shows, bare_desktop, 1), what="the icon")
        player.until("host True")


def test_an_old_panel_that_does_not_take_the_icon_is_no_missing_panel(
    bare_desktop: DesktopSession, home: PrivateHome
) -> None:
    with playing(bare_desktop, home) as player:
        wait_for_reports(player, False)
        with panel_that_takes_no_icon(bare_desktop):
            wait_for_reports(player, False, NOT_TAKEN)
        wait_for_reports(player, False, NOT_TAKEN, False)


@ON_TRAYER
def test_an_old_panel_gets_the_icon_that_another_one_refuses(
    bare_desktop: DesktopSession, home: PrivateHome
) -> None:
    watcher = Watcher(bare_desktop, home)
    watcher.send("refuse")
    watcher.send("host")
    try:
        with old_panel(bare_desktop, home, "trayer"), playing(bare_desktop, home) as player:
            wait_for(partial(shows, bare_desktop, 1), what="the icon")
            wait_for_reports(player, True)
            watcher.send("take")
            wait_for(partial(shows, bare_desktop, 0), what="the end of the icon on the old panel")
            wait_for_reports(player, True)
    finally:
        watcher.kill()
