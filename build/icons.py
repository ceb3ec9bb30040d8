"""Draws the app icon from one set of dimensions. Needs Pillow.

SVG and PNG files go to assets/. The formats of macOS and Windows, which only their packages contain, go to
build/macos and build/windows.

    python build/icons.py

The icon is a gauge in the shape of a C. Run this after changing a dimension, and commit the files it writes.
"""

from __future__ import annotations

import math
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

BUILD = Path(__file__).resolve().parent
ASSETS = BUILD.parent / "assets"
ICNS = BUILD / "macos" / "claudometer.icns"
ICO = BUILD / "windows" / "claudometer.ico"
SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
MAC_SIZES = (32, 64, 128, 256, 512, 1024)
WINDOWS_SIZES = (16, 20, 24, 32, 40, 48, 64, 96, 128, 256)
OVERSIZE = 4
MAC_BODY = 824 / 1024  # from Apple's icon grid, which leaves room for the shadow
SHADOW_DOWN, SHADOW_BLUR, SHADOW_OPACITY = 10 / 1024, 10 / 1024, 0.3

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
TOP_COLOR, BOTTOM_COLOR, INK = "#3b4550", "#171b20", "#ffffff"

Point = tuple[float, float]


def at(angle: float, radius: float) -> Point:
    """Return the point at an angle and a distance from the center."""
    turn = math.radians(angle)
    return MIDDLE + radius * math.sin(turn), MIDDLE - radius * math.cos(turn)


def angle_of(share: float) -> float:
    """Return the angle on the gauge for a share from 0 to 1."""
    return START + share * (END - START)


def arcs() -> list[tuple[float, float, str]]:
    """Return the gauge's arcs as start angle, end angle and color, with gaps between them."""
    last = len(ZONES) - 1
    return [
        (
            angle_of(start) + (GAP if place else 0),
            angle_of(end) - (GAP if place < last else 0),
            color,
        )
        for place, (start, end, color) in enumerate(ZONES)
    ]


def svg() -> str:
    """Return the color icon as SVG."""
    tip = at(angle_of(NEEDLE_TURN), NEEDLE_LENGTH)
    gauge = "\n    ".join(_svg_arc(start, end, f'stroke="{color}"') for start, end, color in arcs())
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {FULL} {FULL}">
  <linearGradient id="back" x2="0" y2="1">
    <stop stop-color="{TOP_COLOR}"/><stop offset="1" stop-color="{BOTTOM_COLOR}"/>
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
    """Return the symbolic icon as SVG; the desktop replaces its color."""
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
    """Return the color icon as an image."""
    wide = size * OVERSIZE
    scale = wide / FULL
    shape = Image.new("L", (wide, wide))
    ImageDraw.Draw(shape).rounded_rectangle((0, 0, wide - 1, wide - 1), CORNER * scale, fill=255)
    ramp = Image.linear_gradient("L").resize((wide, wide))
    back = Image.composite(
        Image.new("RGB", ramp.size, BOTTOM_COLOR), Image.new("RGB", ramp.size, TOP_COLOR), ramp
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
    for start, end, color in arcs():
        draw.arc(box, start - 90, end - 90, fill=color, width=round(PEN * scale))
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


def mac_png(size: int) -> Image.Image:
    """Return the icon in the style of macOS: smaller than its square, with a soft shadow."""
    body = png(round(size * MAC_BODY))
    place = (size - body.width) // 2
    picture = Image.new("RGBA", (size, size))
    shadow = Image.new("L", (size, size))
    shadow.paste(body.getchannel("A"), (place, place + round(size * SHADOW_DOWN)))
    shadow = shadow.filter(ImageFilter.GaussianBlur(size * SHADOW_BLUR))
    picture.putalpha(shadow.point(lambda opacity: round(opacity * SHADOW_OPACITY)))
    picture.alpha_composite(body, (place, place))
    return picture


def _save_all(path: Path, pictures: list[Image.Image]) -> None:
    """Write one file with every size, each drawn separately."""
    path.parent.mkdir(exist_ok=True)
    *smaller, largest = pictures
    largest.save(path, sizes=[picture.size for picture in pictures], append_images=smaller)


def main() -> None:
    """Write the icon in every format."""
    ASSETS.mkdir(exist_ok=True)
    (ASSETS / "claudometer.svg").write_text(svg(), encoding="utf-8")
    (ASSETS / "claudometer-symbolic.svg").write_text(symbolic_svg(), encoding="utf-8")
    for size in SIZES:
        png(size).save(ASSETS / f"claudometer-{size}.png", optimize=True)
    _save_all(ICNS, [mac_png(size) for size in MAC_SIZES])
    _save_all(ICO, [png(size) for size in WINDOWS_SIZES])


if __name__ == "__main__":
    main()
