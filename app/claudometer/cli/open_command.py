"""``claudometer open`` and ``settings``: open the window of the running app; start the app if none runs."""

from __future__ import annotations

from claudometer.cli.ask_running_app import request
from claudometer.cli.environment_account import warn_of_another_account
from claudometer.control.client import shown_report
from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.system.paths import find_places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from claudometer.cli.options import Call
    from claudometer.control.protocol import Message
    from claudometer.system.paths import Places

PAGES = ("resets", "alerts", "settings")
"""The pages that can be named. No limit has one of these ids."""


def open_settings(call: Call) -> int:
    """Open the window at the settings; return the exit code. Raises as :func:`open_usage` does."""
    return _open(call, "settings")


def open_usage(call: Call) -> int:
    """Open the window at the numbers, or at the page or limit that is named; return the exit code.

    Raises:
        ClaudometerError: ``NO_DISPLAY``: no app runs, and there is no display to start one on; the running
            app could not be reached; and as ``processes.tray_process.run`` does.
    """
    limit = call.words[0] if call.words else None
    if limit in PAGES:
        return _open(call, limit)
    if limit is not None and (known := _other_limits(find_places(demo=call.demo), limit)):
        from claudometer.cli.failures import refuse

        return refuse(call.command.name, "unknown_limit_or_page", limit, ", ".join([*known, *PAGES]))
    return _open(call, "usage", limit)


def _open(call: Call, page: str, limit: str | None = None) -> int:
    if _ask(find_places(demo=call.demo), "open_window", {"page": page, "limit": limit}) is not None:
        # Only a warning: the window shows the app's account, whichever one this terminal names.
        warn_of_another_account(call)
        return 0
    from claudometer.system.graphical_session import has_graphical_session

    if not has_graphical_session():
        raise ClaudometerError(ErrorCode.NO_DISPLAY)
    from claudometer.domain.events import WindowPage, WindowPlace

    # No app runs, so this process becomes it.
    from claudometer.processes.tray_process import run as run_tray

    return run_tray(demo=call.demo, window=WindowPlace(WindowPage(page), limit))


def _other_limits(places: Places, limit: str) -> list[str]:
    """Return the ids of the app's limits if ``limit`` is none of them, else an empty list.

    Also empty without an app, or before the server's first response: any limit may exist then.

    Raises:
        ClaudometerError: as :func:`shown_report` and ``request`` do.
    """
    answer = _ask(places, "status")
    if answer is None:
        return []
    known = [row["id"] for row in shown_report(answer.get("accounts"))["report"]["limits"]]
    return [] if limit in known else known


def _ask(places: Places, op: str, params: Mapping[str, object] | None = None) -> Message | None:
    """Return the running app's answer. An app that ends before it answers counts as not running."""
    try:
        return request(places, op, params)
    except ClaudometerError as error:
        if error.code is ErrorCode.APP_ENDED:
            return None
        raise
