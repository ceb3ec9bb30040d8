"""Finds out whether the session has a message bus (D-Bus) that accepts connections. Uses no library."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Mapping

_TRY_S = 0.5
"""Longer than a local socket takes. Only one with a full queue takes any time at all."""


def has_session_bus(environ: Mapping[str, str]) -> bool:
    """Return whether there is one. A bus that is not at a Unix socket is assumed to be there.

    The format of addresses: https://dbus.freedesktop.org/doc/dbus-specification.html#addresses
    """
    named = environ.get("DBUS_SESSION_BUS_ADDRESS")
    if not named:
        folder = environ.get("XDG_RUNTIME_DIR")
        return folder is not None and _takes_connections(os.path.join(folder, "bus"))  # noqa: PTH118 - a name for a socket
    return any(_is_there(each) for each in named.split(";"))


def _is_there(address: str) -> bool:
    transport, _, rest = address.partition(":")
    values = dict(pair.split("=", 1) for pair in rest.split(",") if "=" in pair)
    if transport != "unix" or not {"path", "abstract"} & values.keys():
        return bool(transport)
    if "path" in values:
        return _takes_connections(unquote(values["path"]))
    return _takes_connections(f"\0{unquote(values['abstract'])}")


def _takes_connections(name: str) -> bool:
    with socket.socket(socket.AF_UNIX) as attempt:
        attempt.settimeout(_TRY_S)
        try:
            attempt.connect(name)
        except TimeoutError:
            return True  # somebody listens
        except (OSError, ValueError):
            return False
    return True
