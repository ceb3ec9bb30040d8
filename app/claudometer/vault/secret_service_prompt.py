"""Has the Secret Service ask the user to unlock the keyring, and notices if its program ends meanwhile.

The keyring library waits for a prompt without a limit, also when nobody is left who could answer.

Interface: https://specifications.freedesktop.org/secret-service-spec/0.2/
"""

from __future__ import annotations

from collections import deque
from contextlib import closing
from typing import TYPE_CHECKING

from jeepney import (
    DBusAddress,
    DBusErrorResponse,
    HeaderFields,
    MatchRule,
    MessageType,
    Properties,
    new_method_call,
)
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

from claudometer.vault.secret_service import COLLECTION, NAME, NOT_THERE, SERVICE, SecretServiceGoneError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from jeepney import Message
    from jeepney.io.blocking import DBusConnection

_SERVICE = DBusAddress(SERVICE.path, SERVICE.name, SERVICE.interface)
_ITEM = "org.freedesktop.Secret.Item"
_PROMPT = "org.freedesktop.Secret.Prompt"
_BUS = "org.freedesktop.DBus"
_NONE = "/"
"""In place of the path of a collection or a prompt that is not needed."""


def unlock(attributes: Mapping[str, str]) -> bool:
    """Unlock the default collection and its items with these attributes, as far as they are locked.

    Without a default collection, one is created, as the keyring library does. Waits for the user.

    Returns:
        Whether they are unlocked now; ``False`` if the user has dismissed the dialog.

    Raises:
        SecretServiceGoneError: the service has ended while it asked.
        DBusErrorResponse: the service returned another error.
        KeyError, OSError, ValueError: there is no bus, or it cannot be reached.
    """
    with closing(open_dbus_connection()) as connection:
        try:
            return _unlock(connection, attributes)
        except DBusErrorResponse as error:
            if error.name in NOT_THERE:
                raise SecretServiceGoneError from None
            raise


def _unlock(connection: DBusConnection, attributes: Mapping[str, str]) -> bool:
    (path,) = _ask(connection, new_method_call(_SERVICE, "ReadAlias", "s", ("default",)))
    if path == _NONE:
        label = {f"{COLLECTION}.Label": ("s", "Default")}
        created = new_method_call(_SERVICE, "CreateCollection", "a{sv}s", (label, "default"))
        return _answered(connection, created)
    collection = DBusAddress(path, NAME, COLLECTION)
    if _is_locked(connection, collection) and not _answered(connection, _unlocking([path])):
        return False
    (items,) = _ask(connection, new_method_call(collection, "SearchItems", "a{ss}", (dict(attributes),)))
    locked = [each for each in items if _is_locked(connection, DBusAddress(each, NAME, _ITEM))]
    return not locked or _answered(connection, _unlocking(locked))


def _is_locked(connection: DBusConnection, what: DBusAddress) -> bool:
    ((_, locked),) = _ask(connection, Properties(what).get("Locked"))
    return bool(locked)


def _unlocking(paths: list[str]) -> Message:
    return new_method_call(_SERVICE, "Unlock", "ao", (paths,))


def _answered(connection: DBusConnection, request: Message) -> bool:
    """Send a request that may need a prompt; return whether the user has not dismissed it."""
    gone = MatchRule(type="signal", sender=_BUS, interface=_BUS, member="NameOwnerChanged")
    gone.add_arg_condition(0, NAME)
    completed = MatchRule(type="signal", sender=NAME, interface=_PROMPT, member="Completed")
    # Before the request: the service may end at any moment after it.
    for rule in (gone, completed):
        _ask(connection, message_bus.AddMatch(rule))
    _, prompt = _ask(connection, request)
    if prompt == _NONE:
        return True
    # Here messages come with the unique name of the service, which the rule of the bus has resolved.
    here = MatchRule(type="signal", interface=_PROMPT, member="Completed", path=prompt)
    signals: deque[Message] = deque()
    with connection.filter(here, queue=signals), connection.filter(gone, queue=signals):
        _ask(connection, new_method_call(DBusAddress(prompt, NAME, _PROMPT), "Prompt", "s", ("",)))
        signal = connection.recv_until_filtered(signals)
    if signal.header.fields[HeaderFields.member] != "Completed":
        raise SecretServiceGoneError
    dismissed, _result = signal.body
    return not dismissed


def _ask(connection: DBusConnection, request: Message) -> Any:  # noqa: ANN401 - jeepney has no types
    reply = connection.send_and_get_reply(request)
    if reply.header.message_type == MessageType.error:
        raise DBusErrorResponse(reply)
    return reply.body
