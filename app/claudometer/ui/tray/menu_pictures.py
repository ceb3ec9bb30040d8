"""Pictures beside menu lines: PNG, as menus carry them on every system.

They have no disc behind them, unlike the tray icon: a menu does not say what color it has, so every color is
one that can be seen on white and on black alike.
"""

from __future__ import annotations

import io
from functools import lru_cache
from typing import TYPE_CHECKING

from claudometer.present.menu_entries import Picture
from claudometer.ui.tray.canvas import CLEAR, Canvas

if TYPE_CHECKING:
    from claudometer.present.menu_entries import EntryPicture

SIZE = 16
"""What menus have room for, in pixels."""

COLORS = {"ok": "#2f9e5b", "warning": "#d98a0b", "critical": "#e0393e", "unknown": "#8b9097"}
TRACK = (139, 144, 151, 110)
INK = "#ffffff"

_RIM, _HOLE = 7.0, 4.2
_LEAST_TURN = 12.0
"""A share that is not 0 shows, in degrees."""


@lru_cache(maxsize=32)
def png_of(picture: EntryPicture) -> bytes:
    """Return the picture as PNG. The same picture is drawn once, however often the menu is compared."""
    canvas = Canvas(SIZE, zoom=2)
    _PAINTERS[picture.picture](canvas, picture)
    file = io.BytesIO()
    canvas.picture().resize((SIZE, SIZE)).save(file, "PNG")
    return file.getvalue()


def _ring(canvas: Canvas, picture: EntryPicture) -> None:
    canvas.disc(_RIM, TRACK)
    turn = 3.6 * min(100, picture.percent or 0)
    if turn:
        canvas.wedge(_RIM, 0, max(_LEAST_TURN, turn), COLORS[picture.level])
    canvas.disc(_HOLE, CLEAR)


def _alert(canvas: Canvas, picture: EntryPicture) -> None:
    canvas.disc(_RIM, COLORS[picture.level])
    canvas.bar((7, 4), 2, 5, INK)
    canvas.bar((7, 10), 2, 2, INK)


def _pause(canvas: Canvas, picture: EntryPicture) -> None:
    for left in (4, 9):
        canvas.bar((left, 3), 3, 10, COLORS[picture.level])


_PAINTERS = {Picture.RING: _ring, Picture.ALERT: _alert, Picture.PAUSE: _pause}
