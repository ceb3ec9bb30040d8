"""``claudometer browse``: the process of the hidden browser. Only the app starts it."""

from __future__ import annotations

import sys

from claudometer.present.exit_codes import USAGE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from claudometer.cli.options import Call


def run(call: Call) -> int:
    """Carry out the requests that arrive on standard input until that is closed."""
    from claudometer.system.logs import level_for_child, log_uncaught, start_logging
    from claudometer.system.paths import find_places
    from claudometer.ui.browser.main import run as run_browser

    start_logging(find_places(demo=call.demo).log_folder, name="browser", level=level_for_child())
    log_uncaught()
    if sys.stdin is None:
        return USAGE
    try:
        return run_browser(sys.stdin.buffer, sys.stdout.buffer)
    except ValueError:  # a person started it, or the app ended before it wrote anything
        return USAGE
