"""``claudometer alerts``: lists the past alerts, and sends a test alert through the running app."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from claudometer.cli.ask_running_app import request
from claudometer.cli.failures import print_error, refuse
from claudometer.cli.history_source import error_of, history_file, open_history
from claudometer.cli.terminal_style import find_style
from claudometer.domain.alerts.past_alerts import Kept
from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.present.alert_list import alerts_json, render_alerts
from claudometer.present.exit_codes import NO_NUMBERS
from claudometer.present.messages import alert_list as words
from claudometer.present.messages.own_commands import IN_SENTENCES
from claudometer.store.alerts import read_alerts
from claudometer.store.inspecting import find_saving_fault
from claudometer.system.paths import find_places
from claudometer.system.region import read_region

if TYPE_CHECKING:
    from claudometer.cli.options import Call

TEST = "test"
TEST_TIMEOUT_S = 60.0
"""The app waits for the desktop, which may take seconds to answer, or never does."""


def run(call: Call) -> int:
    """List the alerts, or send a test alert; return the exit code.

    Raises:
        ClaudometerError: no app runs or it could not be reached (test); as ``open_history`` does (list).
    """
    if not call.words:
        return _list(call)
    if call.words[0] != TEST or call.has("--json"):
        return refuse(call.command.name, "unknown_action", call.words[0])
    answer = request(find_places(demo=call.demo), "alerts", {"do": TEST}, timeout_s=TEST_TIMEOUT_S)
    if answer is None:
        raise ClaudometerError(ErrorCode.NOT_RUNNING)
    try:
        worked = bool(answer["panel"]["worked"])
    except (KeyError, TypeError):
        raise ClaudometerError(ErrorCode.PROTOCOL_MISMATCH) from None  # another version answers otherwise
    print(words.TESTED_IN_TERMINAL[worked].format(program=IN_SENTENCES[call.demo]))
    return 0 if worked else NO_NUMBERS


def _list(call: Call) -> int:
    now = datetime.now(UTC)
    kept, fault = Kept(), None
    if not call.demo:  # whose numbers are made up, so it has no alerts
        with open_history(call, now) as connection:
            kept = read_alerts(connection) or kept
        # What the app could not save is only in its memory, or gone.
        fault = find_saving_fault(history_file(demo=False))
    if call.has("--json"):
        print(json.dumps(alerts_json(kept.records, kept.silence, now), indent=2))
    else:
        style, region = find_style(sys.stdout), read_region()
        program, can_save = IN_SENTENCES[call.demo], fault is None
        lines = render_alerts(
            kept.records, kept.silence, now, region, style, program=program, can_save=can_save
        )
        print("\n".join(lines))
    if fault is not None:
        print_error(error_of(fault))
    return 0
