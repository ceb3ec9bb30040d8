"""``claudometer browse``: the process of the hidden browser. Only the app starts it."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from claudometer.cli.options import Call


def run(call: Call) -> int:
    """Carry out the requests that arrive on standard input until that is closed."""
    from claudometer.system.logs import log_uncaught, start_logging
    from claudometer.system.paths import find_places
    from claudometer.ui.browser.main import run as run_browser

    level = os.environ.get("CLAUDOMETER_LOG_LEVEL", "").upper()  # checked by the app that started us
    start_logging(find_places(demo=call.demo).log_folder, name="browser", level=level or "INFO")
    log_uncaught()
    return run_browser(sys.stdin.buffer, sys.stdout.buffer)
