"""The exit code of a report without a current number."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from claudometer.domain.plan import StoppedBy
from claudometer.present.exit_codes import FRESH, NO_NUMBERS, OVER_LIMIT, exit_code_of
from claudometer.present.report import report_for
from tests.clocks import NOON
from tests.readings import reading, session, snapshot, spend, weekly
from tests.views import view


def test_limits_whose_windows_are_all_over_count_as_no_numbers_even_if_just_fetched() -> None:
    soon = NOON + timedelta(minutes=1)
    report = report_for(view(snapshot(reading(session(81.0, soon))), NOON + timedelta(minutes=2)))
    assert not report["stale"]
    assert [limit["percent"] for limit in report["limits"]] == [None]
    assert exit_code_of(report) == NO_NUMBERS


def test_only_what_is_known_to_be_full_now_counts_as_full() -> None:
    used_up = replace(spend(used=4000), stopped_by=StoppedBy.CAP)
    report = report_for(view(snapshot(reading(session(100.0), weekly(), spend=used_up))))
    first, second = report["limits"]
    money = report["spend"]
    assert money is not None
    assert exit_code_of(report) == OVER_LIMIT
    report["limits"] = [second]
    assert exit_code_of(report) == OVER_LIMIT
    money["stale"] = True
    assert exit_code_of(report) == FRESH, "when a spend limit resets is not known"
    report["limits"] = [first, second]
    first["stale"] = True
    assert exit_code_of(report) == OVER_LIMIT, "within its window a number only grows"
    first["resets_at"] = None
    assert exit_code_of(report) == FRESH, "nobody knows whether it has reset since"
