"""Draws the tray icon from its model, at any size from 16 px. Knows no snapshot and no panel.

The icon has a dark disc of its own. A panel does not say what color it has, and white digits on the disc are
readable on any.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from claudometer.present.icon import Level, Shape
from claudometer.ui.tray.canvas import CLEAR, Canvas
from claudometer.ui.tray.digits import Cut, write

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL.Image import Image

    from claudometer.present.icon import IconModel

    Painter = Callable[[Canvas, IconModel], None]

BACK = "#1b1f24"
TRACK = "#545d68"
INK = "#ffffff"
COLORS = {
    Level.OK: "#3fc56b",
    Level.WARNING: "#f9b615",
    Level.CRITICAL: "#e53e41",
    Level.UNAUTHORIZED: "#ff5d5d",
    Level.RATE_LIMITED: "#ff8a3d",
    Level.UNKNOWN: "#a3adb8",
}

_CUTS = {
    16: (Cut(4, 7, 1, 1, 1.2), Cut(3, 6, 1, 1, 1.0)),
    22: (Cut(6, 9, 2, 1, 2.0), Cut(5, 8, 2, 1, 1.6)),
    24: (Cut(6, 9, 2, 1, 2.0), Cut(5, 8, 2, 1, 1.6)),
    32: (Cut(8, 12, 2, 2, 2.6), Cut(7, 11, 2, 2, 2.2)),
    48: (Cut(12, 18, 3, 3, 4.0), Cut(10, 16, 3, 2, 3.2)),
}
"""Digit sizes by icon size, tuned by eye: for up to two characters, and for three."""

_DOUBLED = frozenset({44})
"""Drawn as twice the half: Xfce takes the largest picture there is and halves it, and so gets a sharp one."""


def draw(model: IconModel, size: int) -> Image:
    """Return the icon as an RGBA picture of ``size`` by ``size`` pixels."""
    zoom = 2 if size in _DOUBLED else 1
    canvas = Canvas(size // zoom, zoom=zoom)
    _PAINTERS[model.shape](canvas, model)
    _MARKS.get(model.text, _number)(canvas, model)
    return canvas.picture()


def _outer(canvas: Canvas) -> float:
    return canvas.size / 2


def _rim(canvas: Canvas) -> float:
    return _outer(canvas) - max(0.5, canvas.size / 32)


def _hole(canvas: Canvas) -> float:
    return _rim(canvas) - canvas.size * 0.105


def _shade(model: IconModel) -> str:
    return COLORS[model.level]


def _turn(model: IconModel) -> float:
    """Return how far the ring is filled, in degrees. "<1" fills it as 1 % does, so that it shows."""
    shown = max(model.percent or 0, 1 if model.text == "<1" else 0)
    return 3.6 * min(100, shown)


def _ring(canvas: Canvas, model: IconModel) -> None:
    canvas.disc(_outer(canvas), BACK)
    canvas.disc(_rim(canvas), TRACK)
    if _turn(model):
        canvas.wedge(_rim(canvas), 0, _turn(model), _shade(model))
    canvas.disc(_hole(canvas), BACK)


def _marked_ring(canvas: Canvas, model: IconModel) -> None:
    """Draw a ring with a dot in the top right corner."""
    _ring(canvas, model)
    radius = max(2.5, canvas.size * 0.14)
    center = (canvas.size - radius, radius)
    canvas.disc(radius + max(1.0, canvas.size / 24), CLEAR, center)
    canvas.disc(radius, _shade(model), center)


def _disc(canvas: Canvas, model: IconModel) -> None:
    """Draw a filled disc, with the unused share of the limit cut from its edge."""
    canvas.disc(_outer(canvas), _shade(model))
    if _turn(model) < 360:
        canvas.wedge(_outer(canvas) + 1, _turn(model), 360, CLEAR)
        canvas.disc(_outer(canvas) - canvas.size * 0.1, _shade(model))


def _arcs(canvas: Canvas, model: IconModel, arcs: list[tuple[float, float]]) -> None:
    canvas.disc(_outer(canvas), BACK)
    for start, end in arcs:
        canvas.wedge(_rim(canvas), start, end, _shade(model))
    canvas.disc(_hole(canvas), BACK)


def _brackets(canvas: Canvas, model: IconModel) -> None:
    """Draw two arcs: a pause sign bent into a ring, with room for the number."""
    _arcs(canvas, model, [(35, 145), (215, 325)])


def _broken_ring(canvas: Canvas, model: IconModel) -> None:
    """Draw a ring in three pieces. The panel shows through the gaps."""
    _arcs(canvas, model, [(0, 360)])
    for middle in (135, 255, 15):
        canvas.wedge(_outer(canvas) + 1, middle - 14, middle + 14, CLEAR)
    canvas.disc(_hole(canvas), BACK)


def _dashed_ring(canvas: Canvas, model: IconModel) -> None:
    _arcs(canvas, model, [(middle - 13, middle + 13) for middle in range(0, 360, 45)])


def _dotted_ring(canvas: Canvas, model: IconModel) -> None:
    canvas.disc(_outer(canvas), BACK)
    radius, dot = (_rim(canvas) + _hole(canvas)) / 2, (_rim(canvas) - _hole(canvas)) / 2
    for angle in range(0, 360, 30):
        turn = math.radians(angle)
        x, y = canvas.middle
        canvas.disc(dot, _shade(model), (x + radius * math.cos(turn), y + radius * math.sin(turn)))


_PAINTERS: dict[Shape, Painter] = {
    Shape.RING: _ring,
    Shape.MARKED_RING: _marked_ring,
    Shape.DISC: _disc,
    Shape.PAUSED_RING: _brackets,
    Shape.PAUSED: _brackets,
    Shape.BROKEN_RING: _broken_ring,
    Shape.DASHED_RING: _dashed_ring,
    Shape.DOTTED_RING: _dotted_ring,
    Shape.EMPTY_RING: _ring,
}


def _number(canvas: Canvas, model: IconModel) -> None:
    nearest = max((size for size in _CUTS if size <= canvas.size), default=min(_CUTS))
    cut = _CUTS[nearest][len(model.text) > 2]
    if canvas.size > 1.3 * nearest:
        cut = cut.grown(canvas.size / nearest)
    write(canvas, model.text, cut, INK)


def _exclamation(canvas: Canvas, _model: IconModel) -> None:
    size = canvas.size
    pen, height = max(2, round(size / 8)), round(size * 0.5)
    left, top = round((size - pen) / 2), round((size - height) / 2)
    canvas.bar((left, top), pen, height - pen - max(1, round(size / 16)), INK)
    canvas.bar((left, top + height - pen), pen, pen, INK)


def _dash(canvas: Canvas, _model: IconModel) -> None:
    size = canvas.size
    width, height = round(size * 0.45), max(2, round(size / 10))
    canvas.bar((round((size - width) / 2), round((size - height) / 2)), width, height, INK)


def _ellipsis(canvas: Canvas, _model: IconModel) -> None:
    dot, gap = max(2, round(canvas.size / 8)), max(1, round(canvas.size / 12))
    left, top = (canvas.size - 3 * dot - 2 * gap) // 2, (canvas.size - dot) // 2
    for place in range(3):
        canvas.bar((left + place * (dot + gap), top), dot, dot, INK)


def _pause(canvas: Canvas, _model: IconModel) -> None:
    size = canvas.size
    pen, gap, height = max(2, round(size / 8)), max(2, round(size / 9)), round(size * 0.4)
    left, top = (size - 2 * pen - gap) // 2, (size - height) // 2
    for x in (left, left + pen + gap):
        canvas.bar((x, top), pen, height, INK)


_MARKS: dict[str, Painter] = {"!": _exclamation, "-": _dash, "…": _ellipsis, "||": _pause}
