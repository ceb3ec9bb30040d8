"""The icon in the menu bar of macOS: pystray's, sharp on screens of double density. Not run on a Mac yet."""

from __future__ import annotations

import io

import AppKit
import Foundation
import pystray

POINTS = 22


class MenuBarIcon(pystray.Icon):  # type: ignore[misc] # pystray has no types
    """pystray scales its picture down to points; this keeps all pixels and says how many points they fill."""

    _icon_image: AppKit.NSImage | None

    def run(self) -> None:
        """Show the icon from the main thread, where AppKit wants it, and run the loop."""
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
    """Take the place of pystray's own set-up, which shows the icon from another thread."""
