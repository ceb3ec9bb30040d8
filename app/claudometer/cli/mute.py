"""``claudometer mute``: has the running app show no alerts for a while, or show them again."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from claudometer.cli.ask_running_app import request
from claudometer.cli.failures import refuse
from claudometer.domain.alerts.silence import MuteFor
from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.present.exit_codes import NO_NUMBERS
from claudometer.system.paths import find_places

if TYPE_CHECKING:
    from claudometer.cli.options import Call


def run(call: Call) -> int:
    """Mute alerts, for an hour unless the user says how long; return the exit code.

    Raises:
        ClaudometerError: no app runs, or it could not be reached.
    """
    choice = call.words[0] if call.words else MuteFor.ONE_HOUR.value
    if choice not in list(MuteFor):
        return refuse(call.command.name, "unknown_time", choice)
    answer = request(find_places(demo=call.demo), "mute", {"for": choice})
    if answer is None:
        raise ClaudometerError(ErrorCode.NOT_RUNNING)
    try:
        accepted, message = answer["accepted"], answer["message"]
    except (KeyError, TypeError):
        raise ClaudometerError(ErrorCode.PROTOCOL_MISMATCH) from None  # another version answers otherwise
    print(message, file=sys.stdout if accepted else sys.stderr)
    return 0 if accepted else NO_NUMBERS
