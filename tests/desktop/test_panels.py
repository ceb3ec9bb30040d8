"""The tray on real panels besides Xfce's: shown once, clicked, changed, and shown again after a crash."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from PIL import ImageChops

from tests.desktop.icon_finder import center, icons_in
from tests.desktop.panel import WATCHER
from tests.desktop.panels import I3BAR, LXQT, MATE
from tests.desktop.test_tray import playing
from tests.desktop.waiting import wait_for
from tests.desktop.wayland import open_sway

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PIL import Image

    from tests.desktop.private_home import PrivateHome
    from tests.desktop.program import Program
    from tests.desktop.screenshots import Box
    from tests.desktop.session import DesktopSession
    from tests.desktop.test_tray import Player
    from tests.desktop.wayland import WaylandSession

pytestmark = pytest.mark.desktop
ON_WAYBAR = pytest.mark.panels("sway", "grim", "waybar")


@contextmanager
def running(program: Program) -> Iterator[Program]:
    program.start()
    try:
        yield program
    finally:
        program.stop()


@pytest.fixture
def sway() -> Iterator[WaylandSession]:
    with open_sway() as session:
        yield session


def find_only_icon(grab: Callable[[], Image.Image]) -> tuple[int, int]:
    return center(wait_for(lambda: only(icons_in(grab())), what="one icon"))


def only(found: list[Box]) -> Box | None:
    return found[0] if len(found) == 1 else None


def around(place: tuple[int, int], picture: Image.Image) -> bytes:
    x, y = place
    return picture.crop((x - 14, y - 14, x + 14, y + 14)).tobytes()


@pytest.mark.panels("lxqt-panel")
def test_lxqt_shows_one_icon_and_follows_it(bare_desktop: DesktopSession, home: PrivateHome) -> None:
    grab = bare_desktop.screenshots.grab
    with running(LXQT.program(bare_desktop, home)), playing(bare_desktop, home) as player:
        player.until("host True")
        place = find_only_icon(grab)
        before = around(place, grab())
        player.play("moved")
        wait_for(lambda: around(place, grab()) != before, what="the other number")
        bare_desktop.devices.click(*place)
        player.until("clicked open_window None")
        bare_desktop.devices.click(*place, button=3)
        wait_for(lambda: bare_desktop.windows.menu_box_of_class("lxqt-panel"), what="the menu")
        bare_desktop.screenshots.save("panel-lxqt-menu")
        bare_desktop.devices.press("Up", "Return")
        player.until("clicked quit None")
        wait_for(lambda: not icons_in(grab()), what="the icon to go")


def test_xfce_killed_gets_the_icon_back(bare_desktop: DesktopSession, home: PrivateHome) -> None:
    bare_desktop.panel.start()
    with playing(bare_desktop, home) as player:
        find_only_icon(bare_desktop.screenshots.grab)
        bare_desktop.panel.send_signal(signal.SIGKILL)
        bare_desktop.panel.restart()
        player.tray.wait_until_shown()
        find_only_icon(bare_desktop.screenshots.grab)


@pytest.mark.panels("lxqt-panel")
def test_lxqt_killed_gets_the_icon_back(bare_desktop: DesktopSession, home: PrivateHome) -> None:
    grab = bare_desktop.screenshots.grab
    with playing(bare_desktop, home) as player:
        with running(LXQT.program(bare_desktop, home)) as panel:
            find_only_icon(grab)
            panel.send_signal(signal.SIGKILL)
            panel.wait_until_ended()
        with running(LXQT.program(bare_desktop, home)):
            player.tray.wait_until_shown()
            find_only_icon(grab)


@ON_WAYBAR
def test_waybar_shows_one_icon_and_follows_it(sway: WaylandSession, home: PrivateHome) -> None:
    with running(sway.waybar()), playing(sway, home) as player:
        player.until("host True")
        place = find_only_icon(sway.grab)
        before = around(place, sway.grab())
        player.play("moved")
        wait_for(lambda: around(place, sway.grab()) != before, what="the other number")
        sway.pointer.click(*place)
        player.until("clicked open_window None")
        menu = opened_menu(sway, place)
        sway.save("panel-waybar-menu")
        sway.pointer.click(menu[0] + 30, menu[3] - 16)
        player.until("clicked quit None")
        wait_for(lambda: not icons_in(sway.grab()), what="the icon to go")


def opened_menu(sway: WaylandSession, place: tuple[int, int]) -> Box:
    """Open the menu and return its place: the part of the screen that has changed."""
    closed = sway.grab()
    sway.pointer.click(*place, button=3)
    wait_for(lambda: differing(closed, sway.grab()) is not None, what="the menu")
    wait_for(lambda: sway.grab().tobytes() == sway.grab().tobytes(), what="the menu to stop moving")
    found = differing(closed, sway.grab())
    assert found is not None
    return found


def differing(first: Image.Image, second: Image.Image) -> Box | None:
    """Return the box of the differences below the panel, if it is as high as a menu."""
    top = 30
    both = (picture.crop((0, top, *picture.size)) for picture in (first, second))
    box = ImageChops.difference(*both).getbbox()
    if box is None or box[3] - box[1] < 60:
        return None
    return box[0], box[1] + top, box[2], box[3] + top


@ON_WAYBAR
def test_waybar_killed_ten_times_gets_the_icon_back_each_time(
    sway: WaylandSession, home: PrivateHome
) -> None:
    with playing(sway, home) as player:
        for _ in range(10):
            with running(sway.waybar()) as panel:
                player.tray.wait_until_shown()
                find_only_icon(sway.grab)
                panel.send_signal(signal.SIGKILL)
                panel.wait_until_ended()
        assert player.program.is_running


@ON_WAYBAR
def test_every_waybar_shows_the_icon_also_one_that_starts_later(
    sway: WaylandSession, home: PrivateHome
) -> None:
    def icons() -> int:
        return len(icons_in(sway.grab()))

    with running(sway.waybar()), playing(sway, home):
        wait_for(lambda: icons() == 1, what="the icon in the first bar")
        with running(sway.waybar(position="bottom")):
            wait_for(lambda: icons() == 2, what="the icon in both bars")


@ON_WAYBAR
def test_waybar_shows_a_tooltip_with_markup_characters(sway: WaylandSession, home: PrivateHome) -> None:
    with running(sway.waybar()) as panel, playing(sway, home) as player:
        place = find_only_icon(sway.grab)
        player.play("odd")
        wait_for(lambda: "R&D" in player.tray.wait_until_shown().title, what="the sentence")
        bare = sway.grab()
        sway.pointer.move_to(*place)
        wait_for(lambda: ImageChops.difference(bare, sway.grab()).getbbox(), what="the tooltip")
        sway.save("panel-waybar-tooltip")
        assert "markup" not in panel.output


def wait_for_percent(player: Player, percent: str) -> None:
    player.tray.wait_for_menu(lambda menu: menu.find(f"{percent} %  Session"), what="the menu")


@pytest.mark.panels("mate-panel")
def test_mate_reads_the_icon_and_its_menu_and_reads_them_again_after_a_crash(
    bare_desktop: DesktopSession, home: PrivateHome
) -> None:
    # Not checked on the screen: the panel of Debian 12 (1.27.0) draws no such icon of any program.
    with playing(bare_desktop, home) as player:
        for scenes in (("longer", "moved", "62"), ("60", "61", "63")):
            with running(MATE.program(bare_desktop, home)) as panel:
                player.tray.wait_until_shown()
                for scene in scenes:
                    player.play(scene)
                wait_for_percent(player, scenes[-1])
                hosts = [name for name in bare_desktop.bus.names() if "StatusNotifierHost" in name]
                assert hosts, panel.output
                os.kill(bare_desktop.bus.process_of(hosts[0]), signal.SIGKILL)
                wait_for(lambda: not bare_desktop.bus.has_owner(WATCHER.bus_name), what="the watcher's end")
        assert player.program.is_running


@pytest.mark.panels("lxqt-panel")
def test_two_panels_show_one_icon_each_and_the_remaining_one_keeps_it(
    bare_desktop: DesktopSession, home: PrivateHome
) -> None:
    grab = bare_desktop.screenshots.grab
    with playing(bare_desktop, home) as player, running(LXQT.program(bare_desktop, home)) as first:
        find_only_icon(grab)
        bare_desktop.panel.start()
        wait_for(lambda: len(icons_in(grab())) == 2, what="an icon on each")
        first.send_signal(signal.SIGKILL)
        first.wait_until_ended()
        find_only_icon(grab)
        player.play("moved")


@pytest.mark.panels("i3bar")
def test_i3bar_shows_the_icon_in_its_xembed_tray(bare_desktop: DesktopSession, home: PrivateHome) -> None:
    with playing(bare_desktop, home) as player:
        player.until("host False")
        with running(I3BAR.program(bare_desktop, home)):
            player.until("host True")
            place = find_only_icon(bare_desktop.screenshots.grab)
            bare_desktop.devices.click(*place)
            player.until("clicked open_window None")
            bare_desktop.devices.click(*place, button=3)
            wait_for(lambda: bare_desktop.windows.menu_box_of_class("Tray_script.py"), what="the menu")
            assert "Error" not in player.program.output
