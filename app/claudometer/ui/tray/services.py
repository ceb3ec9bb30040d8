"""Asks the session bus which programs show tray icons and notifications. Blocks; only for short processes."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from gi.repository import Gio, GLib

from claudometer.ui.tray.kde_panels import BUS, BUS_PATH, HOST_PREFIX, OLD_ICONS, WATCHER_SERVICES
from claudometer.ui.tray.notifier_item import ITEM, ITEM_PATH
from claudometer.ui.tray.registration import WATCHER, WATCHER_PATH, bus_name_of
from claudometer.ui.tray.session_bus import TO_A_BUS, session_bus_address

if TYPE_CHECKING:
    from typing import Any

CALL_MS = 3000
"""The checkup gives a check on the bus twice this time."""

ITEM_MS = 500
"""How long each item on the panel may take to return its id: they are asked one after the other."""

# Read here for the reason of TO_A_BUS: several checks run at once, each in a thread.
_NO_START = Gio.DBusCallFlags.NO_AUTO_START
_TIMED_OUT = Gio.IOErrorEnum.TIMED_OUT

NOTIFICATIONS, NOTIFICATIONS_PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"

PROGRAMS = {
    "wrapper-2.0": "xfce4-panel",
    "notification-area-applet": "mate-panel",
    "kded5": "plasmashell",
    "kded6": "plasmashell",
}
"""Better-known names of the programs to which these processes belong."""


def find_tray() -> str | None:
    """Return the program that shows tray icons, ``None`` if none does.

    Raises:
        ConnectionError: there is no session bus.
        TimeoutError: it does not answer.
    """
    connection = _connect()
    answer = _call(
        connection,
        (WATCHER, WATCHER_PATH),
        "org.freedesktop.DBus.Properties.Get",
        GLib.Variant("(ss)", (WATCHER, "IsStatusNotifierHostRegistered")),
    )
    # A watcher may outlive its panels, as KDE's does; that one even says that it has some.
    if answer is None or not answer[0]:
        return None
    names = _call(connection, (BUS, BUS_PATH), f"{BUS}.ListNames") or ([],)
    hosts = [name for name in names[0] if name.startswith(HOST_PREFIX)]
    if not hosts and _is_kdes_watcher(connection):
        return None
    return next((found for name in (*hosts, WATCHER) if (found := _program(connection, name))), WATCHER)


def forwards_old_icons() -> bool:
    """Return whether what takes icons the old way (XEmbed) is KDE's proxy, which is no panel.

    Raises:
        ConnectionError: there is no session bus.
        TimeoutError: it does not answer.
    """
    return _owner(_connect(), OLD_ICONS) is not None


def _is_kdes_watcher(connection: Gio.DBusConnection) -> bool:
    """Return whether KDE's background service has the watcher."""
    watcher = _owner(connection, WATCHER)
    return watcher is not None and any(_owner(connection, name) == watcher for name in WATCHER_SERVICES)


def _owner(connection: Gio.DBusConnection, name: str) -> str | None:
    answer = _call(connection, (BUS, BUS_PATH), f"{BUS}.GetNameOwner", GLib.Variant("(s)", (name,)))
    return None if answer is None else str(answer[0])


def has_item(item_id: str) -> bool | None:
    """Return whether the panel has an item with this id, ``None`` if that cannot be found out.

    There may be a panel that has dropped the item, as GNOME's extension does on any error in reading one.

    Raises:
        ConnectionError: there is no session bus.
        TimeoutError: the watcher does not answer.
    """
    connection = _connect()
    answer = _call(
        connection,
        (WATCHER, WATCHER_PATH),
        "org.freedesktop.DBus.Properties.Get",
        GLib.Variant("(ss)", (WATCHER, "RegisteredStatusNotifierItems")),
    )
    if answer is None:
        return None
    ids = [_id_of(connection, item) for item in answer[0]]
    return True if item_id in ids else None if None in ids else False


def _id_of(connection: Gio.DBusConnection, item: str) -> str | None:
    """Return an item's id, ``None`` if it does not answer."""
    _name, slash, path = item.partition("/")
    arguments = GLib.Variant("(ss)", (ITEM, "Id"))
    try:
        answer = _call(
            connection,
            (bus_name_of(item), slash + path or ITEM_PATH),
            "org.freedesktop.DBus.Properties.Get",
            arguments,
            ITEM_MS,
        )
    except TimeoutError:
        return None
    return None if answer is None else str(answer[0])


def find_notifications() -> str | None:
    """Return name and version of the notification service; "" if it starts on demand; ``None`` without one.

    Raises:
        ConnectionError: there is no session bus.
        TimeoutError: it does not answer.
    """
    connection = _connect()
    if _program(connection, NOTIFICATIONS) is None:
        activatable = _call(connection, (BUS, BUS_PATH), f"{BUS}.ListActivatableNames") or ([],)
        return "" if NOTIFICATIONS in activatable[0] else None
    method = f"{NOTIFICATIONS}.GetServerInformation"
    information = _call(connection, (NOTIFICATIONS, NOTIFICATIONS_PATH), method)
    if information is None:
        return NOTIFICATIONS
    name, _vendor, version, _specification = information
    return f"{name} {version}".strip()


def owner_of(name: str) -> str | None:
    """Return the program that owns a name on the bus, ``None`` if nobody does.

    Raises:
        ConnectionError: there is no session bus.
        TimeoutError: it does not answer.
    """
    return _program(_connect(), name)


def _connect() -> Gio.DBusConnection:
    address = session_bus_address()
    if address is None:
        raise ConnectionError("the session has no bus")
    try:
        connection = Gio.DBusConnection.new_for_address_sync(address, TO_A_BUS, None, None)
    except GLib.Error as error:
        raise ConnectionError(error.message) from error
    connection.set_exit_on_close(False)  # the default ends this process when the bus does
    return connection


def _program(connection: Gio.DBusConnection, name: str) -> str | None:
    method = f"{BUS}.GetConnectionUnixProcessID"
    pid = _call(connection, (BUS, BUS_PATH), method, GLib.Variant("(s)", (name,)))
    if pid is None:
        return None
    program = _name_of_process(Path(f"/proc/{pid[0]}")) or name
    return PROGRAMS.get(program, program)


def _name_of_process(folder: Path) -> str | None:
    """Return the name of a process's executable; for an interpreter, the name that the process has chosen.

    That name is not used for others, because the system cuts it to 15 characters.
    """
    with suppress(OSError):
        file = (folder / "exe").readlink().name.removesuffix(" (deleted)")
        if not file.startswith(("python", "node", "gjs")):
            return file
    with suppress(OSError, UnicodeDecodeError):
        return (folder / "comm").read_text(encoding="utf-8").strip()
    return None


def _call(
    connection: Gio.DBusConnection,
    target: tuple[str, str],
    method: str,
    arguments: GLib.Variant | None = None,
    timeout_ms: int = CALL_MS,
) -> tuple[Any, ...] | None:
    """Call a method and return its results, ``None`` for an error. Starts no service.

    Args:
        target: bus name and object path.
        method: interface and member, joined by a dot.

    Raises:
        TimeoutError: there was no answer in ``timeout_ms``.
    """
    interface, _, member = method.rpartition(".")
    try:
        answer = connection.call_sync(
            *target, interface, member, arguments, None, _NO_START, timeout_ms, None
        )
    except GLib.Error as error:
        if error.matches(Gio.io_error_quark(), _TIMED_OUT):
            raise TimeoutError(error.message) from error
        return None
    unpacked: tuple[Any, ...] = answer.unpack()
    return unpacked
