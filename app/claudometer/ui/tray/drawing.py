"""Draws the tray icon from its model, at any size from 16 px. Knows no snapshot and no panel.

In color, the icon has a dark disc, because the color of the panel is not known, and white digits on the disc
are readable on any panel. White and black icons have no disc, and their digits are cut out of filled areas.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from claudometer.domain.settings import IconColors
from claudometer.present.icon import Level, Shape
from claudometer.ui.tray.canvas import CLEAR, Canvas, color
from claudometer.ui.tray.digits import Cut, write

if TYPE_CHECKING:
    from collections.abc import Callable

    from claudometer.present.icon import Arc, IconModel
    from claudometer.ui.tray.canvas import Color, Point

    Painter = Callable[["_Sheet"], None]

BACK = "#1b1f24"
TRACK = "#626b77"
INK = "#ffffff"
COLORS = {
    Level.OK: "#55d985",
    Level.WARNING: "#f9b615",
    Level.CRITICAL: "#ff6464",
    Level.UNAUTHORIZED: "#ff5d5d",
    Level.RATE_LIMITED: "#ff8a3d",
    Level.UNKNOWN: "#a3adb8",
}
FULL = "#d32f35"
"""The middle at a critical level. White digits on it have a contrast of 4.97 : 1."""

_TRACK_ALPHA = 90
"""The opacity of the unused part of a white or black ring, which has only one color."""

_CUTS = {
    16: (Cut(4, 7, 1, 1, 1.2), Cut(3, 6, 1, 1, 1.0)),
    22: (Cut(6, 9, 2, 1, 2.0), Cut(5, 8, 2, 1, 1.6)),
    24: (Cut(6, 9, 2, 1, 2.0), Cut(5, 8, 2, 1, 1.6)),
    32: (Cut(8, 12, 2, 2, 2.6), Cut(7, 11, 2, 2, 2.2)),
    48: (Cut(12, 18, 3, 3, 4.0), Cut(10, 16, 3, 2, 3.2)),
}
"""Digit sizes by icon size, tuned by eye: for up to two characters, and for three."""

_DOUBLED = frozenset({44})
"""Drawn at half the size, zoomed by 2: Xfce takes the largest picture and halves it, which stays sharp."""


@dataclass(frozen=True, slots=True)
class _Palette:
    """The colors of one drawing. ``back`` is ``CLEAR`` where the panel is the background."""

    back: Color
    track: Color
    ink: Color
    full: Color
    ink_on_full: Color
    levels: dict[Level, Color]


def _plain(ink: str, back: Color = CLEAR) -> _Palette:
    """Return a palette of one color, with digits cut out of filled areas."""
    solid = color(ink)
    return _Palette(back, color(ink, _TRACK_ALPHA), solid, solid, back, dict.fromkeys(Level, solid))


_IN_COLOR = _Palette(
    color(BACK),
    color(TRACK),
    color(INK),
    color(FULL),
    color(INK),
    {level: color(text) for level, text in COLORS.items()},
)
_PALETTES = {
    IconColors.COLOR: _IN_COLOR,
    IconColors.MONOCHROME: _plain(INK, color(BACK)),  # while the panel's color is unknown, with the disc
    IconColors.WHITE: _plain(INK),
    IconColors.BLACK: _plain(BACK),
}


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One drawing: the canvas, the model and the colors."""

    canvas: Canvas
    model: IconModel
    palette: _Palette

    @property
    def size(self) -> int:
        return self.canvas.size

    @property
    def outer(self) -> float:
        return self.size / 2

    @property
    def rim(self) -> float:
        """The outer radius of the ring. One without a disc behind it needs no dark edge."""
        edge = 0.0 if self.palette.back is CLEAR else max(0.5, self.size / 32)
        return self.outer - edge

    @property
    def hole(self) -> float:
        """The inner radius of the ring, which is thinner around three digits."""
        width = 0.085 if len(self.model.text) > 2 else 0.105
        return self.outer - max(0.5, self.size / 32) - self.size * width

    @property
    def shade(self) -> Color:
        return self.palette.levels[self.model.level]

    def ring(self, start: float, end: float, fill: Color) -> None:
        """Fill a part of the ring."""
        if end > start:
            self.canvas.arc((self.hole, self.rim), (start, end), fill)


