"""Encodes the icon for the bus: in several sizes for panels, in one for a notification."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gi.repository import GLib

from claudometer.ui.tray.drawing import draw

if TYPE_CHECKING:
    from claudometer.present.icon import IconModel
    from claudometer.ui.tray.canvas import Canvas

SIZES = (16, 22, 24, 32, 44)
"""Panels use these sizes: GNOME 16, Xfce, MATE and Plasma 22, Cinnamon 24, larger panels 32 and 48; those of
16 to 24 also at double density. If a size is missing, the panel scales another one."""

NONE = GLib.Variant("a(iiay)", [])


def pixmaps_of(model: IconModel) -> GLib.Variant:
    """Return the picture in every size, as a variant of type ``a(iiay)``."""
    return GLib.Variant.new_array(None, [_pixmap(draw(model, size)) for size in SIZES])


def _pixmap(picture: Canvas) -> GLib.Variant:
    side = GLib.Variant("i", picture.side)
    # From bytes: for a list, PyGObject would make a variant of each of 16,000 bytes. `True`: they are valid.
    data = GLib.Variant.new_from_bytes(GLib.VariantType("ay"), GLib.Bytes.new(argb32(picture)), True)
    return GLib.Variant.new_tuple(side, side, data)


def image_data_of(model: IconModel, size: int) -> GLib.Variant:
    """Return the picture as notifications carry it (``image-data``), as a variant of type ``(iiibiiay)``."""
    picture = draw(model, size)
    side, bits, channels = picture.side, 8, 4
    head = (side, side, channels * side, True, bits, channels)
    data = GLib.Variant.new_from_bytes(GLib.VariantType("ay"), GLib.Bytes.new(picture.rgba()), True)
    return GLib.Variant.new_tuple(
        *(GLib.Variant(kind, each) for kind, each in zip("iiibii", head, strict=True)), data
    )


def argb32(picture: Canvas) -> bytes:
    """Return the pixels as alpha, red, green, blue; not premultiplied, as the specification has it."""
    rgba = picture.rgba()
    argb = bytearray(len(rgba))
    argb[0::4] = rgba[3::4]
    for place in range(3):
        argb[place + 1 :: 4] = rgba[place::4]
    return bytes(argb)
