"""Exit codes that no fresh number stands behind."""

from __future__ import annotations

from datetime import timedelta

from claudometer.present.exit_codes import NO_NUMBERS, exit_code_of
from claudometer.present.report import report_for
from tests.clocks import NOON
from tests.readings import reading, session, snapshot
from tests.views import view


def test_limits_whose_windows_are_all_over_are_no_numbers_however_young_the_answer() -> None:
    soon = NOON + timedelta(minutes=1)
    report = report_for(view(snapshot(reading(session(81.0, soon))), NOON + timedelta(minutes=2)))
    assert not report["stale"]
    assert [limit["percent"] for limit in report["limits"]] == [None]
    assert exit_code_of(report) == NO_NUMBERS
