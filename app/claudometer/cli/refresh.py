"""``claudometer refresh``: has the running app ask Claude now."""

from __future__ import annotations

import sys

from claudometer.control.client import ControlClient
from claudometer.present.exit_codes import FRESH, STALE, refresh_code_of
from claudometer.system.runtime import socket_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from claudometer.cli.options import Call

ASKING_S = 120.0
"""The app answers when Claude has; it has a timeout of its own."""


def run(call: Call) -> int:
    """Wait for the fresh answer, and say what came instead. 75 when Claude wants no question yet."""
    app = ControlClient(socket_path(demo=call.demo))
    result = app.call("refresh", timeout_s=ASKING_S)
    if result.get("accepted") is True:
        return _tell(app.call("status"))
    from datetime import datetime

    from claudometer.present.messages.answers import refresh_answer
    from claudometer.system.region import read_region

    until = datetime.fromisoformat(result["until"]) if result.get("until") else None
    print(
        refresh_answer(
            accepted=False, until=until, region=read_region(), browser=result.get("browser") is True
        )
    )
    return STALE


def _tell(report: dict[str, Any]) -> int:
    code = refresh_code_of(report["status"])
    if code != FRESH:
        print("\n".join(report[part] for part in ("message", "hint") if report[part]), file=sys.stderr)
    return code
