"""``claudometer browse``: the process that asks claude.ai as a browser. The app starts it; not for people."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from claudometer.cli.options import Call


def run(call: Call) -> int:
    """Answer the questions on stdin until there is no other."""
    from claudometer.system.logs import log_uncaught, start_logging
    from claudometer.system.paths import find_places
    from claudometer.ui.browser.main import run as run_browser

    level = os.environ.get("CLAUDOMETER_LOG_LEVEL", "").upper()  # checked by the app that started us
    start_logging(find_places(demo=call.demo).log_folder, name="browser", level=level or "INFO")
    log_uncaught()
    return run_browser(sys.stdin.buffer, sys.stdout.buffer)
