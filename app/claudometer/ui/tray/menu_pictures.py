"""Draws the pictures beside menu entries, as PNG, which dbusmenu requires.

Unlike the tray icon they have no disc. The color of the menu is not known, so each of their colors is visible
on white and on black.
"""

from __future__ import annotations

import struct
import zlib
from functools import lru_cache
from typing import TYPE_CHECKING

from claudometer.present.menu_entries import Picture
from claudometer.ui.tray.canvas import Canvas, color

if TYPE_CHECKING:
    from claudometer.present.menu_entries import EntryPicture

SIZE = 16
"""The size of pictures in menus, in pixels."""

COLORS = {
    "ok": color("#2f9e5b"),
    "warning": color("#d98a0b"),
    "critical": color("#e0393e"),
    "unknown": color("#8b9097"),
}
TRACK = color("#8b9097", 110)
INK = color("#ffffff")

_RIM, _HOLE = 7.0, 4.2
_LEAST_TURN = 12.0
"""The smallest arc, in degrees, so that any share above 0 is visible."""


@lru_cache(maxsize=32)
def png_of(picture: EntryPicture) -> bytes:
    """Return the picture as PNG. It is cached, because each new menu asks for all its pictures."""
    canvas = Canvas(SIZE)
    _PAINTERS[picture.picture](canvas, picture)
    return _png(canvas)


def _png(canvas: Canvas) -> bytes:
    """Return a picture as the simplest PNG: RGBA, 8 bits, rows unfiltered (W3C, PNG Third Edition)."""
    side, rgba = canvas.side, canvas.rgba()
    rows = (b"\0" + rgba[start : start + 4 * side] for start in range(0, len(rgba), 4 * side))
    header = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def _ring(canvas: Canvas, picture: EntryPicture) -> None:
    canvas.arc((_HOLE, _RIM), (0, 360), TRACK)
    turn = 3.6 * min(100, picture.percent or 0)
    if turn:
        canvas.arc((_HOLE, _RIM), (0, max(_LEAST_TURN, turn)), COLORS[picture.level])


def _alert(canvas: Canvas, picture: EntryPicture) -> None:
    canvas.disc(_RIM, COLORS[picture.level])
    canvas.bar((7, 4), 2, 5, INK)
    canvas.bar((7, 10), 2, 2, INK)


def _pause(canvas: Canvas, picture: EntryPicture) -> None:
    for left in (4, 9):
        canvas.bar((left, 3), 3, 10, COLORS[picture.level])


_PAINTERS = {Picture.RING: _ring, Picture.ALERT: _alert, Picture.PAUSE: _pause}
