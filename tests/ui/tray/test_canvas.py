"""Shapes on the canvas cover each pixel by its distance from the edge, although few are computed alone."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from claudometer.ui.tray.canvas import Canvas

if TYPE_CHECKING:
    from collections.abc import Callable

SIZE = 12
WHITE = (255, 255, 255, 255)

places = st.floats(-4, SIZE + 4, allow_nan=False)
points = st.tuples(places, places)
lengths = st.floats(0.1, SIZE, allow_nan=False)
zooms = st.sampled_from((1, 2, 3))


def assert_covered(canvas: Canvas, zoom: int, distance: Callable[[float, float], float]) -> None:
    """Check the opacity of every pixel, which is covered from half a pixel outside to half a pixel inside."""
    expected = []
    for row in range(canvas.side):
        for column in range(canvas.side):
            inside = distance((column + 0.5) / zoom, (row + 0.5) / zoom)
            expected.append(255 * min(1, max(0, inside * zoom + 0.5)))
    found = canvas.rgba()[3::4]
    assert all(abs(one - other) <= 0.51 for one, other in zip(found, expected, strict=True))


@given(radius=lengths, center=points, zoom=zooms)
def test_a_disc_covers_each_pixel_by_its_distance_from_the_edge(
    radius: float, center: tuple[float, float], zoom: int
) -> None:
    canvas = Canvas(SIZE, zoom=zoom)
    canvas.disc(radius, WHITE, center)
    assert_covered(canvas, zoom, lambda x, y: radius - math.dist((x, y), center))


@given(
    inner=st.floats(0, 5), width=lengths, start=st.integers(-180, 180), turn=st.integers(1, 360), zoom=zooms
)
def test_an_arc_covers_each_pixel_by_its_distance_from_rings_and_rays(
    inner: float, width: float, start: int, turn: int, zoom: int
) -> None:
    canvas = Canvas(SIZE, zoom=zoom)
    canvas.arc((inner, inner + width), (start, start + turn), WHITE)
    middle = SIZE / 2

    def distance(x: float, y: float) -> float:
        ring = min(
            inner + width - math.dist((x, y), (middle, middle)), math.dist((x, y), (middle, middle)) - inner
        )
        if turn == 360:
            return ring
        x, y = x - middle, y - middle
        first, last = math.radians(start), math.radians(start + turn)
        behind_first = x * math.cos(first) + y * math.sin(first)
        before_last = -x * math.cos(last) - y * math.sin(last)
        return min(ring, (min if turn <= 180 else max)(behind_first, before_last))

    assert_covered(canvas, zoom, distance)


@given(path=st.lists(points, min_size=2, max_size=5), pen=st.floats(0.5, 4), zoom=zooms)
def test_a_line_covers_each_pixel_by_its_distance_from_the_path(
    path: list[tuple[float, float]], pen: float, zoom: int
) -> None:
    canvas = Canvas(SIZE, zoom=zoom)
    canvas.line(path, pen, WHITE)

    def distance(x: float, y: float) -> float:
        found = []
        for (left, top), (right, bottom) in pairwise(path):
            across, down = right - left, bottom - top
            length = across * across + down * down
            part = ((x - left) * across + (y - top) * down) / length if length else 0.0
            part = min(1.0, max(0.0, part))
            found.append(math.dist((x, y), (left + part * across, top + part * down)))
        return pen / 2 - min(found)

    assert_covered(canvas, zoom, distance)
