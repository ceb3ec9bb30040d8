"""Checks what the desktop provides: a tray, notifications, a keyring, the engine that draws the window."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from claudometer.control.client import ControlClient
from claudometer.domain.checkup import Finding, Part, State
from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.domain.usage import Mode
from claudometer.system.graphical_session import has_graphical_session
from claudometer.system.missing_pygobject import missing_toolkit
from claudometer.system.off_loop import run_abandonable
from claudometer.system.tray_pieces import find_missing, install_line
from claudometer.system.typed_command import restart_command
from claudometer.ui.tray.tray import NAME
from claudometer.ui.tray.xembed import has_xembed_tray
from claudometer.ui.window.engine_version import engine_version
from claudometer.vault.keyring_store import KeyringStore

if TYPE_CHECKING:
    from claudometer.domain.errors import Fact
    from claudometer.processes.doctor.surroundings import Surroundings

MANAGERS = ("apt-get", "dnf", "pacman", "apk")
KEYRING_PACKAGES = dict.fromkeys(MANAGERS, "gnome-keyring")
NOTIFICATION_PACKAGES = dict.fromkeys(MANAGERS, "dunst")
ENGINE_PACKAGES = {
    "apt-get": "gir1.2-webkit2-4.1",
    "dnf": "webkit2gtk4.1",
    "pacman": "webkit2gtk-4.1",
    "zypper": "typelib-1_0-WebKit2-4_1",
    "apk": "webkit2gtk-4.1",
}
"""Where these names are from, and those of all packages: ``system/tray_pieces.py``."""
SECRETS = "org.freedesktop.secrets"
UNNAMED_KEYRING = "The keyring"

UNLOCK_S = 60.0
"""How long a person may take to type the keyring's password."""

_IS_LINUX = sys.platform not in {"darwin", "win32"}


async def check_tray(here: Surroundings) -> Finding:
    """Check which program shows tray icons and, while the app runs, whether it has the app's icon."""
    return await run_abandonable(lambda: _check_tray(here), timeout_s=None)


async def check_notifications() -> Finding:
    """Check which program shows notifications."""
    return await run_abandonable(_check_notifications, timeout_s=None)


async def check_keyring(here: Surroundings, *, after_unlock: bool) -> Finding:
    """Check which keyring there is, and whether it is locked. Opens no dialog.

    Args:
        after_unlock: the desktop was asked to unlock it just now, so that step alone does not help.
    """
    # The session key is all that we keep in it.
    needs = here.mode is Mode.WEB and not here.has_session_key and not here.demo
    return await run_abandonable(
        lambda: _check_keyring(is_needed=needs, after_unlock=after_unlock), timeout_s=None
    )


async def unlock_keyring() -> None:
    """Have the desktop ask for the keyring's password, if it is locked. The check says whether it helped."""
    with suppress(ClaudometerError, TimeoutError):
        await run_abandonable(lambda: KeyringStore().read(prompt=True), timeout_s=UNLOCK_S)


async def check_window() -> Finding:
    """Check whether the window can be drawn."""
    return await run_abandonable(_check_window, timeout_s=None)


def _check_tray(here: Surroundings) -> Finding:
    if not has_graphical_session():
        return Finding(Part.TRAY, State.NOT_HERE, "tray.headless")
    if not _IS_LINUX:
        return Finding(Part.TRAY, State.OK, "tray.shown", {"host": sys.platform})
    try:
        from claudometer.ui.tray.services import find_tray, forwards_old_icons, has_item  # noqa: PLC0415 - needs PyGObject
    except ImportError:
        return _without_toolkit(Part.TRAY)
    missing = _missing_tray()
    is_forwarded = False
    try:
        found = find_tray()
        is_forwarded = found is None and forwards_old_icons()
    except ConnectionError:
        found, missing = None, _missing_tray(has_bus=False)
    # Not if it is `None`: an item that does not answer may be ours.
    if found is not None and _is_running(here) and has_item(NAME) is False:
        facts: dict[str, Fact] = {"host": found, "command": restart_command(demo=here.demo)}
        return Finding(Part.TRAY, State.ATTENTION, "tray.not_taken", facts)
    if found is not None:
        return Finding(Part.TRAY, State.OK, "tray.shown", {"host": found})
    is_old = not is_forwarded and has_xembed_tray()
    return Finding(Part.TRAY, State.OK, "tray.old_way") if is_old else missing


