"""``claudometer doctor``: what works on this computer, and what does not, with the one step that helps."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from claudometer.cli.options import Call
    from claudometer.control.wire.checkup import CheckReport

NEEDS_YOU = 1


def run(call: Call) -> int:
    """Print the report; return 0 if nothing needs the user, else 1. With ``--explain``, explain an input.

    With ``--unlock``, first have the desktop ask for the keyring's password.
    """
    if call.has("--explain"):
        from claudometer.cli.doctor_explain import explain_input

        return explain_input()
    report = make_report(demo=call.demo, unlock=call.has("--unlock"))
    if call.has("--json"):
        print(json.dumps(report, indent=2, ensure_ascii=False))
    else:
        print_report(report)
    if call.has("--unlock"):
        _resume_app(call, report)
    return NEEDS_YOU if report["needs_you"] else 0


def _resume_app(call: Call, report: CheckReport) -> None:
    """Have a running app without a login read the keyring that is unlocked now; it does not watch it."""
    from claudometer.control.client import ControlClient
    from claudometer.domain.errors import ClaudometerError
    from claudometer.domain.outcome import Status
    from claudometer.present.checkup import is_keyring_fine
    from claudometer.system.runtime import socket_path

    if not is_keyring_fine(report):
        return  # a refresh would open once more the dialog that did not help
    app = ControlClient(socket_path(demo=call.demo))
    with suppress(ClaudometerError):  # the report is about the keyring, which is unlocked in any case
        account = app.report()
        if account is not None and account["report"]["status"] == Status.MISSING_CREDENTIALS:
            app.ask("refresh")


def make_report(*, demo: bool, unlock: bool = False) -> CheckReport:
    """Check everything, and return the report."""
    from claudometer.present.checkup import report_of
    from claudometer.processes.doctor.checks import run_checks
    from claudometer.system.region import read_region
    from claudometer.system.typed_command import typed_command
    from claudometer.system.version import own_version

    found = run_checks(demo=demo, unlock=unlock)
    program = typed_command(demo=demo)
    return report_of(found, datetime.now(UTC), read_region(), version=own_version(), program=program)


def print_report(report: CheckReport) -> None:
    """Print it for people."""
    from claudometer.cli.terminal_style import find_style
    from claudometer.present.checkup_text import render

    print("\n".join(render(report, find_style(sys.stdout))))
