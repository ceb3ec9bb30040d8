"""Finds out whether a display answers; sets variables for a while. Loads no toolkit."""

from __future__ import annotations

import os
import re
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_DISPLAY = re.compile(r"(?:[a-z0-9]+/)?(?P<host>[^:]*):(?P<number>\d{1,5})(?:\.\d+)?")
X11_PORT = 6000
"""The port of display 0 on another machine, see X(7). Display 10, forwarded by SSH, is port 6010 here."""

CONNECT_TIMEOUT_S = 3.0
"""A local display answers at once, one behind a broken network never."""


def display_answers() -> bool:
    """Return whether a display of the environment accepts a connection: Wayland's, else X11's.

    The connection is closed at once. A toolkit could tell as well, but would have to be loaded.
    """
    return any(_connects(family, address) for family, address in _addresses())


def _addresses() -> list[tuple[int, str | tuple[str, int]]]:
    found: list[tuple[int, str | tuple[str, int]]] = []
    wayland = os.environ.get("WAYLAND_DISPLAY")
    if wayland:
        found.append((socket.AF_UNIX, os.path.join(os.environ.get("XDG_RUNTIME_DIR", ""), wayland)))  # noqa: PTH118
    display = _DISPLAY.fullmatch(os.environ.get("DISPLAY", ""))
    if display is None:
        return found
    host, number = display["host"], int(display["number"])
    if host in {"", "unix"}:
        path = f"/tmp/.X11-unix/X{number}"  # noqa: S108 - where X servers listen
        # On Linux, X servers also listen at an abstract address, which has no file, see unix(7).
        return [*found, (socket.AF_UNIX, f"\0{path}"), (socket.AF_UNIX, path)]
    return [*found, (socket.AF_INET, (host, X11_PORT + number))]


def _connects(family: int, address: str | tuple[str, int]) -> bool:
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.settimeout(CONNECT_TIMEOUT_S)
        try:
            trial.connect(address)
        except (OSError, ValueError):
            return False
    return True


@contextmanager
def changed_environment(values: dict[str, str]) -> Iterator[None]:
    """Set variables while a library is imported that reads them, so that no child process gets them."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
