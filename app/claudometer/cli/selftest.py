"""``claudometer --selftest``: the report of ``doctor``, then a trial of tray and window with the demo.

Its exit code is about the installation alone, so that it can test a package where nobody is logged in.
"""

from __future__ import annotations


def run_selftest() -> int:
    """Print the report, then a line for each part as soon as it is tried; return 0 if no trial failed.

    Raises:
        ClaudometerError: a demo is already running.
    """
    from claudometer.cli.doctor import make_report, print_report
    from claudometer.present.messages.selftest import TRYING, line_for
    from claudometer.processes.doctor import selftest

    print_report(make_report(demo=False))
    print(TRYING, flush=True)
    failed = False
    for tried in selftest.run_trial():
        print(line_for(tried.part, tried.state, tried.code, tried.folder), flush=True)
        failed = failed or tried.state is selftest.TrialResult.FAILED
    return 1 if failed else 0