def draw(model: IconModel, size: int) -> Canvas:
    """Return the icon, ``size`` by ``size`` pixels."""
    zoom = 2 if size in _DOUBLED else 1
    sheet = _Sheet(Canvas(size // zoom, zoom=zoom), model, _PALETTES[model.colors])
    sheet.canvas.disc(sheet.outer, sheet.palette.back)
    _PAINTERS[model.shape](sheet)
    _MARKS.get(model.text, _number)(sheet)
    return sheet.canvas


_GAP = 9.0
"""Half the gap between the two arcs, in degrees."""


def _arcs(sheet: _Sheet) -> None:
    arcs = sheet.model.arcs
    if len(arcs) > 1:
        left, right = arcs[:2]
        _arc(sheet, left, 180 + _GAP, 360 - _GAP)
        _arc(sheet, right, 180 - _GAP, _GAP)
    elif arcs:
        _arc(sheet, arcs[0], 0, 360)
    else:
        sheet.ring(0, 360, sheet.palette.track)


def _arc(sheet: _Sheet, arc: Arc, start: float, end: float) -> None:
    """Fill an arc from ``start`` towards ``end``, clockwise or the other way."""
    sheet.ring(min(start, end), max(start, end), sheet.palette.track)
    if arc.percent:
        filled = start + (end - start) * min(100, arc.percent) / 100
        sheet.ring(min(start, filled), max(start, filled), sheet.palette.levels[arc.level])


def _ring(sheet: _Sheet) -> None:
    _arcs(sheet)
    if sheet.model.paused:
        _pause_mark(sheet)


def _marked_ring(sheet: _Sheet) -> None:
    """Draw the arcs with a dot at the bottom, clear of the digits."""
    _arcs(sheet)
    # The pause sign is in the same place as the dot.
    if sheet.model.paused:
        _pause_mark(sheet)
        return
    radius = max(1.5, sheet.size * 0.085)
    center = (sheet.size / 2, sheet.size - radius)
    sheet.canvas.disc(radius + max(1.0, sheet.size / 24), CLEAR, center)
    sheet.canvas.disc(radius, sheet.shade, center)


def _disc(sheet: _Sheet) -> None:
    """Draw the arcs around a filled middle; in one color no arcs: digits across both would be illegible."""
    if sheet.palette is _IN_COLOR:
        _arcs(sheet)
        sheet.canvas.disc(sheet.hole - (0 if sheet.size < 32 else sheet.size / 40), sheet.palette.full)
    else:
        sheet.canvas.disc(sheet.outer, sheet.palette.full)
    if sheet.model.paused:
        _pause_mark(sheet)


def _pause_mark(sheet: _Sheet) -> None:
    """Draw a pause sign at the bottom, clear of the digits."""
    size = sheet.size
    pen, height = max(2, round(size / 11)), max(4, round(size * 0.23))
    gap = max(1, round(size / 22))
    gap += (size - 2 * pen - gap) % 2  # on whole pixels, in the middle
    left, top = (size - 2 * pen - gap) // 2, size - height
    edge = max(1, round(size / 22))
    sheet.canvas.bar((left - edge, top - edge), 2 * pen + gap + 2 * edge, height + edge, CLEAR)
    for x in (left, left + pen + gap):
        sheet.canvas.bar((x, top), pen, height, sheet.palette.levels[Level.RATE_LIMITED])


def _brackets(sheet: _Sheet) -> None:
    """Draw two arcs, like a pause sign bent into a ring."""
    sheet.ring(35, 145, sheet.shade)
    sheet.ring(215, 325, sheet.shade)


def _broken_ring(sheet: _Sheet) -> None:
    """Draw a ring in three pieces. The panel shows through the gaps."""
    sheet.ring(0, 360, sheet.shade)
    for middle in (15, 135, 255):
        sheet.canvas.arc((sheet.hole, sheet.outer + 1), (middle - 14, middle + 14), CLEAR)


def _dashed_ring(sheet: _Sheet) -> None:
    for middle in range(0, 360, 45):
        sheet.ring(middle - 13, middle + 13, sheet.shade)


def _dotted_ring(sheet: _Sheet) -> None:
    radius, dot = (sheet.rim + sheet.hole) / 2, (sheet.rim - sheet.hole) / 2
    x, y = sheet.canvas.middle
    for angle in range(0, 360, 30):
        turn = math.radians(angle)
        center: Point = (x + radius * math.cos(turn), y + radius * math.sin(turn))
        sheet.canvas.disc(dot, sheet.shade, center)


_PAINTERS: dict[Shape, Painter] = {
    Shape.RING: _ring,
    Shape.MARKED_RING: _marked_ring,
    Shape.DISC: _disc,
    Shape.PAUSED: _brackets,
    Shape.BROKEN_RING: _broken_ring,
    Shape.DASHED_RING: _dashed_ring,
    Shape.DOTTED_RING: _dotted_ring,
    Shape.EMPTY_RING: _arcs,
}


def _number(sheet: _Sheet) -> None:
    nearest = max((size for size in _CUTS if size <= sheet.size), default=min(_CUTS))
    cut = _CUTS[nearest][len(sheet.model.text) > 2]
    if sheet.size > 1.3 * nearest:
        cut = cut.grown(sheet.size / nearest)
    on_full = sheet.model.shape is Shape.DISC
    ink = sheet.palette.ink_on_full if on_full else sheet.palette.ink
    # The pause sign needs a line of pixels between itself and the digits.
    raised = round(sheet.size / 22) if sheet.model.paused else 0
    write(sheet.canvas, sheet.model.text, cut, ink, raised=raised)


def _exclamation(sheet: _Sheet) -> None:
    size = sheet.size
    pen, height = max(2, round(size / 8)), round(size * 0.5)
    left, top = round((size - pen) / 2), round((size - height) / 2)
    sheet.canvas.bar((left, top), pen, height - pen - max(1, round(size / 16)), sheet.palette.ink)
    sheet.canvas.bar((left, top + height - pen), pen, pen, sheet.palette.ink)


def _dash(sheet: _Sheet) -> None:
    size = sheet.size
    width, height = round(size * 0.45), max(2, round(size / 10))
    sheet.canvas.bar(
        (round((size - width) / 2), round((size - height) / 2)), width, height, sheet.palette.ink
    )


def _ellipsis(sheet: _Sheet) -> None:
    size = sheet.size
    dot, gap = max(2, round(size / 8)), max(1, round(size / 12))
    left, top = (size - 3 * dot - 2 * gap) // 2, (size - dot) // 2
    for place in range(3):
        sheet.canvas.bar((left + place * (dot + gap), top), dot, dot, sheet.palette.ink)


def _pause(sheet: _Sheet) -> None:
    size = sheet.size
    pen, gap, height = max(2, round(size / 8)), max(2, round(size / 9)), round(size * 0.4)
    left, top = (size - 2 * pen - gap) // 2, (size - height) // 2
    for x in (left, left + pen + gap):
        sheet.canvas.bar((x, top), pen, height, sheet.palette.ink)


_MARKS: dict[str, Painter] = {"!": _exclamation, "-": _dash, "…": _ellipsis, "||": _pause}
