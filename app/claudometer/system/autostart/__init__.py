"""Start at login, with one module for each system. Reads and writes the entry that the system reads."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from claudometer.system.launch_command import login_command

if TYPE_CHECKING:
    from claudometer.system.autostart.base import Autostart


def find_autostart() -> Autostart:
    """Return the autostart of this system, for the running program."""
    if sys.platform == "darwin":
        from claudometer.system.autostart.macos import LaunchAgent  # noqa: PLC0415 - only this system's code is loaded

        return LaunchAgent(login_command())
    if sys.platform == "win32":
        from claudometer.system.autostart.windows import RunKey  # noqa: PLC0415

        return RunKey(login_command())
    from claudometer.system.autostart.linux import DesktopEntry  # noqa: PLC0415

    return DesktopEntry(login_command())
