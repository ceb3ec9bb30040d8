"""A canvas that draws at eight times the size and scales down, for smooth edges. Units are final pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

OVERSIZE = 8
CLEAR = (0, 0, 0, 0)
TOP = -90.0

Color = str | tuple[int, int, int, int]
Point = tuple[float, float]


class Canvas:
    """A transparent square of ``size`` units. Later shapes cover earlier ones.

    Args:
        zoom: pixels a unit: with 2, a drawing on whole units comes out twice as large and as sharp.
    """

    def __init__(self, size: int, *, zoom: int = 1) -> None:
        from PIL import Image, ImageDraw  # noqa: PLC0415 - only the tray needs it, for its first picture

        self.size = size
        self._unit = OVERSIZE * zoom
        self._image = Image.new("RGBA", (size * self._unit, size * self._unit), CLEAR)
        self._draw = ImageDraw.Draw(self._image)

    @property
    def middle(self) -> Point:
        """The center of the canvas."""
        return self.size / 2, self.size / 2

    def disc(self, radius: float, fill: Color, center: Point | None = None) -> None:
        """Fill a circle around ``center``, by default the middle of the canvas."""
        self._draw.ellipse(self._box(radius, center or self.middle), fill=fill)

    def wedge(self, radius: float, start: float, end: float, fill: Color) -> None:
        """Fill a sector around the middle. Angles are degrees, clockwise from the top."""
        self._draw.pieslice(self._box(radius, self.middle), TOP + start, TOP + end, fill=fill)

    def bar(self, left_top: Point, width: float, height: float, fill: Color) -> None:
        """Fill a rectangle."""
        left, top = left_top
        right, bottom = left + width, top + height
        self._draw.rectangle(
            (left * self._unit, top * self._unit, right * self._unit - 1, bottom * self._unit - 1), fill=fill
        )

    def line(self, path: list[Point], pen: int, fill: Color) -> None:
        """Draw a line ``pen`` pixels wide along a path."""
        scaled = [(x * self._unit, y * self._unit) for x, y in path]
        self._draw.line(scaled, fill=fill, width=pen * self._unit, joint="curve")

    def picture(self) -> Image:
        """Return the picture at its final size."""
        return self._image.reduce(OVERSIZE)

    def _box(self, radius: float, center: Point) -> tuple[float, float, float, float]:
        x, y = center
        return (
            (x - radius) * self._unit,
            (y - radius) * self._unit,
            (x + radius) * self._unit - 1,
            (y + radius) * self._unit - 1,
        )
