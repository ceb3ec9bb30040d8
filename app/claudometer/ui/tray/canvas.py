"""A small canvas with smooth edges, in pure Python: an imaging library would cost the idle tray 1.7 MB.

Every shape is a signed distance function, from which the covered share of each pixel is computed. So an edge
on a whole pixel is sharp. Lengths are in units, which are pixels at a zoom of 1; angles are in degrees,
clockwise from the top.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    Coverage = Callable[[float, float], float]

Color = tuple[int, int, int, int]
"""Red, green, blue and alpha, 0 to 255; not premultiplied."""

Point = tuple[float, float]

CLEAR: Color = (0, 0, 0, 0)
"""Painting with it erases."""

_HALF_PIXEL = 0.5


def color(text: str, alpha: int = 255) -> Color:
    """Return the color of ``#rrggbb``."""
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16), alpha


class Canvas:
    """A transparent square of ``size`` units. Later shapes replace earlier ones where they cover them.

    Args:
        zoom: pixels per unit: with 2, a drawing on whole units is twice as large, and as sharp.
    """

    def __init__(self, size: int, *, zoom: int = 1) -> None:
        self.size = size
        self.side = size * zoom
        self._zoom = zoom
        # Premultiplied by alpha, so that an edge over transparent pixels mixes with no color of theirs.
        self._pixels = [(0.0, 0.0, 0.0, 0.0)] * (self.side * self.side)

    @property
    def middle(self) -> Point:
        """The center of the canvas."""
        return self.size / 2, self.size / 2

    def disc(self, radius: float, fill: Color, center: Point | None = None) -> None:
        """Fill a circle around ``center``, by default the middle of the canvas."""
        x, y = center or self.middle
        box = (x - radius, y - radius, x + radius, y + radius)
        self._fill(box, fill, lambda px, py: radius - math.hypot(px - x, py - y))

    def arc(self, radii: tuple[float, float], angles: tuple[float, float], fill: Color) -> None:
        """Fill a part of a ring around the middle.

        Args:
            radii: the inner and the outer one, in units.
            angles: start and end, at most 360 degrees apart.
        """
        inner, outer = radii
        x, y = self.middle
        cut = _sector(*angles)

        def inside(px: float, py: float) -> float:
            distance = math.hypot(px - x, py - y)
            return min(outer - distance, distance - inner, cut(px - x, py - y))

        self._fill((x - outer, y - outer, x + outer, y + outer), fill, inside)

    def bar(self, left_top: Point, width: float, height: float, fill: Color) -> None:
        """Fill a rectangle."""
        left, top = left_top
        right, bottom = left + width, top + height
        self._fill(
            (left, top, right, bottom), fill, lambda px, py: min(px - left, right - px, py - top, bottom - py)
        )

    def line(self, path: list[Point], pen: float, fill: Color) -> None:
        """Draw a line along a path, ``pen`` units wide, with round ends and corners."""
        reach = pen / 2
        xs, ys = [x for x, _ in path], [y for _, y in path]
        box = (min(xs) - reach, min(ys) - reach, max(xs) + reach, max(ys) + reach)
        pieces = list(pairwise(path))
        self._fill(
            box, fill, lambda px, py: reach - min(_distance((px, py), start, end) for start, end in pieces)
        )

    def rgba(self) -> bytes:
        """Return the pixels, row by row from the top left, as red, green, blue, alpha; not premultiplied."""
        found = bytearray()
        for red, green, blue, alpha in self._pixels:
            found += bytes(
                (round(red / alpha), round(green / alpha), round(blue / alpha), round(alpha * 255))
                if alpha
                else CLEAR
            )
        return bytes(found)

    def _fill(self, box: tuple[float, float, float, float], fill: Color, inside: Coverage) -> None:
        """Paint a shape within ``box``: left, top, right, bottom.

        Args:
            inside: returns the distance of a point from the edge, in units; positive inside the shape.
        """
        zoom, side, pixels = self._zoom, self.side, self._pixels
        left, top = (max(0, math.floor(edge * zoom)) for edge in box[:2])
        right, bottom = (min(side, math.ceil(edge * zoom)) for edge in box[2:])
        opacity = fill[3] / 255
        paint = (fill[0] * opacity, fill[1] * opacity, fill[2] * opacity, opacity)
        for row in range(top, bottom):
            y = (row + _HALF_PIXEL) / zoom
            for place in range(row * side + left, row * side + right):
                share = inside((place - row * side + _HALF_PIXEL) / zoom, y) * zoom + _HALF_PIXEL
                if share >= 1:
                    pixels[place] = paint
                elif share > 0:
                    pixels[place] = _mixed(pixels[place], paint, share)


def _mixed(
    under: tuple[float, float, float, float], paint: tuple[float, float, float, float], share: float
) -> tuple[float, float, float, float]:
    rest = 1 - share
    return (
        under[0] * rest + paint[0] * share,
        under[1] * rest + paint[1] * share,
        under[2] * rest + paint[2] * share,
        under[3] * rest + paint[3] * share,
    )


def _sector(start: float, end: float) -> Coverage:
    """Return the signed distance function of a sector between two rays from the middle."""
    if end - start >= 360:
        return lambda _x, _y: math.inf
    first, last = math.radians(start), math.radians(end)
    # A ray's line bounds a half-plane. Up to half a turn, the sector is their intersection, else their union.
    both = min if end - start <= 180 else max

    def inside(x: float, y: float) -> float:
        return both(x * math.cos(first) + y * math.sin(first), -x * math.cos(last) - y * math.sin(last))

    return inside


def _distance(point: Point, start: Point, end: Point) -> float:
    """Return the distance of a point from a line segment."""
    x, y = point[0] - start[0], point[1] - start[1]
    along_x, along_y = end[0] - start[0], end[1] - start[1]
    length = along_x * along_x + along_y * along_y
    part = max(0.0, min(1.0, (x * along_x + y * along_y) / length)) if length else 0.0
    return math.hypot(x - part * along_x, y - part * along_y)
