"""Checks whether the Secret Service is available and unlocked, without the keyring library and any dialog.

The window needs this each time it opens, even in CLI mode, which needs no key. The keyring library, with
SecretStorage and cryptography, would keep 3.4 MB in the tray's process from then on, and its own backend
would open the unlock dialog at any time, even during a poll. jeepney comes with SecretStorage.

Interface: https://specifications.freedesktop.org/secret-service-spec/0.2/
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from jeepney import DBusAddress, DBusErrorResponse, MessageType, Properties, new_method_call
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

if TYPE_CHECKING:
    from typing import Any

    from jeepney import Message
    from jeepney.io.blocking import DBusConnection

NAME = "org.freedesktop.secrets"
SERVICE = DBusAddress("/org/freedesktop/secrets", NAME, "org.freedesktop.Secret.Service")
COLLECTION = "org.freedesktop.Secret.Collection"

# The bus's errors for a service that nobody provides, that cannot be started, or that ended before its reply.
NOT_THERE = frozenset(
    f"org.freedesktop.DBus.Error.{name}" for name in ("ServiceUnknown", "Spawn.ExecFailed", "NoReply")
)


def is_available() -> bool:
    """Return whether the service runs, or can be started over the bus."""
    try:
        connection = open_dbus_connection()
    except (KeyError, OSError, ValueError):  # no address of a bus, no bus there, or an unsupported address
        return False
    with closing(connection):
        (has_owner,) = ask(connection, message_bus.NameHasOwner(NAME))
        return bool(has_owner) or NAME in ask(connection, message_bus.ListActivatableNames())[0]


def is_unlocked() -> bool:
    """Return whether there is a default collection and it is unlocked. Neither unlocks nor creates one.

    Raises:
        SecretServiceGoneError: the service has ended, or cannot be started.
        DBusErrorResponse: the service returned another error.
        KeyError, OSError, ValueError: there is no bus, or it cannot be reached.
    """
    with closing(open_dbus_connection()) as connection:
        try:
            (path,) = ask(connection, new_method_call(SERVICE, "ReadAlias", "s", ("default",)))
            if path == "/":
                return False
            collection = Properties(DBusAddress(path, NAME, COLLECTION))
            ((_, locked),) = ask(connection, collection.get("Locked"))
        except DBusErrorResponse as error:
            if error.name in NOT_THERE:
                raise SecretServiceGoneError from None
            raise
        return not locked


class SecretServiceGoneError(Exception):
    """No program on the bus provides the Secret Service."""


def ask(connection: DBusConnection, request: Message) -> Any:  # noqa: ANN401 - jeepney has no types
    """Return the values of the reply.

    Raises:
        DBusErrorResponse: the service or the bus returned an error.
    """
    reply = connection.send_and_get_reply(request)
    if reply.header.message_type == MessageType.error:
        raise DBusErrorResponse(reply)
    return reply.body
