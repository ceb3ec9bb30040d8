"""``claudometer settings``: the window of the running app; starts the app if none runs."""

from __future__ import annotations

from claudometer.control.client import ControlClient
from claudometer.system.runtime import socket_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from claudometer.cli.options import Call


def run(call: Call) -> int:
    """Have the window open. Raises ``NO_DISPLAY`` when there is nowhere to show it."""
    if ControlClient(socket_path(demo=call.demo)).ask("open_window") is not None:
        return 0
    from claudometer.domain.errors import ClaudometerError, ErrorCode
    from claudometer.system.session import has_graphical_session

    if not has_graphical_session():
        raise ClaudometerError(ErrorCode.NO_DISPLAY)
    from claudometer.processes.tray import run as run_tray

    return run_tray(demo=call.demo, open_window=True)
