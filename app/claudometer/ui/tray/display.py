"""What the tray needs of the system: a display that answers. Shows nothing."""

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
"""Display 0 on another machine; display 10 over SSH is port 6010 of this one."""

CONNECT_TIMEOUT_S = 3.0
"""A display here answers at once; one over a network that is gone would never."""


def display_answers() -> bool:
    """Tell whether the display that the environment names can be connected to: Wayland, else X11.

    Connects and leaves at once. Asking a toolkit would load it.
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
        # On Linux, X servers also listen at an address without a file.
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
    """Set variables for what runs inside: a library that reads them when imported, but no child process."""
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
