"""The icon in the notification area of Windows: pystray's. Not run on Windows yet."""

from __future__ import annotations

import pystray


class NotificationAreaIcon(pystray.Icon):  # type: ignore[misc] # pystray has no types
    """Shown once the loop runs: only then is there a window that receives its clicks."""

    def run(self) -> None:
        """Run the loop."""
        super().run(_show)


def _show(icon: pystray.Icon) -> None:
    icon.visible = True
