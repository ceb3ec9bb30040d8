"""Finds out which piece a desktop lacks to show tray icons, and which command provides it."""

from __future__ import annotations

import os
import shutil
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from claudometer.system.root_command import as_root
from claudometer.system.session_bus import has_session_bus
from claudometer.system.session_programs import runs_in_session

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Piece(StrEnum):
    """A desktop, by the piece that shows tray icons on it."""

    GNOME = "gnome"
    GNOME_OFF = "gnome_off"
    """The extension is installed, but does not run."""
    GNOME_BY_HAND = "gnome_by_hand"
    """This system has no package of the extension."""
    XFCE = "xfce"
    LXQT = "lxqt"
    MATE = "mate"
    CINNAMON = "cinnamon"
    BUDGIE = "budgie"
    PLASMA = "plasma"
    I3 = "i3"
    WLROOTS = "wlroots"
    NO_BUS = "no_bus"
    OTHER = "other"
    XFCE_OFF = "xfce_off"
    """The desktop's own panel is installed, but does not run. So are the next ones."""
    LXQT_OFF = "lxqt_off"
    MATE_OFF = "mate_off"
    BUDGIE_OFF = "budgie_off"
    PLASMA_OFF = "plasma_off"
    WAYBAR_BARE = "waybar_bare"
    """It runs, but shows no tray. So does the next one."""
    TINT2_BARE = "tint2_bare"


_BY_NAME = {
    "budgie": Piece.BUDGIE,  # before GNOME, which Budgie names as well
    "xfce": Piece.XFCE,
    "lxqt": Piece.LXQT,
    "mate": Piece.MATE,
    "x-cinnamon": Piece.CINNAMON,
    "cinnamon": Piece.CINNAMON,
    "kde": Piece.PLASMA,
    "i3": Piece.I3,
    "sway": Piece.WLROOTS,
    "hyprland": Piece.WLROOTS,
    "wlroots": Piece.WLROOTS,
    "niri": Piece.WLROOTS,
    "river": Piece.WLROOTS,
    "labwc": Piece.WLROOTS,
    "gnome": Piece.GNOME,
}

# The names of packages, here and in the checks. Debian's are installed by our tests, and Ubuntu takes them
# from Debian. The others were read in the distributions' own recipes, in copies on GitHub:
# - dnf, Fedora's specs (major/fedora-rpm-specs): gnome-shell-extension-appindicator, waybar, tint2, dunst,
#   gnome-keyring; subpackages dbus-daemon of dbus, webkit2gtk4.1 of webkitgtk, python3-gobject of pygobject3.
# - pacman, PKGBUILDs of these names (archlinux/svntogit-packages and svntogit-community).
# - apk, APKBUILDs of these names (alpinelinux/aports). None was found there of GNOME's extension.
# - zypper: tint2, waybar, dbus-1-daemon and ca-certificates-mozilla in openSUSE's own index, WebKit's typelib
#   in its security notices. Those of dunst, gnome-keyring and PyGObject could not be read: left out.
#   It has GNOME's extension only in projects of single users, so that comes from GNOME's site.
# Without a name, as with NixOS's or any other manager, the step names what is missing and no line to type.
_PACKAGES = {
    Piece.GNOME: dict.fromkeys(("apt-get", "dnf", "pacman"), "gnome-shell-extension-appindicator"),
    Piece.WLROOTS: dict.fromkeys(("apt-get", "dnf", "pacman", "zypper", "apk"), "waybar"),
    Piece.OTHER: dict.fromkeys(("apt-get", "dnf", "pacman", "zypper", "apk"), "tint2"),
    Piece.NO_BUS: {
        "apt-get": "dbus-user-session",
        "dnf": "dbus-daemon",
        "pacman": "dbus",
        "zypper": "dbus-1-daemon",
        "apk": "dbus",
    },
}

_INSTALLERS = {
    "apt-get": "apt install",
    "dnf": "dnf install",
    "pacman": "pacman -S",
    "zypper": "zypper install",
    "apk": "apk add",
}

_PROGRAMS = {Piece.WLROOTS: "waybar", Piece.OTHER: "tint2"}
"""The programs in those packages. If one is installed already, the command starts it."""

_PANELS = {
    Piece.XFCE: ("xfce4-panel", Piece.XFCE_OFF),
    Piece.LXQT: ("lxqt-panel", Piece.LXQT_OFF),
    Piece.MATE: ("mate-panel", Piece.MATE_OFF),
    Piece.BUDGIE: ("budgie-panel", Piece.BUDGIE_OFF),
    Piece.PLASMA: ("plasmashell", Piece.PLASMA_OFF),
}
"""The program of a desktop's panel, and what is said while it does not run. Cinnamon's is the desktop itself;
i3 starts its own."""

