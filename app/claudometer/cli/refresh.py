"""``claudometer refresh``: has the running app ask Claude now."""

from __future__ import annotations

from claudometer.control.client import ControlClient
from claudometer.system.runtime import socket_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from claudometer.cli.options import Call

ASKING_S = 120.0
"""The app answers when Claude has; it has a timeout of its own."""

NOT_NOW = 75


def run(call: Call) -> int:
    """Wait for the fresh answer. 75 when Claude wants no question yet."""
    result = ControlClient(socket_path(demo=call.demo)).call("refresh", timeout_s=ASKING_S)
    if result.get("accepted") is True:
        return 0
    from datetime import datetime

    from claudometer.present.answers import refresh_answer
    from claudometer.system.region import read_region

    until = datetime.fromisoformat(result["until"]) if result.get("until") else None
    print(
        refresh_answer(
            accepted=False, until=until, region=read_region(), browser=result.get("browser") is True
        )
    )
    return NOT_NOW
