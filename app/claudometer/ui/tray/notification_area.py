"""The icon in the notification area of Windows: pystray's. Not yet run on Windows."""

from __future__ import annotations

import pystray


class NotificationAreaIcon(pystray.Icon):  # type: ignore[misc] # pystray has no types
    """Appears when the loop runs, because only then its window receives clicks."""

    def run(self) -> None:
        """Run the loop."""
        super().run(_show)


def _show(icon: pystray.Icon) -> None:
    icon.visible = True
