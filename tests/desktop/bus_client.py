"""A D-Bus client for tests: makes calls one by one or many at once. Must not interpret the replies."""

import time
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeAlias

from jeepney import (
    DBusAddress,
    DBusErrorResponse,
    HeaderFields,
    Message,
    MessageType,
    Properties,
    new_method_call,
)
from jeepney.io.blocking import open_dbus_connection

_THE_BUS: Final = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
_TIMEOUT_S = 25.0  # as D-Bus libraries wait for a reply
Value: TypeAlias = Any  # what came over D-Bus; jeepney is not typed


class Call(NamedTuple):
    """A method call that has not been sent yet."""

    target: DBusAddress
    method: str
    signature: str = ""
    arguments: tuple[object, ...] = ()


class BusClient:
    """One connection to one bus, for one thread."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._connection = open_dbus_connection(bus=address)

    def reconnect(self) -> None:
        """Connect to the bus that listens at the same address now."""
        self._connection.close()
        self._connection = open_dbus_connection(bus=self._address)

    def close(self) -> None:
        """Disconnect from the bus."""
        self._connection.close()

    def call(self, target: DBusAddress, method: str, signature: str = "", *arguments: object) -> Value:
        """Return the reply's only value, or the tuple of its values.

        Raises:
            DBusErrorResponse: the other side answered with an error.
        """
        return self._send(new_method_call(target, method, signature or None, arguments))

    def typed_call(
        self, target: DBusAddress, method: str, signature: str = "", *arguments: object
    ) -> tuple[str, tuple[Value, ...]]:
        """Return the reply's type signature and its values.

        Raises:
            DBusErrorResponse: the other side answered with an error.
        """
        message = new_method_call(target, method, signature or None, arguments)
        reply = self._connection.send_and_get_reply(message, timeout=_TIMEOUT_S)
        _value_of(reply)  # raises the reply's error
        return reply.header.fields.get(HeaderFields.signature, ""), tuple(reply.body)

    def typed_properties(self, target: DBusAddress) -> dict[str, tuple[str, Value]]:
        """Return all properties of one interface, each with its type signature."""
        return dict(self._send(Properties(target).get_all()))

    def properties(self, target: DBusAddress) -> dict[str, Value]:
        """Return all properties of one interface, without their type signatures."""
        answer = self._send(Properties(target).get_all())
        return {name: value for name, (_signature, value) in answer.items()}

    def call_all(self, calls: Sequence[Call]) -> list[Value]:
        """Make all calls before waiting for the first reply; return their values in order.

        Raises:
            DBusErrorResponse: a reply is an error.
        """
        waiting: dict[int, int] = {}
        for place, (target, method, signature, arguments) in enumerate(calls):
            serial = next(self._connection.outgoing_serial)
            waiting[serial] = place
            message = new_method_call(target, method, signature or None, arguments)
            self._connection.send(message, serial=serial)
        answers: list[Value] = [None] * len(calls)
        deadline = time.monotonic() + _TIMEOUT_S
        while waiting:
            reply = self._connection.receive(timeout=max(0.0, deadline - time.monotonic()))
            place_of_reply = waiting.pop(reply.header.fields.get(HeaderFields.reply_serial, -1), None)
            if place_of_reply is not None:
                answers[place_of_reply] = reply
        return [_value_of(reply) for reply in answers]

    def has_owner(self, name: str) -> bool:
        """Return whether a program owns this name now."""
        return bool(self.call(_THE_BUS, "NameHasOwner", "s", name))

    def names(self) -> list[str]:
        """Return all well-known names that are owned."""
        return [name for name in self.call(_THE_BUS, "ListNames") if not name.startswith(":")]

    def connections_of(self, pid: int) -> list[str]:
        """Return the unique names of a process's connections."""
        unique = [name for name in self.call(_THE_BUS, "ListNames") if name.startswith(":")]
        return [name for name in unique if self._process_or_none(name) == pid]

    def _process_or_none(self, name: str) -> int | None:
        try:
            return self.process_of(name)
        except DBusErrorResponse:  # it has left meanwhile
            return None

    def process_of(self, name: str) -> int:
        """Return the process id of a name's owner."""
        return int(self.call(_THE_BUS, "GetConnectionUnixProcessID", "s", name))

    def reload(self) -> None:
        """Make the bus read again which services it may start on demand."""
        self.call(_THE_BUS, "ReloadConfig")

    def update_environment(self, env: Mapping[str, str]) -> None:
        """Add to the environment of services that the bus starts from now on."""
        self.call(_THE_BUS, "UpdateActivationEnvironment", "a{ss}", dict(env))

    def _send(self, message: Message) -> Value:
        reply = self._connection.send_and_get_reply(message, timeout=_TIMEOUT_S)
        return _value_of(reply)


def _value_of(reply: Message) -> Value:
    if reply.header.message_type is MessageType.error:
        raise DBusErrorResponse(reply)
    return reply.body[0] if len(reply.body) == 1 else reply.body
