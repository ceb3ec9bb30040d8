"""``claudometer settings``: opens the window of the running app; starts the app if none runs."""

from __future__ import annotations

from claudometer.cli.environment_account import warn_of_another_account
from claudometer.cli.running import request
from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.system.paths import find_places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from claudometer.cli.options import Call
    from claudometer.system.paths import Places


def run(call: Call) -> int:
    """Open the window; return the exit code.

    Raises:
        ClaudometerError: ``NO_DISPLAY``: no app runs, and there is no display to start one on; the running
            app could not be reached; and as ``processes.tray.run`` does.
    """
    if _open_window(find_places(demo=call.demo)):
        warn_of_another_account(call)
        return 0
    from claudometer.system.session import has_graphical_session

    if not has_graphical_session():
        raise ClaudometerError(ErrorCode.NO_DISPLAY)
    from claudometer.processes.tray import run as run_tray

    return run_tray(demo=call.demo, open_window=True)


def _open_window(places: Places) -> bool:
    """Return whether a running app opens it. An app that ends before it answers counts as not running."""
    try:
        return request(places, "open_window") is not None
    except ClaudometerError as error:
        if error.code is ErrorCode.APP_ENDED:
            return False
        raise
