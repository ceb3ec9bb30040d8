"""Which piece a desktop lacks to show tray icons, and the command that provides it."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import pytest

from claudometer.system import tray_pieces
from claudometer.system.tray_pieces import Piece, command_for, find_missing, find_piece

if TYPE_CHECKING:
    from pathlib import Path


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
def test_what_a_desktop_without_a_message_bus_lacks_first_is_the_bus(
    session: dict[str, str], short_folder: Path
) -> None:
    path = short_folder / "bus"
    named = session | {"DBUS_SESSION_BUS_ADDRESS": f"unix:path={path},guid=0123"}
    assert find_piece(session) is find_piece(named) is Piece.NO_BUS
    with socket.socket(socket.AF_UNIX) as bus:
        bus.bind(str(path))
        assert find_piece(named) is Piece.NO_BUS  # nobody listens
        bus.listen()
        assert find_piece(named) is not Piece.NO_BUS
        assert find_piece(session | {"XDG_RUNTIME_DIR": str(short_folder)}) is not Piece.NO_BUS
        assert find_piece(named, has_bus=False) is Piece.NO_BUS
    assert find_piece(named) is Piece.NO_BUS  # it has ended, and its socket is still there


def test_a_window_manager_alone_needs_no_bus_for_a_panel_of_the_old_kind() -> None:
    assert find_piece({"DISPLAY": ":0"}) is Piece.OTHER


@pytest.mark.parametrize(
    ("manager", "line"),
    [
        ("apt-get", "sudo apt install gnome-shell-extension-appindicator"),
        ("dnf", "sudo dnf install gnome-shell-extension-appindicator"),
        ("pacman", "sudo pacman -S gnome-shell-extension-appindicator"),
        ("none of them", None),
    ],
)
def test_the_command_is_for_the_installed_package_manager(manager: str, line: str | None) -> None:
    programs = {manager, "sudo"}
    found = command_for(Piece.GNOME, lambda name: name if name in programs else None, is_root=False)
    assert found == line


@pytest.mark.parametrize(
    ("manager", "missing"),
    [
        ("zypper", (Piece.GNOME_BY_HAND, None)),
        ("apk", (Piece.GNOME_BY_HAND, None)),
        ("nix-env", (Piece.GNOME_BY_HAND, None)),
        ("dnf", (Piece.GNOME, "dnf install gnome-shell-extension-appindicator")),
    ],
)
def test_an_extension_without_a_package_comes_from_gnomes_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, manager: str, missing: tuple[Piece, str | None]
) -> None:
    program = tmp_path / manager
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    environ = {"XDG_CURRENT_DESKTOP": "GNOME", "HOME": str(tmp_path)}
    # Where this machine has the extension, it would be turned on.
    monkeypatch.setattr(tray_pieces, "_DATA_DIRS", ())
    assert find_missing(environ, has_bus=True) == missing


PANELS = [
    ("XFCE", "xfce4-panel", Piece.XFCE, Piece.XFCE_OFF),
    ("LXQt", "lxqt-panel", Piece.LXQT, Piece.LXQT_OFF),
    ("MATE", "mate-panel", Piece.MATE, Piece.MATE_OFF),
    ("Budgie:GNOME", "budgie-panel", Piece.BUDGIE, Piece.BUDGIE_OFF),
    ("KDE", "plasmashell", Piece.PLASMA, Piece.PLASMA_OFF),
]


@pytest.mark.parametrize(("desktop", "panel", "bare", "off"), PANELS)
def test_a_panel_that_does_not_run_is_started_and_not_told_to_add_a_tray(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, desktop: str, panel: str, bare: Piece, off: Piece
) -> None:
    environ = {"XDG_CURRENT_DESKTOP": desktop, "HOME": str(tmp_path)}
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_missing(environ, has_bus=True, runs=lambda name, _: name == panel)[0] is bare
    # Without the desktop's own panel, as nobody knows what its user has in place of it.
    assert find_missing(environ, has_bus=True, runs=lambda *_: False)[0] is Piece.OTHER
    on_wayland = environ | {"WAYLAND_DISPLAY": "wayland-0"}
    assert find_missing(on_wayland, has_bus=True, runs=lambda *_: False)[0] is Piece.WLROOTS
    (tmp_path / panel).write_text("#!/bin/sh\n")
    (tmp_path / panel).chmod(0o755)
    assert find_missing(environ, has_bus=True, runs=lambda *_: False) == (off, panel)


@pytest.mark.parametrize(
    ("session", "bar", "piece"),
    [
        ({"XDG_CURRENT_DESKTOP": "sway"}, "waybar", Piece.WAYBAR_BARE),
        ({"DISPLAY": ":0"}, "tint2", Piece.TINT2_BARE),
    ],
)
def test_a_bar_that_runs_without_a_tray_is_not_started_again(
    session: dict[str, str], bar: str, piece: Piece
) -> None:
    assert find_missing(session, has_bus=True, runs=lambda name, _: name == bar) == (piece, None)


def test_where_it_takes_clicks_there_is_no_line() -> None:
    assert command_for(Piece.PLASMA) is None


@pytest.mark.parametrize(
    "name", ["ubuntu-appindicators@ubuntu.com", "appindicatorsupport@rgcjonas.gmail.com"]
)
@pytest.mark.parametrize("place", [{}, {"XDG_DATA_HOME": "{home}/data"}, {"XDG_DATA_DIRS": "/x:{home}/data"}])
def test_an_extension_of_gnome_that_is_installed_is_turned_on(
    tmp_path: Path, name: str, place: dict[str, str]
) -> None:
    found = {variable: value.format(home=tmp_path) for variable, value in place.items()}
    folder = tmp_path / ("data" if place else ".local/share") / "gnome-shell/extensions" / name
    folder.mkdir(parents=True)
    environ = {"XDG_CURRENT_DESKTOP": "GNOME", "HOME": str(tmp_path)} | found
    assert find_missing(environ, has_bus=True)[0] is Piece.GNOME  # an empty folder is no extension
    (folder / "metadata.json").write_text("{}")
    assert find_missing(environ, has_bus=True) == (Piece.GNOME_OFF, f"gnome-extensions enable {name}")
    on_plasma = environ | {"XDG_CURRENT_DESKTOP": "KDE"}
    assert find_missing(on_plasma, has_bus=True, runs=lambda *_: True) == (Piece.PLASMA, None)


@pytest.mark.parametrize(("piece", "program"), [(Piece.WLROOTS, "waybar"), (Piece.OTHER, "tint2")])
def test_a_panel_that_is_installed_is_started(piece: Piece, program: str) -> None:
    assert command_for(piece, lambda name: name if name == program else None) == program
    programs = {"apk"}
    assert command_for(piece, lambda name: name if name in programs else None, is_root=True) == (
        f"apk add {program}"
    )
    assert command_for(piece, lambda _name: None, is_root=True) is None