_BARE = {Piece.WLROOTS: Piece.WAYBAR_BARE, Piece.OTHER: Piece.TINT2_BARE}
"""What is said if the program of ``_PROGRAMS`` runs."""

_EXTENSIONS = ("ubuntu-appindicators@ubuntu.com", "appindicatorsupport@rgcjonas.gmail.com")
"""The same extension: its name in Debian and Ubuntu, and its name everywhere else."""

_DATA_DIRS = ("/usr/local/share", "/usr/share")

_COMMANDS = {Piece.XFCE: "xfce4-panel --add=systray"}


def find_missing(
    environ: Mapping[str, str] | None = None,
    *,
    has_bus: bool | None = None,
    runs: Callable[[str, Mapping[str, str]], bool] = runs_in_session,
) -> tuple[Piece, str | None]:
    """Return what this desktop lacks, and the command that provides it, ``None`` where that takes clicks.

    Looks for files, also in the home folder, so it may block.

    Args:
        has_bus: whether there is a session bus; by default, whether that of the environment answers.
        runs: returns whether a program runs in the session with this environment.
    """
    known = os.environ if environ is None else environ
    piece = find_piece(known, has_bus=has_bus)
    if piece in _PANELS:
        panel, off = _PANELS[piece]
        if not runs(panel, known):
            if shutil.which(panel):
                return off, panel
            # Somebody runs this desktop without its panel: what an unknown one lacks helps here, too.
            piece = _unnamed(known)
    if piece in _BARE and runs(_PROGRAMS[piece], known):
        return _BARE[piece], None
    extension = _installed_extension(known) if piece is Piece.GNOME else None
    if extension is not None:
        return Piece.GNOME_OFF, f"gnome-extensions enable {extension}"
    command = command_for(piece)
    return (Piece.GNOME_BY_HAND if piece is Piece.GNOME and command is None else piece), command


def _installed_extension(environ: Mapping[str, str]) -> str | None:
    """Return the name of the installed GNOME extension for tray icons, ``None`` without one."""
    home = environ.get("XDG_DATA_HOME") or f"{environ.get('HOME', '')}/.local/share"
    folders = (home, *environ.get("XDG_DATA_DIRS", "").split(":"), *_DATA_DIRS)
    for name in _EXTENSIONS:
        for folder in folders:
            if folder and Path(folder, "gnome-shell/extensions", name, "metadata.json").is_file():
                return name
    return None


def find_piece(environ: Mapping[str, str] | None = None, *, has_bus: bool | None = None) -> Piece:
    """Return what this desktop lacks, judged by its own names in ``XDG_CURRENT_DESKTOP``.

    Args:
        has_bus: whether there is a session bus; by default, whether that of the environment answers.
    """
    known = os.environ if environ is None else environ
    names = known.get("XDG_CURRENT_DESKTOP") or known.get("XDG_SESSION_DESKTOP") or ""
    own = {name.strip().lower() for name in names.split(":")}
    found = next((piece for name, piece in _BY_NAME.items() if name in own), None)
    is_known = found is not None or bool(known.get("WAYLAND_DISPLAY"))
    # On X11, an unknown desktop may have a panel for XEmbed icons, which needs no bus.
    if is_known and not (has_session_bus(known) if has_bus is None else has_bus):
        return Piece.NO_BUS
    return _unnamed(known) if found is None else found


def _unnamed(environ: Mapping[str, str]) -> Piece:
    """Return what a desktop lacks that has no panel of its own."""
    return Piece.WLROOTS if environ.get("WAYLAND_DISPLAY") else Piece.OTHER


def command_for(
    piece: Piece, which: Callable[[str], str | None] = shutil.which, *, is_root: bool | None = None
) -> str | None:
    """Return the command that provides the piece, ``None`` where that takes clicks or has no package here."""
    if piece in _COMMANDS:
        return _COMMANDS[piece]
    program = _PROGRAMS.get(piece)
    if program is not None and which(program):
        return program
    return install_line(_PACKAGES.get(piece, {}), which, is_root=is_root)


def install_line(
    packages: Mapping[str, str],
    which: Callable[[str], str | None] = shutil.which,
    *,
    is_root: bool | None = None,
) -> str | None:
    """Return the command that installs a package with this system's package manager, as root.

    ``None`` if the manager is none of those known here, or the package's name is not known for it.

    Args:
        packages: the package's name, by the program of the manager.
    """
    manager = next((each for each in _INSTALLERS if which(each)), None)
    if manager is None or manager not in packages:
        return None
    return as_root(f"{_INSTALLERS[manager]} {packages[manager]}", which, is_root=is_root)
