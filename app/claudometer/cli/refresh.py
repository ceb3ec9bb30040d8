"""``claudometer refresh``: makes the running app check with Claude now."""

from __future__ import annotations

import sys

from claudometer.cli.app_report import shown_report
from claudometer.cli.running import request
from claudometer.control.client import DEFAULT_TIMEOUT_S
from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.present.exit_codes import FRESH, STALE, refresh_code_of
from claudometer.system.paths import find_places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from claudometer.cli.options import Call
    from claudometer.control.wire.answers import RefreshAnswer, StatusAnswer
    from claudometer.system.paths import Places

REFRESH_TIMEOUT_S = 120.0
"""The app answers when Claude has answered, and has a shorter timeout for that."""


def run(call: Call) -> int:
    """Wait for the new numbers, or print why there are none. Return 75 if Claude allows no request yet.

    Raises:
        ClaudometerError: no app runs, or it could not be reached.
    """
    places = find_places(demo=call.demo)
    _request(places, "ping")  # finds an app that hangs in seconds, not after the long timeout
    answer: RefreshAnswer = _request(places, "refresh", timeout_s=REFRESH_TIMEOUT_S)
    try:
        if answer["accepted"]:
            return _print_outcome(_request(places, "status"))
        print(answer["message"])
    except KeyError:
        raise ClaudometerError(ErrorCode.PROTOCOL_MISMATCH) from None  # an older app answers in other shapes
    return STALE


def _request(places: Places, op: str, *, timeout_s: float = DEFAULT_TIMEOUT_S) -> Any:  # noqa: ANN401 - see the wire
    result = request(places, op, timeout_s=timeout_s)
    if result is None:
        raise ClaudometerError(ErrorCode.NOT_RUNNING)
    return result


def _print_outcome(answer: StatusAnswer) -> int:
    report = shown_report(answer["accounts"])["report"]
    code = refresh_code_of(report["status"])
    if code != FRESH:
        print("\n".join(line for line in (report["message"], report["hint"]) if line), file=sys.stderr)
    return code
