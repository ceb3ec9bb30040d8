"""Draws the icon's digits without a font. Their edges are on whole pixels, so they are sharp at 16 px."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from claudometer.ui.tray.canvas import Canvas, Color, Point

MIDDLE = -1.0
"""A placeholder for the height of a digit's middle bar, which is rounded to a pixel at each size."""

BEND_STEPS = 8
"""How many straight pieces make a rounded corner."""


class Knot(NamedTuple):
    """A point of a stroke in a unit square; y points down. Corners are rounded unless ``sharp``."""

    x: float
    y: float
    sharp: bool = False


def _stroke(*knots: tuple[float, float] | tuple[float, float, bool]) -> tuple[Knot, ...]:
    return tuple(Knot(*knot) for knot in knots)


_STROKES: dict[str, tuple[tuple[Knot, ...], ...]] = {
    "0": (_stroke((0.5, 0), (1, 0), (1, 1), (0, 1), (0, 0), (0.5, 0)),),
    "1": (_stroke((0, 0.22), (1, 0, True), (1, 1)),),
    "2": (_stroke((0, 0.2), (0, 0), (1, 0), (1, MIDDLE), (0, 1, True), (1, 1)),),
    "3": (
        _stroke((0, 0), (1, 0), (1, MIDDLE), (0.3, MIDDLE)),
        _stroke((0.3, MIDDLE), (1, MIDDLE), (1, 1), (0, 1)),
    ),
    "4": (_stroke((0, 0), (0, 0.62, True), (1, 0.62)), _stroke((1, 0), (1, 1))),
    "5": (_stroke((1, 0), (0, 0, True), (0, MIDDLE, True), (1, MIDDLE), (1, 1), (0, 1)),),
    "6": (_stroke((0.95, 0), (0, 0), (0, 1), (1, 1), (1, MIDDLE), (0, MIDDLE)),),
    "7": (_stroke((0, 0), (1, 0, True), (0.35, 1)),),
    "8": (
        _stroke((0.5, 0), (1, 0), (1, MIDDLE), (0, MIDDLE), (0, 0), (0.5, 0)),
        _stroke((0.5, MIDDLE), (1, MIDDLE), (1, 1), (0, 1), (0, MIDDLE), (0.5, MIDDLE)),
    ),
    "9": (_stroke((0.05, 1), (1, 1), (1, 0), (0, 0), (0, MIDDLE), (1, MIDDLE)),),
    "<": (_stroke((1, 0.1), (0, 0.5, True), (1, 0.9)),),
    "?": (
        _stroke((0, 0.2), (0, 0), (1, 0), (1, MIDDLE), (0.5, MIDDLE, True), (0.5, 0.68)),
        _stroke((0.5, 0.9), (0.5, 1)),
    ),
}
_NARROW = {"1": 0.5, "<": 1.1}


@dataclass(frozen=True, slots=True)
class Cut:
    """The dimensions of a set of digits, in pixels. Whole numbers let vertical strokes fill whole pixels.

    Attributes:
        width: of a digit.
        height: of a digit.
        pen: the width of a stroke.
        gap: between two digits.
        radius: of a rounded corner.
    """

    width: int
    height: int
    pen: int
    gap: int
    radius: float

    def grown(self, factor: float) -> Cut:
        """Return the dimensions times ``factor``, rounded to whole pixels."""
        width, height, pen, gap = (
            round(length * factor) for length in (self.width, self.height, self.pen, self.gap)
        )
        return Cut(width, height, pen, gap, self.radius * factor)

    def width_of(self, char: str) -> int:
        """Return the width of a character."""
        return max(self.pen + 1, round(self.width * _NARROW.get(char, 1.0)))

    def length_of(self, text: str) -> int:
        """Return the width of a text."""
        return sum(self.width_of(char) for char in text) + self.gap * (len(text) - 1)


def write(canvas: Canvas, text: str, cut: Cut, fill: Color, *, raised: int = 0) -> None:
    """Draw a text in the middle of the canvas, or ``raised`` units above it: of digits, ``<`` and ``?``."""
    left = (canvas.size - cut.length_of(text)) // 2
    top = (canvas.size - cut.height) // 2 - raised
    for char in text:
        for stroke in _STROKES[char]:
            path = _placed(stroke, (left, top), cut.width_of(char), cut)
            canvas.line(list(_rounded(path, cut.radius)), cut.pen, fill)
        left += cut.width_of(char) + cut.gap


def _placed(stroke: tuple[Knot, ...], origin: Point, width: int, cut: Cut) -> list[Knot]:
    """Return a stroke in place, with knots on whole pixels: between two, a 1-pixel stroke would be gray."""
    across, down = width - cut.pen, cut.height - cut.pen
    left, top = origin[0] + cut.pen / 2, origin[1] + cut.pen / 2
    return [
        Knot(
            left + _nearest(knot.x * across),
            top + (down // 2 if knot.y == MIDDLE else _nearest(knot.y * down)),
            knot.sharp,
        )
        for knot in stroke
    ]


def _nearest(length: float) -> int:
    """Round halves up. ``round`` rounds them to even numbers, so the two sides of a digit would differ."""
    return math.floor(length + 0.5)


def _rounded(path: list[Knot], radius: float) -> Iterator[Point]:
    yield path[0][:2]
    for (before, corner), (_, after) in pairwise(pairwise(path)):
        if corner.sharp:
            yield corner[:2]
        else:
            yield from _bend(before, corner, after, radius)
    yield path[-1][:2]


def _bend(before: Knot, corner: Knot, after: Knot, radius: float) -> Iterator[Point]:
    """Yield points of a quadratic Bézier curve around a corner."""
    start, end = _towards(corner[:2], before[:2], radius), _towards(corner[:2], after[:2], radius)
    for step in range(BEND_STEPS + 1):
        t = step / BEND_STEPS
        first, second, third = (1 - t) ** 2, 2 * t * (1 - t), t * t
        yield (
            first * start[0] + second * corner.x + third * end[0],
            first * start[1] + second * corner.y + third * end[1],
        )


def _towards(corner: Point, end: Point, reach: float) -> Point:
    length = math.dist(corner, end)
    part = min(reach, length) / length if length else 0.0
    return corner[0] + (end[0] - corner[0]) * part, corner[1] + (end[1] - corner[1]) * part
