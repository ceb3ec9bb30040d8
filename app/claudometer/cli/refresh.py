"""``claudometer refresh``: has the running app ask Claude now."""

from __future__ import annotations

import sys

from claudometer.cli.running import request
from claudometer.control.client import DEFAULT_TIMEOUT_S
from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.present.exit_codes import FRESH, STALE, refresh_code_of
from claudometer.system.paths import find_places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from claudometer.cli.options import Call
    from claudometer.control.protocol import Message
    from claudometer.system.paths import Places

REFRESH_TIMEOUT_S = 120.0
"""The app answers when Claude has answered, and has a shorter timeout for that."""


def run(call: Call) -> int:
    """Wait for the new numbers; print why there are none. Returns 75 when Claude allows no request yet.

    Raises:
        ClaudometerError: no app runs, or why it could not be asked.
    """
    places = find_places(demo=call.demo)
    _request(places, "ping")  # an app that hangs is found in seconds, not after the long timeout
    result = _request(places, "refresh", timeout_s=REFRESH_TIMEOUT_S)
    if result.get("accepted") is True:
        return _print_outcome(_request(places, "status"))
    _print_wait(result)
    return STALE


def _request(places: Places, op: str, *, timeout_s: float = DEFAULT_TIMEOUT_S) -> Message:
    result = request(places, op, timeout_s=timeout_s)
    if result is None:
        raise ClaudometerError(ErrorCode.NOT_RUNNING)
    return result


def _print_wait(result: Message) -> None:
    from datetime import datetime

    from claudometer.present.messages.answers import refresh_answer
    from claudometer.system.region import read_region

    until = datetime.fromisoformat(result["until"]) if result.get("until") else None
    browser = result.get("browser") is True
    print(refresh_answer(accepted=False, until=until, region=read_region(), browser=browser))


def _print_outcome(report: Message) -> int:
    code = refresh_code_of(report["status"])
    if code != FRESH:
        print("\n".join(report[part] for part in ("message", "hint") if report[part]), file=sys.stderr)
    return code
