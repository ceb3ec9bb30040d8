"""Finds the icon in a picture of the screen by the color of its arc."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageColor

from claudometer.present.icon import Level
from claudometer.ui.tray.drawing import COLORS

if TYPE_CHECKING:
    from tests.desktop.screenshots import Box

_APART = 6
"""So many empty columns or rows separate two icons; within an icon the arc has no such gap."""

_NEAR = 24
"""Allowed deviation of a color, since a panel that scales the picture mixes its colors."""


def icons_in(picture: Image.Image, level: Level = Level.OK) -> list[Box]:
    """Return the boxes of the arcs of this level's color, from left to right."""
    mask = _colored(picture, COLORS[level])
    return [box for band in _split(mask, vertical=False) for box in _split(mask, vertical=True, within=band)]


def center(box: Box) -> tuple[int, int]:
    """Return the middle of a box."""
    left, top, right, bottom = box
    return (left + right) // 2, (top + bottom) // 2


def _colored(picture: Image.Image, color: str) -> Image.Image:
    plain = Image.new("RGB", picture.size, ImageColor.getrgb(color))
    red, green, blue = ImageChops.difference(picture.convert("RGB"), plain).split()
    farthest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return farthest.point(lambda value: 255 if value <= _NEAR else 0)


def _split(mask: Image.Image, *, vertical: bool, within: Box | None = None) -> list[Box]:
    """Cut the marked part of a mask along its empty columns, or with ``vertical`` along its empty rows."""
    left, top, right, bottom = within or (0, 0, *mask.size)
    part = mask.crop((left, top, right, bottom))
    profile = _profile(part, vertical=vertical)
    runs = _runs([place for place, marked in enumerate(profile) if marked])
    if vertical:
        return [(left, top + start, right, top + end) for start, end in runs]
    return [(left + start, top, left + end, bottom) for start, end in runs]


def _profile(part: Image.Image, *, vertical: bool) -> list[bool]:
    data, width = part.tobytes(), part.width
    if vertical:
        return [any(data[row * width : (row + 1) * width]) for row in range(part.height)]
    return [any(data[column::width]) for column in range(width)]


def _runs(places: list[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for place in places:
        if runs and place - runs[-1][1] < _APART:
            runs[-1] = (runs[-1][0], place + 1)
        else:
            runs.append((place, place + 1))
    return runs
