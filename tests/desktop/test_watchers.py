"""Hosts that come late or leave while their watcher stays, and a panel that hangs."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from jeepney import DBusAddress

from tests.desktop.test_tray import playing, shown_sharp
from tests.desktop.waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.desktop.private_home import PrivateHome
    from tests.desktop.session import DesktopSession
    from tests.desktop.test_tray import Player

pytestmark = pytest.mark.desktop

BUS = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
ROOT = Path(__file__).parent.parent.parent
KDE_HOST = "org.kde.StatusNotifierHost-1"
NOT_TAKEN = "False not_taken"
PATIENT = {"PATIENCE_S": "20"}
"""A watcher has this time for several tries on a busy computer."""


class Watcher:
    """The watcher script, running."""

    def __init__(self, desktop: DesktopSession, home: PrivateHome, *arguments: str) -> None:
        self._log = home.logs / "watcher.out"
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                (sys.executable, "-m", "tests.desktop.watcher_script", *arguments),
                env=desktop.env_for(home) | {"PYTHONPATH": str(ROOT)},
                stdin=subprocess.PIPE,
                stdout=output,
                text=True,
                bufsize=1,
            )

    def send(self, word: str) -> None:
        """Send it one of the lines that the script's docstring explains."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{word}\n")

    def play_kde(self) -> None:
        """Claim to have a panel, and own the names of KDE's service and of its proxy for old icons."""
        for line in ("claim", "own org.kde.kded6", "own org.kde.xembedsniproxy"):
            self.send(line)

    @property
    def items(self) -> int:
        """The number of items that have registered."""
        return self._log.read_text().count("item ")

    @property
    def events(self) -> list[str]:
        """What has happened so far: ``host``, ``none``, ``item 1`` and so on."""
        return self._log.read_text().splitlines()

    def wait_for_items(self, count: int) -> None:
        """Wait until this many items have registered."""
        wait_for(lambda: self.items == count, what=f"{count} items")

    def kill(self) -> None:
        """Kill it, as in a crash."""
        assert self._process.stdin is not None
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()


@pytest.fixture
def watcher(bare_desktop: DesktopSession, home: PrivateHome) -> Iterator[Watcher]:
    running = Watcher(bare_desktop, home)
    yield running
    running.kill()


def wait_for_reports(player: Player, *hosts: bool | str) -> None:
    """Wait until the program has reported exactly these changes: a host, none, or ``NOT_TAKEN``."""
    expected = [f"host {present}" for present in hosts]

    def reported() -> list[str]:
        return [line for line in player.program.output.splitlines() if line.startswith("host")]

    wait_for(lambda: reported() == expected, what=f"{expected}")


def test_a_watcher_counts_only_while_it_has_a_host(
    bare_desktop: DesktopSession, home: PrivateHome, watcher: Watcher
) -> None:
    with playing(bare_desktop, home) as player:
        wait_for_reports(player, False)
        watcher.wait_for_items(1)
        watcher.send("host")
        wait_for_reports(player, False, True)
        watcher.send("none")
        wait_for_reports(player, False, True, False)
        watcher.send("host")
        wait_for_reports(player, False, True, False, True)
        assert watcher.items == 1


@pytest.mark.parametrize("service", ["org.kde.kded5", "org.kde.kded6"])
def test_the_watcher_of_kde_counts_only_while_a_panel_owns_its_name(
    service: str, bare_desktop: DesktopSession, home: PrivateHome, watcher: Watcher
) -> None:
    """It says that it has a host before the first one and after the last one, without any signal."""
    watcher.send("claim")
    watcher.send(f"own {service}")
    with playing(bare_desktop, home) as player:
        watcher.wait_for_items(1)
        wait_for_reports(player, False)
        watcher.send(f"own {KDE_HOST}")
        wait_for_reports(player, False, True)
        watcher.send(f"disown {KDE_HOST}")
        wait_for_reports(player, False, True, False)
        watcher.send(f"own {KDE_HOST}")
        wait_for_reports(player, False, True, False, True)
        assert watcher.items == 1


def test_the_first_panel_of_kde_may_come_after_the_patience(
    bare_desktop: DesktopSession, home: PrivateHome, watcher: Watcher
) -> None:
    patience_s = 5
    watcher.send("claim")
    watcher.send("own org.kde.kded6")
    with playing(bare_desktop, home, env={"PATIENCE_S": str(patience_s)}) as player:
        player.until("ready")
        time.sleep(1.5 * patience_s)  # the time itself is what the panel takes
        watcher.send(f"own {KDE_HOST}")
        wait_for_reports(player, True)


def test_the_watcher_of_another_desktop_counts_without_such_a_name(
    bare_desktop: DesktopSession, home: PrivateHome, watcher: Watcher
) -> None:
    """GNOME's extension owns none, and a program of KDE may have started KDE's service there."""
    watcher.send("claim")
    bare_desktop.bus.call(BUS, "RequestName", "su", "org.kde.kded6", 0)
    try:
        with playing(bare_desktop, home) as player:
            wait_for_reports(player, True)
    finally:
        bare_desktop.bus.call(BUS, "ReleaseName", "s", "org.kde.kded6")


