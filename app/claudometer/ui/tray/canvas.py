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
        pieces = [_segment(start, end) for start, end in pairwise(path)]
        self._fill(box, fill, lambda px, py: reach - min([distance(px, py) for distance in pieces]))

    def rgba(self) -> bytes:
        """Return the pixels, row by row from the top left, as red, green, blue, alpha; not premultiplied."""
        # Each color once: few pixels are on an edge.
        found = {pixel: bytes(_unmixed(pixel)) for pixel in set(self._pixels)}
        return b"".join(map(found.__getitem__, self._pixels))

    def _fill(self, box: tuple[float, float, float, float], fill: Color, inside: Coverage) -> None:
        """Paint a shape within ``box``: left, top, right, bottom.

        Args:
            inside: returns the distance of a point from the edge, in units; positive inside the shape. Its
                amount may be less than the true distance, never more.
        """
        zoom, side, pixels = self._zoom, self.side, self._pixels
        left, top = (max(0, math.floor(edge * zoom)) for edge in box[:2])
        right, bottom = (min(side, math.ceil(edge * zoom)) for edge in box[2:])
        opacity = fill[3] / 255
        paint = (fill[0] * opacity, fill[1] * opacity, fill[2] * opacity, opacity)
        for row in range(top, bottom):
            y = (row + _HALF_PIXEL) / zoom
            place, end = row * side + left, row * side + right
            while place < end:
                distance = inside((place - row * side + _HALF_PIXEL) / zoom, y) * zoom
                share = distance + _HALF_PIXEL
                if 0 < share < 1:
                    pixels[place] = _mixed(pixels[place], paint, share)
                    place += 1
                    continue
                # The edge is that far or farther, so the pixels until there are as this one is.
                following = min(end, place + 1 + int(abs(distance) - _HALF_PIXEL))
                if share >= 1:
                    pixels[place:following] = [paint] * (following - place)
                place = following


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


def _unmixed(pixel: tuple[float, float, float, float]) -> Color:
    red, green, blue, alpha = pixel
    if not alpha:
        return CLEAR
    return round(red / alpha), round(green / alpha), round(blue / alpha), round(alpha * 255)


def _sector(start: float, end: float) -> Coverage:
    """Return the signed distance function of a sector between two rays from the middle."""
    if end - start >= 360:
        return lambda _x, _y: math.inf
    first, last = math.radians(start), math.radians(end)
    # A ray's line bounds a half-plane. Up to half a turn, the sector is their intersection, else their union.
    both = min if end - start <= 180 else max
    first_x, first_y, last_x, last_y = math.cos(first), math.sin(first), math.cos(last), math.sin(last)

    def inside(x: float, y: float) -> float:
        return both(x * first_x + y * first_y, -x * last_x - y * last_y)

    return inside


def _segment(start: Point, end: Point) -> Coverage:
    """Return the distance function of a line segment; never negative."""
    left, top = start
    across, down = end[0] - left, end[1] - top
    length = across * across + down * down

    def distance(x: float, y: float) -> float:
        x, y = x - left, y - top
        part = (x * across + y * down) / length if length else 0.0
        if part >= 1:
            x, y = x - across, y - down
        elif part > 0:
            x, y = x - part * across, y - part * down
        return math.hypot(x, y)

    return distance
