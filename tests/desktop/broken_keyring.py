"""A Secret Service that answers every call with an error, like one whose keyring file is damaged."""

from __future__ import annotations

import threading
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from jeepney import MessageType, new_error
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_NAME = "org.freedesktop.secrets"
_CHECK_FOR_THE_END_S = 0.1


@contextmanager
def broken_keyring(address: str) -> Iterator[None]:
    """Run such a service on the bus at ``address`` until the block ends."""
    ended = threading.Event()
    with closing(open_dbus_connection(bus=address)) as connection:
        connection.send_and_get_reply(message_bus.RequestName(_NAME))
        answering = threading.Thread(target=_refuse_everything, args=(connection, ended))
        answering.start()
        try:
            yield
        finally:
            ended.set()
            answering.join()


def _refuse_everything(connection: Any, ended: threading.Event) -> None:  # noqa: ANN401 - jeepney has no types
    while not ended.is_set():
        try:
            message = connection.receive(timeout=_CHECK_FOR_THE_END_S)
        except TimeoutError:
            continue
        if message.header.message_type is MessageType.method_call:
            refusal = ("the keyring's file is damaged",)
            connection.send(new_error(message, "org.freedesktop.DBus.Error.Failed", "s", refusal))
