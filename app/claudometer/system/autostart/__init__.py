"""Start at login, one system a file. Shows and changes what the system itself would read."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from claudometer.system.program import login_command

if TYPE_CHECKING:
    from claudometer.system.autostart.base import Autostart


def find_autostart() -> Autostart:
    """Return this system's way to start the running program at login."""
    if sys.platform == "darwin":
        from claudometer.system.autostart.macos import LaunchAgent  # noqa: PLC0415 - one system's code at a time

        return LaunchAgent(login_command())
    if sys.platform == "win32":
        from claudometer.system.autostart.windows import RunKey  # noqa: PLC0415

        return RunKey(login_command())
    from claudometer.system.autostart.linux import DesktopEntry  # noqa: PLC0415

    return DesktopEntry(login_command())
