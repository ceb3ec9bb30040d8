"""``claudometer``: the tray app. A second launch opens the window of the first."""

from __future__ import annotations

from claudometer.cli.environment_account import warn_of_another_account
from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.system.graphical_session import has_graphical_session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from claudometer.cli.options import Call


def run(call: Call) -> int:
    """Run until the user quits.

    Raises:
        ClaudometerError: ``NO_DISPLAY`` without a graphical session; and as ``tray_process.run`` does.
    """
    if not has_graphical_session():
        raise ClaudometerError(ErrorCode.NO_DISPLAY)
    warn_of_another_account(call)  # a running app opens its window, whichever account that shows
    from claudometer.processes.tray_process import run as run_tray

    return run_tray(demo=call.demo)
