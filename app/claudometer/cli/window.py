"""``claudometer window``: the process of the settings window. Only the app starts it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from claudometer.cli.options import Call
    from claudometer.control.wire.answers import Place


def run(call: Call) -> int:
    """Show the window until it is closed."""
    from claudometer.system.runtime import socket_path
    from claudometer.ui.window.main import run as run_window

    place: Place | None = None
    if call.has("--page"):  # from our own app, which knows the pages
        place = {"page": call.values["--page"], "limit": call.values.get("--limit")}  # type: ignore[assignment]
    return run_window(socket_path(demo=call.demo), place, start_log=lambda: _start_log(demo=call.demo))


def _start_log(*, demo: bool) -> str:
    """Start the log and return its folder."""
    from claudometer.system.logs import level_for_child, log_uncaught, start_logging
    from claudometer.system.paths import find_places

    folder = find_places(demo=demo).log_folder
    start_logging(folder, name="window", level=level_for_child())
    log_uncaught()
    return str(folder)