def _is_running(here: Surroundings) -> bool:
    """Return whether the app runs and answers. The check of copies reports any other state."""
    try:
        return ControlClient(here.places.socket).ask("ping") is not None
    except ClaudometerError:
        return False


def _without_toolkit(part: Part) -> Finding:
    facts: dict[str, Fact] = dict(missing_toolkit())
    reason = facts.pop("reason", None)
    said = ErrorCode.TRAY_TOOLKIT_MISSING if reason is None else f"toolkit.{reason}"
    return Finding(part, State.ATTENTION, said, facts)


def _missing_tray(*, has_bus: bool = True) -> Finding:
    piece, command = find_missing(has_bus=has_bus)
    facts = {} if command is None else {"command": command}
    return Finding(Part.TRAY, State.ATTENTION, f"tray.{piece}", facts)


def _check_notifications() -> Finding:
    if not has_graphical_session() or not _IS_LINUX:
        said = "notifications.shown" if not _IS_LINUX else "notifications.headless"
        state = State.OK if not _IS_LINUX else State.NOT_HERE
        return Finding(Part.NOTIFICATIONS, state, said, {"server": sys.platform})
    try:
        from claudometer.ui.tray.services import find_notifications  # noqa: PLC0415 - needs PyGObject
    except ImportError:
        return Finding(Part.NOTIFICATIONS, State.UNKNOWN, "notifications.toolkit")
    try:
        found = find_notifications()
    except ConnectionError:
        found = None
    if found is None:
        facts: dict[str, Fact] = {"command": install_line(NOTIFICATION_PACKAGES)}
        return Finding(Part.NOTIFICATIONS, State.NOT_HERE, "notifications.none", facts)
    if not found:
        return Finding(Part.NOTIFICATIONS, State.OK, "notifications.on_demand")
    return Finding(Part.NOTIFICATIONS, State.OK, "notifications.shown", {"server": found})


def _check_keyring(*, is_needed: bool, after_unlock: bool) -> Finding:
    facts: dict[str, Fact] = {"keyring": _keyring_name()}
    try:
        KeyringStore().check()
    except ClaudometerError as error:
        is_locked = error.code is ErrorCode.KEYRING_LOCKED
        if is_needed:
            if error.code is ErrorCode.KEYRING_MISSING:
                facts["command"] = install_line(KEYRING_PACKAGES)
            said = "keyring.still_locked" if is_locked and after_unlock else error.code
            return Finding(Part.KEYRING, State.ATTENTION, said, facts)
        said = "keyring.not_needed" if is_locked else "keyring.none_needed"
        return Finding(Part.KEYRING, State.OK if is_locked else State.NOT_HERE, said, facts)
    return Finding(Part.KEYRING, State.OK, "keyring.unlocked", facts)


def _keyring_name() -> str:
    if not _IS_LINUX:
        return UNNAMED_KEYRING
    try:
        from claudometer.ui.tray.services import owner_of  # noqa: PLC0415 - needs PyGObject

        return owner_of(SECRETS) or UNNAMED_KEYRING
    except (ImportError, ConnectionError):
        return UNNAMED_KEYRING


def _check_window() -> Finding:
    if not has_graphical_session():
        return Finding(Part.WINDOW, State.NOT_HERE, "window.headless")
    if not _IS_LINUX:
        return Finding(Part.WINDOW, State.OK, "window.of_system")
    try:
        engine = engine_version()
    except ImportError:
        return _without_toolkit(Part.WINDOW)
    if engine is None:
        facts = {"command": install_line(ENGINE_PACKAGES)}
        return Finding(Part.WINDOW, State.ATTENTION, "window.no_engine", facts)
    return Finding(Part.WINDOW, State.OK, "window.works", {"engine": engine})
