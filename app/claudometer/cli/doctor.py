"""``claudometer doctor``: what works on this computer, and what does not, with the one step that helps."""

from __future__ import annotations

import json
import sys
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
    return NEEDS_YOU if report["needs_you"] else 0


def make_report(*, demo: bool, unlock: bool = False) -> CheckReport:
    """Check everything, and return the report."""
    from claudometer.present.checkup import report_of
    from claudometer.processes.doctor.checks import run_checks
    from claudometer.system.region import read_region
    from claudometer.system.typed_command import typed_command
    from claudometer.system.version import own_version

    found = run_checks(demo=demo, unlock=unlock)
    return report_of(found, datetime.now(UTC), read_region(), version=own_version(), program=typed_command())


def print_report(report: CheckReport) -> None:
    """Print it for people."""
    from claudometer.cli.terminal_style import find_style
    from claudometer.present.checkup_text import render

    print("\n".join(render(report, find_style(sys.stdout))))
