"""Draws the app's icon into assets/, as SVG and as PNGs, from one set of measures. Needs Pillow.

    python build/icons.py

The icon is a gauge that is also a C. Run it after changing a measure, and commit what it writes.
"""

from __future__ import annotations

import math
from pathlib import Path

from PIL import Image, ImageDraw

ASSETS = Path(__file__).resolve().parent.parent / "assets"
SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
OVERSIZE = 4

# Lengths in 512ths of the icon's width; angles in degrees, clockwise from the top.
FULL = 512
CORNER = 116
MIDDLE = 256
RADIUS = 170
PEN = 64
START, END = 128, 412
ZONES = ((0.0, 0.70, "#3fc56b"), (0.70, 0.88, "#f9b615"), (0.88, 1.0, "#e53e41"))
GAP = 5
NEEDLE_TURN = 0.62
NEEDLE_LENGTH, NEEDLE_WIDTH, HUB = 112, 34, 38
TOP_COLOUR, BOTTOM_COLOUR, INK = "#3b4550", "#171b20", "#ffffff"

Point = tuple[float, float]


def at(angle: float, radius: float) -> Point:
    """Return the point at an angle around the middle."""
    turn = math.radians(angle)
    return MIDDLE + radius * math.sin(turn), MIDDLE - radius * math.cos(turn)


def angle_of(share: float) -> float:
    """Return where on the gauge a share of it lies."""
    return START + share * (END - START)


def arcs() -> list[tuple[float, float, str]]:
    """Return the gauge's coloured arcs, with gaps between them."""
    last = len(ZONES) - 1
    return [
        (
            angle_of(start) + (GAP if place else 0),
            angle_of(end) - (GAP if place < last else 0),
            colour,
        )
        for place, (start, end, colour) in enumerate(ZONES)
    ]


def svg() -> str:
    """Return the icon in colour."""
    tip = at(angle_of(NEEDLE_TURN), NEEDLE_LENGTH)
    gauge = "\n    ".join(_svg_arc(start, end, f'stroke="{colour}"') for start, end, colour in arcs())
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {FULL} {FULL}">
  <linearGradient id="back" x2="0" y2="1">
    <stop stop-color="{TOP_COLOUR}"/><stop offset="1" stop-color="{BOTTOM_COLOUR}"/>
  </linearGradient>
  <rect width="{FULL}" height="{FULL}" rx="{CORNER}" fill="url(#back)"/>
  <g fill="none" stroke-width="{PEN}">
    {gauge}
  </g>
  <g stroke="{INK}" stroke-width="{NEEDLE_WIDTH}" stroke-linecap="round">
    <path d="M{MIDDLE} {MIDDLE}L{tip[0]:.1f} {tip[1]:.1f}"/>
  </g>
  <circle cx="{MIDDLE}" cy="{MIDDLE}" r="{HUB}" fill="{INK}"/>
</svg>
"""


def symbolic_svg() -> str:
    """Return the icon in one colour, which a desktop replaces by its own."""
    tip = at(angle_of(NEEDLE_TURN), NEEDLE_LENGTH * 1.1)
    return f"""<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="24 24 464 464">
  <g fill="none" stroke="#2e3436" stroke-width="{PEN}" stroke-linecap="round">
    {_svg_arc(START, END, "", RADIUS * 1.15)}
    <path d="M{MIDDLE} {MIDDLE}L{tip[0]:.1f} {tip[1]:.1f}"/>
  </g>
</svg>
"""


def _svg_arc(start: float, end: float, style: str, radius: float = RADIUS) -> str:
    (x0, y0), (x1, y1) = at(start, radius), at(end, radius)
    large = int(end - start > 180)
    return f'<path d="M{x0:.1f} {y0:.1f}A{radius:g} {radius:g} 0 {large} 1 {x1:.1f} {y1:.1f}" {style}/>'


def png(size: int) -> Image.Image:
    """Return the icon in colour as pixels."""
    wide = size * OVERSIZE
    scale = wide / FULL
    shape = Image.new("L", (wide, wide))
    ImageDraw.Draw(shape).rounded_rectangle((0, 0, wide - 1, wide - 1), CORNER * scale, fill=255)
    ramp = Image.linear_gradient("L").resize((wide, wide))
    back = Image.composite(
        Image.new("RGB", ramp.size, BOTTOM_COLOUR), Image.new("RGB", ramp.size, TOP_COLOUR), ramp
    )
    image = back.convert("RGBA")
    _draw_gauge(ImageDraw.Draw(image), scale)
    image.putalpha(shape)
    return image.reduce(OVERSIZE)


def _draw_gauge(draw: ImageDraw.ImageDraw, scale: float) -> None:
    reach = RADIUS + PEN / 2
    box = [
        (MIDDLE - reach) * scale,
        (MIDDLE - reach) * scale,
        (MIDDLE + reach) * scale,
        (MIDDLE + reach) * scale,
    ]
    for start, end, colour in arcs():
        draw.arc(box, start - 90, end - 90, fill=colour, width=round(PEN * scale))
    tip = at(angle_of(NEEDLE_TURN), NEEDLE_LENGTH)
    draw.line(
        [MIDDLE * scale, MIDDLE * scale, tip[0] * scale, tip[1] * scale],
        fill=INK,
        width=round(NEEDLE_WIDTH * scale),
    )
    for (x, y), radius in (((MIDDLE, MIDDLE), HUB), (tip, NEEDLE_WIDTH / 2)):
        draw.ellipse(
            [(x - radius) * scale, (y - radius) * scale, (x + radius) * scale, (y + radius) * scale], fill=INK
        )


def main() -> None:
    """Write every form of the icon."""
    ASSETS.mkdir(exist_ok=True)
    (ASSETS / "claudometer.svg").write_text(svg(), encoding="utf-8")
    (ASSETS / "claudometer-symbolic.svg").write_text(symbolic_svg(), encoding="utf-8")
    for size in SIZES:
        png(size).save(ASSETS / f"claudometer-{size}.png", optimize=True)


if __name__ == "__main__":
    main()
