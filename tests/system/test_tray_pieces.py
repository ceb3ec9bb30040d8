"""Which piece a desktop lacks to show tray icons, and the line that gets it."""

from __future__ import annotations

import pytest

from claudometer.system.tray_pieces import Piece, command_for, find_piece


@pytest.mark.parametrize(
    ("names", "piece"),
    [
        ("GNOME", Piece.GNOME),
        ("ubuntu:GNOME", Piece.GNOME),
        ("GNOME-Classic:GNOME", Piece.GNOME),
        ("Budgie:GNOME", Piece.BUDGIE),
        ("X-Cinnamon", Piece.CINNAMON),
        ("XFCE", Piece.XFCE),
        ("KDE", Piece.PLASMA),
        ("sway:wlroots", Piece.WLROOTS),
        ("i3", Piece.I3),
        ("unheard-of", Piece.OTHER),
        ("", Piece.OTHER),
    ],
)
def test_a_desktop_is_known_by_the_names_that_it_gives_itself(names: str, piece: Piece) -> None:
    assert find_piece({"XDG_CURRENT_DESKTOP": names}, has_bus=True) is piece


def test_a_compositor_without_a_name_lacks_a_bar() -> None:
    assert find_piece({"WAYLAND_DISPLAY": "wayland-1"}, has_bus=True) is Piece.WLROOTS


@pytest.mark.parametrize("session", [{"XDG_CURRENT_DESKTOP": "KDE"}, {"WAYLAND_DISPLAY": "wayland-1"}])
def test_what_a_desktop_without_a_message_bus_lacks_first_is_the_bus(session: dict[str, str]) -> None:
    assert find_piece(session) is Piece.NO_BUS
    named = {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/run/user/1000/bus"}
    assert find_piece(session | named) is not Piece.NO_BUS
    assert find_piece(session | named, has_bus=False) is Piece.NO_BUS


def test_a_window_manager_alone_needs_no_bus_for_a_panel_of_the_old_kind() -> None:
    assert find_piece({"DISPLAY": ":0"}) is Piece.OTHER


@pytest.mark.parametrize(
    ("manager", "line"),
    [
        ("apt-get", "sudo apt install gnome-shell-extension-appindicator"),
        ("dnf", "sudo dnf install gnome-shell-extension-appindicator"),
        ("pacman", "sudo pacman -S gnome-shell-extension-appindicator"),
        ("none of them", "sudo apt install gnome-shell-extension-appindicator"),
    ],
)
def test_the_line_is_for_the_package_manager_that_is_there(manager: str, line: str) -> None:
    programs = {manager, "sudo"}
    found = command_for(Piece.GNOME, lambda name: name if name in programs else None, is_root=False)
    assert found == line


def test_where_it_takes_clicks_there_is_no_line() -> None:
    assert command_for(Piece.PLASMA) is None
