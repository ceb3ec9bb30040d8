"""The tray on a real desktop: shown by a panel, read and clicked over D-Bus and with the mouse."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import contextmanager
from functools import partial
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest
from PIL import Image, ImageChops

from claudometer.ui.tray.drawing import draw
from tests.desktop.look import Look
from tests.desktop.session import open_desktop
from tests.desktop.tray_script import icon
from tests.desktop.waiting import LONGEST_S, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tests.desktop.app_process import AppProcess
    from tests.desktop.private_home import PrivateHome
    from tests.desktop.screenshots import Box
    from tests.desktop.session import DesktopSession
    from tests.desktop.tray_reader import TrayReader

pytestmark = pytest.mark.desktop

ROOT = Path(__file__).parent.parent.parent
PANEL_SIZE = 22
MIXING = 48
"""Largest deviation of a color if the panel halves the picture; any other scaling deviates more."""


class Desk(Protocol):
    """What the script needs of a desktop, X11 or Wayland."""

    def run(
        self, argv: Sequence[str], home: PrivateHome, *, env: Mapping[str, str] | None = None
    ) -> AppProcess: ...
    def tray(self, item_id: str) -> TrayReader: ...


class Player:
    """The tray script, running."""

    def __init__(self, desktop: Desk, home: PrivateHome, *, env: Mapping[str, str] | None = None) -> None:
        self.folder = home.runtime / "claudometer"
        self.folder.mkdir()
        argv = [sys.executable, "-m", "tests.desktop.tray_script", str(self.folder)]
        self.program: AppProcess = desktop.run(argv, home, env={"PYTHONPATH": str(ROOT), **dict(env or {})})
        self.tray: TrayReader = desktop.tray("claudometer")

    def until(self, words: str) -> str:
        """Wait until the program has printed ``words``; return its output."""
        wait_for(lambda: words in self.program.output, what=f"{words!r}")
        return self.program.output

    def play(self, scene: str) -> None:
        """Show a scene."""
        (self.folder / "scenes").write_text(f"{scene}\n", encoding="utf-8")
        self.until(f"showed {scene}\n")


@contextmanager
def playing(desktop: Desk, home: PrivateHome, *, env: Mapping[str, str] | None = None) -> Iterator[Player]:
    """Run the tray script during the block."""
    running = Player(desktop, home, env=env)
    try:
        yield running
    finally:
        running.program.stop()


@pytest.fixture
def player(desktop: DesktopSession, home: PrivateHome) -> Iterator[Player]:
    """The tray script, running on the shared desktop."""
    with playing(desktop, home) as running:
        running.until("ready")
        running.tray.wait_until_shown()
        yield running


def is_in(picture: Image.Image, screen: Image.Image) -> bool:
    """Return whether the picture is somewhere on the screen, unscaled, over the panel's plain color."""
    ground = Image.new("RGB", picture.size, screen.getpixel((0, screen.height // 2)))
    ground.paste(picture, mask=picture)
    width, height = picture.size
    corners = product(range(screen.width - width + 1), range(screen.height - height + 1))
    cut_outs = (screen.crop((x, y, x + width, y + height)) for x, y in corners)
    return any(farthest(ground, cut_out) <= MIXING for cut_out in cut_outs)


def farthest(first: Image.Image, second: Image.Image) -> int:
    """Return the largest difference of a color value of any pixel."""
    counts = ImageChops.difference(first, second).histogram()
    return max(place % 256 for place, count in enumerate(counts) if count)


def shown_sharp(desktop: DesktopSession, percent: int) -> bool:
    """Return whether the panel shows this number's picture as it was drawn."""
    look = desktop.look
    drawn = draw(icon(percent), PANEL_SIZE * look.scale)
    picture = Image.frombytes("RGBA", (drawn.side, drawn.side), drawn.rgba())
    left, top, right, bottom = desktop.tray_on_screen.box
    around = (left - 10, top, right + 10, bottom)
    return is_in(picture, desktop.screenshots.grab(around).convert("RGB"))


def menu_on_screen(desktop: DesktopSession) -> Box | None:
    """Return the place of the menu, if it is open."""
    return desktop.windows.menu_box_of_class("Wrapper-2.0")


def menu_picture(desktop: DesktopSession) -> bytes:
    """Return the picture of the menu, which must be open.

    The panel moves it by some pixels when its clock has changed the width: digits are not equally wide.
    """
    place = menu_on_screen(desktop)
    assert place is not None, "the menu has closed"
    return desktop.screenshots.grab(place).tobytes()


def test_the_panel_shows_the_picture_pixel_by_pixel(desktop: DesktopSession, player: Player) -> None:
    wait_for(lambda: shown_sharp(desktop, 42), what="the icon as it was drawn")


@pytest.mark.parametrize("look", [Look(dark=False), Look(dark=True, scale=2)], ids=lambda look: look.name)
def test_a_light_panel_and_one_of_double_density_show_it_pixel_by_pixel_too(
    look: Look, home: PrivateHome
) -> None:
    with open_desktop(look) as session, playing(session, home) as player:
        player.until("ready")
        wait_for(lambda: shown_sharp(session, 42), what="the icon as it was drawn")


def test_every_change_is_shown(desktop: DesktopSession, player: Player) -> None:
    for number in range(60, 66):
        player.play(str(number))
        wait_for(partial(shown_sharp, desktop, number), what=f"{number} on the panel")


def test_tooltip_title_and_description_are_the_models_tooltip(player: Player) -> None:
    item = player.tray.wait_until_shown()
    assert item.title == item.icon_description == item.tooltip == "Claude: Session 42 %"
    assert item.status == "Active"


def test_the_menu_has_every_kind_of_entry(player: Player) -> None:
    assert str(player.tray.menu()).splitlines() == [
        "42 %  Session",
        "-",
        "Refresh now",
        "Fail",
        "Organization",
        "[x] of_org-1",
        "[ ] of_org-2",
        "Quit",
    ]


def test_a_click_reports_the_clicked_action(player: Player) -> None:
    player.tray.click("Refresh now")
    player.until("clicked refresh None")
    player.tray.click("of_org-2")
    player.until("clicked organization org-2")


def test_only_the_program_moves_the_check_mark(player: Player) -> None:
    player.tray.click("of_org-2")
    output = player.until("clicked organization org-2")
    assert output.count("clicked") == 1
    assert "[x] of_org-1" in str(player.tray.menu())
    player.play("other")
    assert "[ ] of_org-1\n[x] of_org-2" in str(player.tray.menu())


def test_a_click_on_the_checked_entry_does_not_uncheck_it(player: Player) -> None:
    player.tray.click("of_org-1")
    player.until("clicked organization org-1")
    assert "[x] of_org-1" in str(player.tray.menu())


def test_a_click_that_fails_is_logged_and_the_next_one_works(player: Player) -> None:
    player.tray.click("Fail")
    assert "RuntimeError: a click that fails" in player.until("Traceback")
    player.tray.click("Refresh now")
    player.until("clicked refresh None")


def test_an_open_menu_stays_open_while_its_labels_and_entries_change(
    desktop: DesktopSession, player: Player
) -> None:
    wait_for(lambda: shown_sharp(desktop, 42), what="the icon, which a click on an empty panel would miss")
    desktop.tray_on_screen.open_menu()
    try:
        before = menu_picture(desktop)
        player.play("moved")
        wait_for(lambda: menu_picture(desktop) != before, what="the new number")
        player.play("longer")  # this panel shows new lines only when the menu is opened again
        player.tray.wait_for_menu(lambda menu: menu.find("1 %  Model 1"), what="the new lines")
        assert len(menu_picture(desktop)) == len(before)
    finally:
        desktop.tray_on_screen.close_menu()


def test_entries_keep_their_ids_while_only_labels_change(player: Player) -> None:
    before = [entry.number for entry in player.tray.menu()]
    player.play("moved")
    menu = player.tray.wait_for_menu(lambda menu: menu.find("43 %  Session"), what="the new number")
    assert [entry.number for entry in menu] == before


def test_showing_the_same_again_changes_nothing(player: Player) -> None:
    item, menu = player.tray.wait_until_shown(), player.tray.menu()
    player.play("same")
    assert (player.tray.wait_until_shown(), player.tray.menu()) == (item, menu)


def test_the_icon_comes_back_when_the_panel_restarts(desktop: DesktopSession, home: PrivateHome) -> None:
    with playing(desktop, home, env={"PATIENCE_S": "120"}) as player:  # more than this panel ever takes
        player.until("host True")
        desktop.panel.restart()
        player.tray.wait_until_shown()
        wait_for(lambda: shown_sharp(desktop, 42), what="the icon on the new panel")
        assert "host False" not in player.program.output


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(player: Player, number: signal.Signals) -> None:
    player.program.send_signal(number)
    assert player.program.wait_until_ended() == 0
    assert f"ending {number.name}\nended\n" in player.program.output


def test_quit_ends_it_and_removes_the_icon(player: Player) -> None:
    player.tray.click("Quit")
    assert player.program.wait_until_ended() == 0
    player.tray.wait_until_gone()


def test_variables_set_for_loading_the_toolkit_are_not_inherited(player: Player) -> None:
    assert "ready None None" in player.program.output


def test_without_a_panel_it_runs_and_the_icon_appears_once_there_is_one(
    bare_desktop: DesktopSession, home: PrivateHome
) -> None:
    with playing(bare_desktop, home) as player:
        player.until("host False")
        bare_desktop.panel.start()
        player.tray.wait_until_shown()
        before = player.until("host True").count("host False")
        bare_desktop.panel.stop()
        wait_for(lambda: player.program.output.count("host False") > before, what="the loss of the panel")
        player.program.send_signal(signal.SIGTERM)
        assert player.program.wait_until_ended() == 0


def test_no_toolkit_is_loaded_and_no_x_server_is_connected_to(player: Player) -> None:
    maps = Path(f"/proc/{player.program.pid}/maps").read_text(encoding="utf-8")
    assert "libgio-2.0" in maps
    assert not [name for name in ("libgtk", "libgdk", "libX11", "libwayland", "libLLVM") if name in maps]


@pytest.mark.parametrize("method", ["Activate", "SecondaryActivate", "ContextMenu"])
def test_a_click_on_the_icon_itself_opens_the_window(player: Player, method: str) -> None:
    player.tray.activate(method)
    player.until("clicked open_window None")


def test_a_left_click_on_a_real_panel_opens_the_window(desktop: DesktopSession, player: Player) -> None:
    wait_for(lambda: shown_sharp(desktop, 42), what="the icon, which a click on an empty panel would miss")
    desktop.tray_on_screen.click(1)
    player.until("clicked open_window None")
    assert menu_on_screen(desktop) is None


def test_the_icon_is_back_after_a_restart_of_the_bus(bare_desktop: DesktopSession, home: PrivateHome) -> None:
    bare_desktop.panel.start()
    with playing(bare_desktop, home) as player:
        player.tray.wait_until_shown()
        bare_desktop.restart_bus()
        player.tray.wait_until_shown()
        player.play("moved")
        player.tray.wait_for_menu(lambda menu: menu.find("43 %  Session"), what="the new number")
        assert player.program.output.count("no session bus") == 1


def test_without_a_session_bus_it_runs_and_reports_that_the_icon_is_not_shown(
    bare_desktop: DesktopSession, home: PrivateHome
) -> None:
    no_bus = {"DBUS_SESSION_BUS_ADDRESS": f"unix:path={home.runtime}/none"}
    with playing(bare_desktop, home, env=no_bus) as player:
        player.until("host False")
        player.program.send_signal(signal.SIGTERM)
        assert player.program.wait_until_ended() == 0


@pytest.mark.parametrize("display", ["", ":4711"])
def test_without_a_display_it_says_so(desktop: DesktopSession, home: PrivateHome, display: str) -> None:
    with playing(desktop, home, env={"DISPLAY": display}) as player:
        assert player.program.wait_until_ended() == 0
        assert "error no_display" in player.program.output


def test_an_xembed_tray_is_found_if_there_is_one(desktop: DesktopSession) -> None:
    assert finds_xembed_tray(desktop) == "True"


def test_no_xembed_tray_is_found_if_there_is_none(bare_desktop: DesktopSession) -> None:
    assert finds_xembed_tray(bare_desktop) == "False"


def finds_xembed_tray(desktop: DesktopSession) -> str:
    """Return the printed result of the program's own search on this desktop."""
    script = "from claudometer.ui.tray.xembed import has_xembed_tray; print(has_xembed_tray())"
    argv = [sys.executable, "-c", script]
    done = subprocess.run(
        argv, env=dict(desktop.env), capture_output=True, text=True, timeout=LONGEST_S, check=True
    )
    return done.stdout.strip()
