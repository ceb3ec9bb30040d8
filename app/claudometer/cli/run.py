"""``claudometer``: the tray app. A second launch opens the first one's window."""

from __future__ import annotations

from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.system.session import has_graphical_session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from claudometer.cli.options import Call


def run(call: Call) -> int:
    """Run until quit.

    Raises:
        ClaudometerError: ``NO_DISPLAY`` where nobody could see it, and what ``tray_process.run`` raises.
    """
    if not has_graphical_session():
        raise ClaudometerError(ErrorCode.NO_DISPLAY)
    from claudometer.processes.tray import run as run_tray

    return run_tray(demo=call.demo)
