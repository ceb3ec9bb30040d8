"""The exit code of a report without a current number."""

from __future__ import annotations

from datetime import timedelta

from claudometer.present.exit_codes import NO_NUMBERS, exit_code_of
from claudometer.present.report import report_for
from tests.clocks import NOON
from tests.readings import reading, session, snapshot
from tests.views import view


def test_limits_whose_windows_are_all_over_count_as_no_numbers_even_if_just_fetched() -> None:
    soon = NOON + timedelta(minutes=1)
    report = report_for(view(snapshot(reading(session(81.0, soon))), NOON + timedelta(minutes=2)))
    assert not report["stale"]
    assert [limit["percent"] for limit in report["limits"]] == [None]
    assert exit_code_of(report) == NO_NUMBERS
