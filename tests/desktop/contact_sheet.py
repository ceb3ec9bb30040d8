"""A contact sheet of the tray icon: every state, size and panel on one picture, to be looked at.

Part of ``build/dev.py pictures``; alone: ``python -m tests.desktop.contact_sheet FILE``.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from PIL import Image, ImageDraw

from claudometer.domain.settings import IconColors
from claudometer.present.icon import Arc, IconModel, Level, Shape
from claudometer.ui.tray.drawing import draw

DARK, LIGHT = "#26262b", "#ececef"
SIZES = (16, 22, 24, 32, 48)
DENSITIES = (1, 2)
MARGIN = 8
LABEL_WIDTH = 190
ROW = 2 * max(SIZES) + MARGIN

OK, WARNING, CRITICAL, UNKNOWN = Level.OK, Level.WARNING, Level.CRITICAL, Level.UNKNOWN


def _number(text: str, session: Arc, *others: Arc, paused: bool = False) -> IconModel:
    shapes = {OK: Shape.RING, WARNING: Shape.MARKED_RING, CRITICAL: Shape.DISC}
    level = max((session, *others), key=lambda arc: arc.percent or 0).level
    return IconModel(text, level, shapes[level], "", (session, *others), paused)


STATES: tuple[tuple[str, IconModel], ...] = (
    ("session 7, week 4", _number("7", Arc(7, OK), Arc(4, OK))),
    ("session 42, week 21", _number("42", Arc(42, OK), Arc(21, OK))),
    ("session 81, week 29", _number("81", Arc(81, WARNING), Arc(29, OK))),
    ("week 93, session 38", _number("93", Arc(38, OK), Arc(93, CRITICAL))),
    ("session 99, week 64", _number("99", Arc(99, CRITICAL), Arc(64, OK))),
    ("session 100", _number("100", Arc(100, CRITICAL), Arc(64, OK))),
    ("session 104, week 77", _number("104", Arc(104, CRITICAL), Arc(77, WARNING))),
    ("a model 95", IconModel("95", CRITICAL, Shape.DISC, "", (Arc(12, OK), Arc(29, OK)))),
    ("session over, week 61", _number("61", Arc(None, UNKNOWN), Arc(61, OK))),
    ("no session, week 61", _number("61", Arc(61, OK))),
    ("no session, week 88", _number("88", Arc(88, WARNING))),
    ("no session, week 93", _number("93", Arc(93, CRITICAL))),
    ("waiting, 42", _number("42", Arc(42, OK), Arc(21, OK), paused=True)),
    ("waiting, 93", _number("93", Arc(38, OK), Arc(93, CRITICAL), paused=True)),
    ("waiting, no number", IconModel("||", Level.RATE_LIMITED, Shape.PAUSED, "")),
    ("log in again", IconModel("!", Level.UNAUTHORIZED, Shape.BROKEN_RING, "")),
    ("not connected", IconModel("?", UNKNOWN, Shape.DOTTED_RING, "")),
    ("choose an organization", IconModel("?", WARNING, Shape.DOTTED_RING, "")),
    ("old numbers", IconModel("-", UNKNOWN, Shape.DASHED_RING, "")),
    ("starting", IconModel("…", UNKNOWN, Shape.EMPTY_RING, "")),
)

_DEUTERANOPIA = (0.367, 0.861, -0.228, 0, 0.280, 0.673, 0.047, 0, -0.012, 0.043, 0.969, 0)
"""Machado, Oliveira and Fernandes (2009), severity 1.0; applied here without linearizing, which is coarse."""


def picture(model: IconModel, size: int) -> Image.Image:
    """Return the drawn icon as a picture."""
    drawn = draw(model, size)
    return Image.frombytes("RGBA", (drawn.side, drawn.side), drawn.rgba())


def sheet() -> Image.Image:
    """Return the whole sheet: on dark and light panels, as it is, as deuteranopes see it, white and black."""
    strips = [
        _strip(DARK, IconColors.COLOR),
        _strip(LIGHT, IconColors.COLOR),
        _seen_without_green(_strip(DARK, IconColors.COLOR, sizes=(16, 22))),
        _seen_without_green(_strip(LIGHT, IconColors.COLOR, sizes=(16, 22))),
        _strip(DARK, IconColors.WHITE, sizes=(16, 22)),
        _strip(LIGHT, IconColors.BLACK, sizes=(16, 22)),
    ]
    whole = Image.new(
        "RGB", (LABEL_WIDTH + sum(strip.width for strip in strips), strips[0].height), "#ffffff"
    )
    for row, (name, _model) in enumerate(STATES):
        ImageDraw.Draw(whole).text((MARGIN, MARGIN + row * ROW + ROW // 2 - 10), name, "#1b1f24")
    left = LABEL_WIDTH
    for strip in strips:
        whole.paste(strip, (left, 0))
        left += strip.width
    return whole


def _strip(panel: str, colors: IconColors, sizes: tuple[int, ...] = SIZES) -> Image.Image:
    widths = [density * size + MARGIN for density in DENSITIES for size in sizes]
    strip = Image.new("RGB", (sum(widths) + MARGIN, len(STATES) * ROW + MARGIN), panel)
    for row, (_name, model) in enumerate(STATES):
        left = MARGIN
        for density in DENSITIES:
            for size in sizes:
                icon = picture(replace(model, colors=colors), density * size)
                top = MARGIN + row * ROW + (ROW - MARGIN - icon.height) // 2
                strip.paste(icon, (left, top), icon)
                left += icon.width + MARGIN
    return strip


def _seen_without_green(strip: Image.Image) -> Image.Image:
    return strip.convert("RGB", _DEUTERANOPIA)


if __name__ == "__main__":
    sheet().save(Path(sys.argv[1]))
