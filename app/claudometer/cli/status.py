"""``claudometer status``: one answer, from the running app, else from a single poll of its own.

The quick way, with the app running, must load nothing heavy: a test holds the list.
"""

from __future__ import annotations

import json
import sys

from claudometer.control.client import ControlClient
from claudometer.present.exit_codes import USAGE, exit_code_of
from claudometer.system.runtime import socket_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from claudometer.cli.options import Call

    Report = dict[str, Any]


def run(call: Call) -> int:
    """Print the numbers in the form asked for; the exit code says how good they are."""
    template = call.values.get("--format")
    if template is not None:
        return _run_template(call, template)
    report = fetch(demo=call.demo)
    if call.has("--json"):
        print(json.dumps(report, indent=2))
    else:
        _print_text(report)
    return exit_code_of(report)


def fetch(*, demo: bool) -> Report:
    """Return the report of the running app, or of one poll under the same budget."""
    report = ControlClient(socket_path(demo=demo)).ask("status")
    return _poll_alone(demo=demo) if report is None else report


def _print_text(report: Report) -> None:
    from claudometer.cli.look import find_look
    from claudometer.present.terminal import render, time_of

    lines = render(report, time_of(report), find_look(sys.stdout))
    print("\n".join(lines))


def _run_template(call: Call, template: str) -> int:
    from claudometer.cli.template import BadTemplateError, Template
    from claudometer.present.terminal import time_of

    if call.has("--json"):
        return _refuse("two_forms", "--format")
    try:
        prepared = Template(template)
    except BadTemplateError as error:
        return _refuse(error.kind, error.name)
    report = fetch(demo=call.demo)
    print(prepared.fill(report, time_of(report)))
    return exit_code_of(report)


def _refuse(kind: str, word: str) -> int:
    from claudometer.present.messages.cli import describe

    print(describe(kind, word), file=sys.stderr)
    return USAGE


def _poll_alone(*, demo: bool) -> Report:
    from datetime import UTC, datetime

    from claudometer.domain.snapshot import true_time
    from claudometer.present.messages.terminal import Terminal
    from claudometer.present.report import report_for
    from claudometer.processes.headless import poll_once
    from claudometer.system.region import read_region

    snapshot = poll_once(demo=demo)
    now = true_time(snapshot, datetime.now(UTC))
    report = report_for(snapshot, now, read_region(), Terminal.ONCE)
    return report | {"next_poll_at": None}  # nobody stays to do it
