"""The icon as the bus carries it: ARGB32 in network byte order, in several sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gi.repository import GLib

from claudometer.ui.tray.drawing import draw

if TYPE_CHECKING:
    from PIL.Image import Image

    from claudometer.present.icon import IconModel

SIZES = (16, 22, 24, 32, 44)
"""What panels ask for: GNOME 16, Xfce, MATE and Plasma 22, Cinnamon 24, larger panels 32 and 48; each of
16 to 24 also at double density. A panel scales only where the exact size is missing."""

NONE = GLib.Variant("a(iiay)", [])


def pixmaps_of(model: IconModel) -> GLib.Variant:
    """Return the picture in every size, as a variant of type ``a(iiay)``."""
    return GLib.Variant.new_array(None, [_pixmap(draw(model, size)) for size in SIZES])


def _pixmap(picture: Image) -> GLib.Variant:
    width, height = picture.size
    # From bytes at once: PyGObject would build a variant for each of the 16,000 bytes.
    data = GLib.Variant.new_from_bytes(GLib.VariantType("ay"), GLib.Bytes.new(argb32(picture)), True)
    return GLib.Variant.new_tuple(GLib.Variant("i", width), GLib.Variant("i", height), data)


def argb32(picture: Image) -> bytes:
    """Return the pixels as alpha, red, green, blue; not premultiplied, as the specification has it."""
    from PIL import Image as Images  # noqa: PLC0415 - loaded by the first picture

    red, green, blue, alpha = picture.split()
    return Images.merge("RGBA", (alpha, red, green, blue)).tobytes()
