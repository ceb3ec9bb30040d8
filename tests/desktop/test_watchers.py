"""Hosts that come late, go, and leave only their watcher behind; and a panel that has stopped to answer."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.desktop.test_tray import playing, shown_sharp
from tests.desktop.waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.desktop.private_home import PrivateHome
    from tests.desktop.session import DesktopSession
    from tests.desktop.test_tray import Player

pytestmark = pytest.mark.desktop

ROOT = Path(__file__).parent.parent.parent


class Watcher:
    """The watcher's program, running."""

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

    def say(self, word: str) -> None:
        """Have a host, or none."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{word}\n")

    @property
    def items(self) -> int:
        """How many items have registered."""
        return self._log.read_text().count("item ")

    @property
    def events(self) -> list[str]:
        """What has happened to it: ``host``, ``none``, ``item 1`` and so on."""
        return self._log.read_text().splitlines()

    def wait_for_items(self, count: int) -> None:
        """Wait until so many have registered, in 2 seconds at most."""
        wait_for(lambda: self.items == count, what=f"{count} items", timeout_s=2.0)

    def kill(self) -> None:
        """End it without a word."""
        assert self._process.stdin is not None
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()


@pytest.fixture
def watcher(bare_desktop: DesktopSession, home: PrivateHome) -> Iterator[Watcher]:
    running = Watcher(bare_desktop, home)
    yield running
    running.kill()


def heard(player: Player, *hosts: bool) -> None:
    """Wait until the program has said exactly this about hosts."""
    expected = [f"host {there}" for there in hosts]

    def said() -> list[str]:
        return [line for line in player.program.output.splitlines() if line.startswith("host")]

    wait_for(lambda: said() == expected, what=f"{expected}")


def test_a_watcher_without_a_host_counts_as_none_until_a_host_comes(
    bare_desktop: DesktopSession, home: PrivateHome, watcher: Watcher
) -> None:
    with playing(bare_desktop, home) as player:
        heard(player, False)
        watcher.wait_for_items(1)
        watcher.say("host")
        heard(player, False, True)
        watcher.say("none")
        heard(player, False, True, False)
        watcher.say("host")
        heard(player, False, True, False, True)
        assert watcher.items == 1


def test_the_icon_registers_with_a_new_watcher_when_its_host_is_there(
    bare_desktop: DesktopSession, home: PrivateHome
) -> None:
    """Waybar is both, and never shows an item that registers before its host listens for new ones."""
    with playing(bare_desktop, home) as player:
        player.until("ready")
        watcher = Watcher(bare_desktop, home, "500")
        try:
            wait_for(lambda: watcher.items, what="the item")
            assert watcher.events == ["host", "item 1"]
        finally:
            watcher.kill()


def test_a_watcher_killed_ten_times_is_told_of_the_icon_each_time(
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


def test_a_panel_that_has_stopped_holds_nobody_up(bare_desktop: DesktopSession, home: PrivateHome) -> None:
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
