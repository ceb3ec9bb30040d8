"""Calls on the session's bus, over one of two libraries: what a process has loaded anyway.

jeepney comes with the keyring library. The tray's process loads that only for a key, and has Gio for its
icon: there, jeepney would stay in memory from the first window on, with 0.36 MB.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gi.repository import GLib

Call = Callable[..., tuple[Any, ...]]
"""``call(target, method, signature, *arguments)`` returns the results, a variant as its type and its value.

Raises:
    BusError: the service or the bus returned an error.
    OSError: the bus has ended.
"""

Connection = Callable[[], AbstractContextManager[Call]]
"""Connects to the session's bus for a block.

Raises:
    KeyError, OSError, ValueError: there is no address of a bus, no bus there, or an unsupported address.
"""


class Target(NamedTuple):
    """What is called: a name on the bus, the path of an object, and an interface."""

    name: str
    path: str
    interface: str


class BusError(Exception):
    """A service or the bus returned an error.

    Attributes:
        name: of the error, as D-Bus has it.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


_BUS = Target("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus")


@contextmanager
def over_jeepney() -> Iterator[Call]:
    """Connect with jeepney. A ``Connection``."""
    from jeepney import DBusAddress, DBusErrorResponse, MessageType, new_method_call  # noqa: PLC0415 - see above
    from jeepney.io.blocking import open_dbus_connection  # noqa: PLC0415 - see above

    with closing(open_dbus_connection()) as connection:

        def call(target: Target, method: str, signature: str = "", *arguments: object) -> tuple[Any, ...]:
            address = DBusAddress(target.path, target.name, target.interface)
            request = new_method_call(address, method, signature, arguments)
            reply = connection.send_and_get_reply(request)
            if reply.header.message_type == MessageType.error:
                raise BusError(DBusErrorResponse(reply).name)
            return tuple(reply.body)

        yield call


@contextmanager
def over_gio() -> Iterator[Call]:
    """Connect with Gio, on a connection of its own. A ``Connection``."""
    from gi.repository import Gio, GLib  # noqa: PLC0415 - see above

    # Without an address, GLib itself would start a bus.
    address = os.environ["DBUS_SESSION_BUS_ADDRESS"]
    to_a_bus = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
    try:
        connection = Gio.DBusConnection.new_for_address_sync(address, to_a_bus, None, None)
    except GLib.Error as error:
        raise ConnectionError(error.message) from None
    connection.set_exit_on_close(False)  # by default, GLib ends this process with the bus

    def call(target: Target, method: str, signature: str = "", *arguments: object) -> tuple[Any, ...]:
        body = GLib.Variant(f"({signature})", arguments)
        try:
            # As long as it takes, as with jeepney: who calls has limits.
            answer = connection.call_sync(
                target.name, target.path, target.interface, method, body, None, 0, GLib.MAXINT, None
            )
        except GLib.Error as error:
            name = Gio.dbus_error_get_remote_error(error)
            raise (BusError(name) if name else ConnectionError(error.message)) from None
        return tuple(_value(answer.get_child_value(place)) for place in range(answer.n_children()))

    try:
        yield call
    finally:
        if not connection.is_closed():  # the bus may have ended meanwhile
            connection.close_sync(None)


def _value(result: GLib.Variant) -> Any:  # noqa: ANN401 - of any type
    if result.get_type_string() != "v":
        return result.unpack()
    inner = result.get_variant()
    return inner.get_type_string(), inner.unpack()


def has_owner(call: Call, name: str) -> bool:
    """Return whether a program on the bus has this name."""
    (found,) = call(_BUS, "NameHasOwner", "s", name)
    return bool(found)


def is_activatable(call: Call, name: str) -> bool:
    """Return whether the bus can start a program with this name."""
    (names,) = call(_BUS, "ListActivatableNames")
    return name in names


def start(call: Call, name: str) -> None:
    """Have the bus start the program with this name."""
    call(_BUS, "StartServiceByName", "su", name, 0)
