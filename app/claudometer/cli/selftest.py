"""``claudometer --selftest``: checks every part of this installation on this computer."""

from __future__ import annotations

import sys


def run_selftest() -> int:
    """Print a line for each part as soon as it is checked; return 0 if none failed.

    Raises:
        ClaudometerError: a demo is already running.
    """
    from claudometer.present.messages.doctor import PROGRAM, line_for
    from claudometer.processes import doctor
    from claudometer.system.version import own_version

    python = sys.version.split()[0]
    print(PROGRAM.format(version=own_version(), python=python, platform=sys.platform))
    failed = False
    for finding in doctor.run_checks():
        print(line_for(finding.part, finding.state, finding.code, finding.folder), flush=True)
        failed = failed or finding.state is doctor.State.FAILED
    return 1 if failed else 0
