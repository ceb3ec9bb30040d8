"""The icon in the menu bar of macOS: pystray's, sharp on Retina screens. Not yet run on a Mac."""

from __future__ import annotations

import io

import AppKit
import Foundation
import pystray

POINTS = 22
"""The height of the menu bar, which is higher on a screen with a notch."""


class MenuBarIcon(pystray.Icon):  # type: ignore[misc] # pystray has no types
    """Keeps all pixels of the picture, and sets its size in points; pystray would scale it down."""

    _icon_image: AppKit.NSImage | None

    def run(self) -> None:
        """Show the icon and run the loop. Main thread only, as AppKit requires."""
        self.visible = True
        super().run(_nothing_to_set_up)

    def _assert_image(self) -> None:
        if self._icon_image is not None:
            return
        png = io.BytesIO()
        self.icon.save(png, "PNG")
        data = Foundation.NSData.dataWithBytes_length_(png.getvalue(), len(png.getvalue()))
        image = AppKit.NSImage.alloc().initWithData_(data)
        image.setSize_(AppKit.NSMakeSize(POINTS, POINTS))
        self._icon_image = image
        self._status_item.button().setImage_(image)


def _nothing_to_set_up(_icon: object) -> None:
    """Replace pystray's own setup, which would show the icon from another thread."""
