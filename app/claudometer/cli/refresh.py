"""``claudometer refresh``: makes the running app check with Claude now."""

from __future__ import annotations

from claudometer.cli.ask_running_app import request
from claudometer.cli.environment_account import differing_variable, read_environment_account
from claudometer.control.client import DEFAULT_TIMEOUT_S, shown_report
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
"""The app answers when Claude has answered, and itself gives up a little earlier than this."""


def run(call: Call) -> int:
    """Wait for the new numbers, or print why there are none. Return 75 if Claude allows no request yet.

    Raises:
        ClaudometerError: no app runs, it watches another account than the environment names, or it could not
            be reached.
    """
    places = find_places(demo=call.demo)
    _check_account(call, _request(places, "status"))  # a hanging app fails here, within seconds
    answer: RefreshAnswer = _request(places, "refresh", timeout_s=REFRESH_TIMEOUT_S)
    try:
        if answer["accepted"]:
            return _print_outcome(_request(places, "status"))
        print(answer["message"])
    except KeyError:
        raise ClaudometerError(ErrorCode.PROTOCOL_MISMATCH) from None  # an older app answers in other shapes
    return STALE


def _check_account(call: Call, answer: StatusAnswer) -> None:
    """Refuse to refresh another account than the environment names."""
    variable = differing_variable(read_environment_account(call), shown_report(answer.get("accounts")))
    if variable is not None:
        raise ClaudometerError(ErrorCode.OTHER_ACCOUNT, variable=variable)


def _request(places: Places, op: str, *, timeout_s: float = DEFAULT_TIMEOUT_S) -> Any:  # noqa: ANN401 - see the wire
    result = request(places, op, timeout_s=timeout_s)
    if result is None:
        raise ClaudometerError(ErrorCode.NOT_RUNNING)
    return result


def _print_outcome(answer: StatusAnswer) -> int:
    report = shown_report(answer["accounts"])["report"]
    code = refresh_code_of(report["status"])
    if code != FRESH:
        from claudometer.cli.failures import print_problem

        print_problem(report)
    return code
