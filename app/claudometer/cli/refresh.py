"""``claudometer refresh``: has the running app ask Claude now."""

from __future__ import annotations

import sys

from claudometer.cli.app_report import ask_report
from claudometer.control.client import ControlClient
from claudometer.present.exit_codes import FRESH, STALE, refresh_code_of
from claudometer.system.runtime import socket_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from claudometer.cli.call import Call
    from claudometer.control.wire.answers import RefreshAnswer
    from claudometer.control.wire.report import AccountReport

ASKING_S = 120.0
"""The app answers when Claude has; it has a timeout of its own."""


def run(call: Call) -> int:
    """Wait for the fresh answer, and say what came instead. 75 when Claude wants no question yet."""
    app = ControlClient(socket_path(demo=call.demo))
    result: Any = app.call("refresh", timeout_s=ASKING_S)
    answer: RefreshAnswer = result
    if answer["accepted"]:
        return _tell(ask_report(app))
    print(answer["message"])
    return STALE


def _tell(account: AccountReport | None) -> int:
    if account is None:  # the app has ended since
        from claudometer.domain.errors import ClaudometerError, ErrorCode

        raise ClaudometerError(ErrorCode.NOT_RUNNING)
    report = account["report"]
    code = refresh_code_of(report["status"])
    if code != FRESH:
        print("\n".join(line for line in (report["message"], report["hint"]) if line), file=sys.stderr)
    return code
