"""The process of the settings window. It ends when the window is closed, so it keeps no state of the app.

Loads little at first: the window's frame is on the screen before web engine and log are loaded.
"""

from __future__ import annotations

from claudometer.control.client import ControlClient
from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.ui.window.frame import IS_GTK, open_frame

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from claudometer.control.wire.answers import Place


def run(endpoint: str, place: Place | None = None, *, start_log: Callable[[], str] = lambda: "…") -> int:
    """Show the window of the app that listens at ``endpoint`` until it is closed or the app ends.

    Args:
        endpoint: the path of the app's socket.
        place: the page and limit to show first.
        start_log: starts the log and returns its folder; called when the frame is there, or cannot be shown.

    Returns:
        The exit code.

    Raises:
        ClaudometerError: no app runs there, there is no display, or no window can be shown here.
    """
    control = ControlClient(endpoint)
    try:
        control.call("ping")  # fails without an app, before the toolkit is imported, which takes long
        frame = open_frame() if IS_GTK else None
    except (ImportError, ValueError) as error:
        raise _unavailable(error, start_log()) from error
    except ClaudometerError:
        start_log()
        raise
    log_folder = start_log()
    from claudometer.ui.window.page_window import show  # noqa: PLC0415 - takes long; the frame is shown by now

    return show(control, frame, place, log_folder=log_folder)


def _unavailable(error: Exception, log_folder: str) -> ClaudometerError:
    import logging  # noqa: PLC0415 - see above

    logging.getLogger(__name__).warning("no window can be shown here: %s", error)
    return ClaudometerError(ErrorCode.WINDOW_FAILED, folder=log_folder)