def test_the_icon_registers_with_a_new_watcher_when_its_host_is_there(
    bare_desktop: DesktopSession, home: PrivateHome
) -> None:
    """Waybar is both, and never shows an item that registers before its host listens for items."""
    with playing(bare_desktop, home) as player:
        player.until("ready")
        watcher = Watcher(bare_desktop, home, "500")
        try:
            wait_for(lambda: watcher.items, what="the item")
            assert watcher.events == ["host", "item 1"]
        finally:
            watcher.kill()


def test_the_icon_registers_with_a_new_watcher_when_other_panels_are_there_too(
    bare_desktop: DesktopSession, home: PrivateHome
) -> None:
    """A second waybar takes the watcher over; whichever of the two registers later missed the icon."""
    with playing(bare_desktop, home) as player:
        player.until("ready")
        watcher = Watcher(bare_desktop, home, "500", "600")
        try:
            wait_for(lambda: watcher.items, what="the item")
            assert watcher.events == ["host", "host", "item 1"]
        finally:
            watcher.kill()


def test_the_icon_registers_again_each_time_after_ten_crashes_of_the_watcher(
    bare_desktop: DesktopSession, home: PrivateHome
) -> None:
    with playing(bare_desktop, home) as player:
        player.until("ready")
        for number in range(1, 11):
            watcher = Watcher(bare_desktop, home)
            try:
                watcher.wait_for_items(number)
            finally:
                watcher.kill()


def test_an_item_that_the_watcher_drops_registers_again(
    bare_desktop: DesktopSession, home: PrivateHome, watcher: Watcher
) -> None:
    """GNOME's extension drops an item for any error while it reads it, and never looks for it again."""
    watcher.send("host")
    with playing(bare_desktop, home):
        # As the specification names it, KDE's watcher and GNOME's extension.
        for count, path in enumerate(("", "/StatusNotifierItem", "@/StatusNotifierItem"), 1):
            watcher.wait_for_items(count)
            watcher.send(f"drop {path}")
        watcher.wait_for_items(4)


@pytest.mark.parametrize("manner", ["refuse", "ignore"])
def test_an_icon_that_the_watcher_does_not_take_is_not_shown(
    manner: str, bare_desktop: DesktopSession, home: PrivateHome, watcher: Watcher
) -> None:
    watcher.send(manner)
    watcher.send("host")
    # A new panel gets the icon after half a second.
    with playing(bare_desktop, home, env={"PATIENCE_S": "3"}) as player:
        wait_for(lambda: manner in watcher.events, what="the registration")
        wait_for_reports(player, NOT_TAKEN)
        watcher.kill()
        wait_for_reports(player, NOT_TAKEN, False)
        another = Watcher(bare_desktop, home)
        another.send("host")
        try:
            wait_for_reports(player, NOT_TAKEN, False, True)
        finally:
            another.kill()


def test_a_watcher_that_takes_the_icon_later_is_asked_again(
    bare_desktop: DesktopSession, home: PrivateHome, watcher: Watcher
) -> None:
    watcher.send("refuse")
    watcher.send("host")
    with playing(bare_desktop, home) as player:
        wait_for_reports(player, NOT_TAKEN)
        watcher.send("take")
        wait_for_reports(player, NOT_TAKEN, True)
        assert watcher.items == 1


def test_a_watcher_that_takes_the_icon_at_the_second_try_causes_no_report(
    bare_desktop: DesktopSession, home: PrivateHome, watcher: Watcher
) -> None:
    watcher.send("refuse")
    watcher.send("host")
    with playing(bare_desktop, home, env=PATIENT) as player:
        wait_for(lambda: "refuse" in watcher.events, what="the first registration")
        watcher.send("take")
        wait_for_reports(player, True)


def test_an_icon_that_is_dropped_again_and_again_is_not_shown_for_a_moment(
    bare_desktop: DesktopSession, home: PrivateHome, watcher: Watcher
) -> None:
    """As by GNOME's extension, if it fails to read the item each time."""
    watcher.send("drop each")
    watcher.send("host")
    with playing(bare_desktop, home) as player:
        watcher.wait_for_items(4)  # 1, 2 and 4 s after each other
        wait_for_reports(player, NOT_TAKEN)
        watcher.send("take")
        wait_for_reports(player, NOT_TAKEN, True)


def test_a_hung_panel_does_not_block_the_program(bare_desktop: DesktopSession, home: PrivateHome) -> None:
    bare_desktop.panel.start()
    with playing(bare_desktop, home) as player:
        player.tray.wait_until_shown()
        bare_desktop.panel.send_signal(signal.SIGSTOP)
        try:
            scenes = [str(60 + number % 6) for number in range(200)]
            (player.folder / "scenes").write_text("\n".join([*scenes, "moved"]) + "\n", encoding="utf-8")
            player.until("showed moved\n")
        finally:
            bare_desktop.panel.send_signal(signal.SIGCONT)
        player.tray.wait_for_menu(lambda menu: menu.find("43 %  Session"), what="the last number")
        wait_for(lambda: shown_sharp(bare_desktop, 43), what="the last picture on the panel")
