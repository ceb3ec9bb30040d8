"""A mouse for a headless compositor, through wlroots' virtual pointer protocol.

The protocol: https://wayland.app/protocols/wlr-virtual-pointer-unstable-v1.
Debian 12 has no program that speaks it.
"""

from __future__ import annotations

import socket
import struct
import time
from typing import TYPE_CHECKING

from tests.desktop.waiting import LONGEST_S

if TYPE_CHECKING:
    from pathlib import Path

_MANAGER = "zwlr_virtual_pointer_manager_v1"
_DISPLAY, _REGISTRY, _CALLBACK, _MANAGER_ID, _POINTER = range(1, 6)
"""Ids of objects: the first is given by the protocol, the others are chosen here."""

_BUTTONS = {1: 0x110, 2: 0x112, 3: 0x111}
"""Linux's button codes by X11's numbers: left, middle, right."""

_VERTICAL = 0


class WaylandPointer:
    """A mouse that exists as long as the connection is open."""

    def __init__(self, display: Path, *, size: tuple[int, int]) -> None:
        self._size = size
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(LONGEST_S)
        self._socket.connect(str(display))
        self._send(_DISPLAY, 1, struct.pack("=I", _REGISTRY))
        self._send(_DISPLAY, 0, struct.pack("=I", _CALLBACK))
        name = self._name_of_manager()
        bound = struct.pack("=I", name) + _text(_MANAGER) + struct.pack("=II", 1, _MANAGER_ID)
        self._send(_REGISTRY, 0, bound)
        self._send(_MANAGER_ID, 0, struct.pack("=II", 0, _POINTER))

    def close(self) -> None:
        """Remove the mouse."""
        self._socket.close()

    def move_to(self, x: int, y: int) -> None:
        """Move the pointer to a point of the screen."""
        self._send(_POINTER, 1, struct.pack("=IIIII", _now(), x, y, *self._size))
        self._send(_POINTER, 4)

    def click(self, x: int, y: int, *, button: int = 1) -> None:
        """Click a point of the screen: 1 is the left button, 2 the middle, 3 the right."""
        self.move_to(x, y)
        for pressed in (1, 0):
            self._send(_POINTER, 2, struct.pack("=III", _now(), _BUTTONS[button], pressed))
            self._send(_POINTER, 4)

    def scroll(self, steps: int) -> None:
        """Turn the wheel by so many steps, down if positive."""
        self._send(_POINTER, 3, struct.pack("=IIi", _now(), _VERTICAL, steps * 15 * 256))
        self._send(_POINTER, 4)

    def _send(self, target: int, request: int, arguments: bytes = b"") -> None:
        size = 8 + len(arguments)
        self._socket.sendall(struct.pack("=II", target, size << 16 | request) + arguments)

    def _name_of_manager(self) -> int:
        """Read the interfaces that the compositor offers; return the name of the pointer manager."""
        found = 0
        while True:
            sender, event, body = self._receive()
            if sender == _CALLBACK:
                assert found, f"the compositor offers no {_MANAGER}"
                return found
            if (sender, event) == (_REGISTRY, 0):
                name, length = struct.unpack_from("=II", body)
                if body[8 : 8 + length - 1].decode() == _MANAGER:
                    found = name

    def _receive(self) -> tuple[int, int, bytes]:
        sender, word = struct.unpack("=II", self._read(8))
        return sender, word & 0xFFFF, self._read((word >> 16) - 8)

    def _read(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            more = self._socket.recv(count - len(data))
            assert more, "the compositor closed the connection"
            data += more
        return data


def _text(text: str) -> bytes:
    data = text.encode() + b"\0"
    return struct.pack("=I", len(data)) + data + b"\0" * (-len(data) % 4)


def _now() -> int:
    return time.monotonic_ns() // 1_000_000 & 0xFFFFFFFF
