"""Pictures beside menu lines: PNG, as menus carry them on every system."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import TYPE_CHECKING

from claudometer.ui.tray.drawing import draw

if TYPE_CHECKING:
    from claudometer.present.icon import IconModel

SIZE = 16
"""What menus have room for, in pixels."""


@lru_cache(maxsize=16)
def png_of(model: IconModel) -> bytes:
    """Return the picture as PNG. The same picture is drawn once, however often the menu is compared."""
    file = io.BytesIO()
    draw(model, SIZE).save(file, "PNG")
    return file.getvalue()
