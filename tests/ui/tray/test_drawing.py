"""The drawn icon: legible, distinguishable without color, visible on any panel."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageChops

from claudometer.domain.settings import IconColors
from claudometer.present.icon import Arc, IconModel, Level, Shape
from claudometer.ui.tray.drawing import BACK, COLORS, FULL, INK, TRACK
from claudometer.ui.tray.drawing import draw as draw_on_canvas

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZES = (16, 22, 24, 32, 44, 48)
PANELS = ("#f6f5f4", "#2e3436")
NUMBERS = ["<1", *map(str, range(101))]


def model(text: str, shape: Shape, level: Level = Level.OK, percent: int | None = None) -> IconModel:
    """Return a model with one whole ring."""
    return IconModel(text, level, shape, "", () if percent is None else (Arc(percent, level),))


def draw(model: IconModel, size: int) -> Image.Image:
    drawn = draw_on_canvas(model, size)
    return Image.frombytes("RGBA", (drawn.side, drawn.side), drawn.rgba())


STATES = (
    model("50", Shape.RING, Level.OK, 50),
    model("80", Shape.MARKED_RING, Level.WARNING, 80),
    model("95", Shape.DISC, Level.CRITICAL, 95),
    model("100", Shape.DISC, Level.CRITICAL, 100),
    replace(model("50", Shape.RING, Level.OK, 50), paused=True),
    model("||", Shape.PAUSED, Level.RATE_LIMITED),
    model("!", Shape.BROKEN_RING, Level.UNAUTHORIZED),
    model("?", Shape.DOTTED_RING, Level.UNKNOWN),
    model("-", Shape.DASHED_RING, Level.UNKNOWN),
    model("…", Shape.EMPTY_RING, Level.UNKNOWN),
)
PAIRS = list(combinations(STATES, 2))


def on(panel: str, picture: Image.Image) -> Image.Image:
    ground = Image.new("RGB", picture.size, panel)
    ground.paste(picture, mask=picture)
    return ground


def pixels(picture: Image.Image) -> Iterator[tuple[int, int, int]]:
    data = picture.convert("RGB").tobytes()
    return zip(data[::3], data[1::3], data[2::3], strict=True)


def rgba_of(picture: Image.Image) -> Iterator[tuple[int, int, int, int]]:
    data = picture.tobytes()
    return zip(data[::4], data[1::4], data[2::4], data[3::4], strict=True)


def luminance(color: tuple[int, int, int]) -> float:
    """Return the relative luminance of WCAG 2, from 0 to 1."""
    parts = (value / 255 for value in color)
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: tuple[int, int, int], second: tuple[int, int, int]) -> float:
    """Return the contrast ratio of WCAG 2, from 1 (none) to 21."""
    darker, lighter = sorted((luminance(first), luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def rgb(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def clearly_different(first: Image.Image, second: Image.Image) -> int:
    """Count the pixels whose gray differs by more than a fifth of the scale."""
    difference = ImageChops.difference(first.convert("L"), second.convert("L"))
    return sum(difference.histogram()[52:])


@pytest.mark.parametrize("size", [*SIZES, 18, 20, 64, 128])
@pytest.mark.parametrize("state", STATES, ids=lambda state: f"{state.shape}-{state.text}")
def test_every_state_is_drawn_at_every_size(state: IconModel, size: int) -> None:
    picture = draw(state, size)
    assert (picture.mode, picture.size) == ("RGBA", (size, size))
    left, top, right, bottom = picture.getbbox() or (0, 0, 0, 0)
    assert right - left >= size - 1
    assert bottom - top >= size - 1


@pytest.mark.parametrize("size", SIZES)
def test_every_number_differs_from_every_other_in_its_digits_alone(size: int) -> None:
    drawn = [draw(model(text, Shape.RING, percent=50), size).convert("L") for text in NUMBERS]
    closest = min(clearly_different(first, second) for first, second in combinations(drawn, 2))
    assert closest >= (2 if size == 16 else 6)  # at 16 px, the bar of an 8 has two


@pytest.mark.parametrize("size", SIZES)
def test_digits_are_inside_the_ring_and_have_whole_pixels(size: int) -> None:
    for text in ("8", "88", "100", "888"):
        shape = Shape.DISC if len(text) > 2 else Shape.RING
        picture = draw(model(text, shape, percent=0), size)
        ring_width = max(1, size // 10) if shape is Shape.RING else 1
        assert sum(is_ink(pixel) for pixel in pixels(picture)) >= 5 * len(text)
        assert not any(is_ink(pixel) for pixel in edge(picture, ring_width))


@pytest.mark.parametrize(("digit", "tallest"), [("1", 6), ("4", 4)])
def test_upright_strokes_fill_whole_pixels_at_the_smallest_size(digit: str, tallest: int) -> None:
    picture = draw(model(digit, Shape.RING, percent=0), 16)
    columns = [pixels(picture.crop((x, 0, x + 1, 16))) for x in range(16)]
    assert max(sum(is_ink(pixel) for pixel in column) for column in columns) >= tallest


def is_ink(pixel: tuple[int, int, int]) -> bool:
    return min(pixel) >= 200


def edge(picture: Image.Image, width: int) -> Iterator[tuple[int, int, int]]:
    size = picture.width
    for box in (
        (0, 0, size, width),
        (0, size - width, size, size),
        (0, 0, width, size),
        (size - width, 0, size, size),
    ):
        yield from pixels(picture.crop(box))


@pytest.mark.parametrize("colors", [IconColors.MONOCHROME, IconColors.WHITE])
@pytest.mark.parametrize("size", [16, 22, 48])
@pytest.mark.parametrize(("first", "second"), PAIRS, ids=lambda state: f"{state.shape}-{state.text}")
def test_states_are_distinguishable_without_color(
    first: IconModel, second: IconModel, size: int, colors: IconColors
) -> None:
    plain = [on("#2e3436", draw(replace(state, colors=colors), size)) for state in (first, second)]
    assert clearly_different(*plain) >= size * size // 40


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("shape", [Shape.RING, Shape.MARKED_RING, Shape.DISC])
def test_levels_and_the_pause_differ_in_shape_even_with_the_same_number(shape: Shape, size: int) -> None:
    """The digits, the color and the filled share are the same: only the middle or a mark differs."""
    others = {Shape.RING, Shape.MARKED_RING, Shape.DISC} - {shape}
    state = replace(model("80", shape, Level.UNKNOWN, 80), colors=IconColors.MONOCHROME)
    for other in (*(replace(state, shape=each) for each in others), replace(state, paused=True)):
        assert clearly_different(draw(state, size), draw(other, size)) >= 4


@pytest.mark.parametrize("size", SIZES)
def test_the_left_arc_is_the_first_and_the_right_arc_the_second(size: int) -> None:
    empty, full = Arc(0, Level.OK), Arc(100, Level.OK)
    for arcs, is_left in (((full, empty), True), ((empty, full), False)):
        drawn = draw(IconModel("", Level.OK, Shape.RING, "", arcs), size)
        halves = drawn.crop((0, 0, size // 2, size)), drawn.crop((size // 2, 0, size, size))
        greens = [sum(pixel == rgb(COLORS[Level.OK]) for pixel in pixels(half)) for half in halves]
        assert (greens[0] > 0, greens[1] > 0) == (is_left, not is_left)


def test_arcs_fill_from_the_bottom() -> None:
    some = Arc(30, Level.OK)
    drawn = draw(IconModel("", Level.OK, Shape.RING, "", (some, some)), 48)
    upper, lower = drawn.crop((0, 0, 48, 24)), drawn.crop((0, 24, 48, 48))
    assert rgb(COLORS[Level.OK]) not in pixels(upper)
    assert rgb(COLORS[Level.OK]) in pixels(lower)


@pytest.mark.parametrize(("colors", "panel"), [(IconColors.WHITE, "#2e3436"), (IconColors.BLACK, "#f6f5f4")])
@pytest.mark.parametrize("state", STATES, ids=lambda state: f"{state.shape}-{state.text}")
def test_an_icon_in_one_color_has_no_other_and_stands_out(
    state: IconModel, colors: IconColors, panel: str
) -> None:
    drawn = draw(replace(state, colors=colors), 22)
    ink = INK if colors is IconColors.WHITE else BACK
    seen = {pixel[:3] for pixel in rgba_of(drawn) if pixel[3] > 20}
    assert all(max(abs(a - b) for a, b in zip(pixel, rgb(ink), strict=True)) <= 6 for pixel in seen)
    shown = on(panel, drawn)
    assert sum(contrast(pixel, rgb(panel)) >= 3 for pixel in pixels(shown)) >= 22


@pytest.mark.parametrize("level", [Level.OK, Level.WARNING, Level.RATE_LIMITED])
def test_the_filled_part_differs_from_the_rest_without_color(level: Level) -> None:
    quarter, half = (draw(model("", Shape.RING, level, percent), 22) for percent in (25, 50))
    assert clearly_different(quarter, half) >= 8


@pytest.mark.parametrize("percent", range(1, 100, 7))
def test_more_use_fills_more_of_the_ring(percent: int) -> None:
    def colored(share: int) -> int:
        picture = draw(model("", Shape.RING, Level.OK, share), 48)
        return sum(pixel == rgb(COLORS[Level.OK]) for pixel in pixels(picture))

    assert colored(percent) < colored(percent + 7)


def test_the_slightest_use_fills_some_of_the_ring_and_no_use_none() -> None:
    def green(percent: int) -> int:
        picture = draw(model("", Shape.RING, Level.OK, percent), 22)
        return sum(pixel[1] > pixel[0] + 30 for pixel in pixels(picture))

    assert green(0) == 0
    assert green(1) > 0


def test_digits_have_contrast_with_their_background() -> None:
    assert contrast(rgb(INK), rgb(BACK)) >= 7
    assert contrast(rgb(INK), rgb(FULL)) >= 4.5


def test_the_unused_part_of_the_ring_has_contrast_with_the_icons_own_disc() -> None:
    assert contrast(rgb(TRACK), rgb(BACK)) >= 3


@pytest.mark.parametrize("level", list(Level))
def test_each_color_has_contrast_with_the_icons_own_disc(level: Level) -> None:
    assert contrast(rgb(COLORS[level]), rgb(BACK)) >= 3


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("state", STATES, ids=lambda state: f"{state.shape}-{state.text}")
def test_the_icon_stands_out_from_light_and_dark_panels(state: IconModel, panel: str) -> None:
    shown = on(panel, draw(state, 22))
    standing_out = sum(contrast(pixel, rgb(panel)) >= 3 for pixel in pixels(shown))
    assert standing_out >= 22
