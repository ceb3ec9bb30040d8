"""The window's requests panel: the summary, the list by day, and a text for every outcome and reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

import pytest

from claudometer.domain.ledger import UNFINISHED, RequestRecord, summarize
from claudometer.domain.next_poll import Cause, Reason
from claudometer.domain.outcome import Status
from claudometer.domain.region import UTC_REGION, Region
from claudometer.present.messages import requests as words
from claudometer.present.request_panel import failure_panel, panel_for
from tests.clocks import NOON

CLI = RequestRecord(NOON, "api.anthropic.com", "/api/oauth/usage", "ok", 200, 0.41, Reason.INTERVAL)
WEB = replace(CLI, host="claude.ai", path="/api/organizations/{id}/usage")


def panel(*records: RequestRecord, region: Region = UTC_REGION) -> Any:  # noqa: ANN401 - read as the page reads it
    return panel_for(summarize(records, NOON.date(), UTC), records, NOON, region)


def row(record: RequestRecord, *, region: Region = UTC_REGION) -> dict[str, Any]:
    (day,) = panel(record, region=region)["days"]
    (only,) = day["rows"]
    return dict(only)


def test_a_row_has_time_outcome_duration_destination_and_reason() -> None:
    assert row(CLI) == {
        "time": "12:00",
        "outcome": words.OUTCOMES[Status.OK],
        "fine": True,
        "took": "0.4\u00a0s",
        "to": "/api/oauth/usage",
        "why": words.WHYS[Reason.INTERVAL],
    }


def test_the_summary_reads_as_in_the_terminal() -> None:
    assert panel(CLI, CLI)["summary"] == "2 requests today, all to api.anthropic.com."


def test_a_row_names_its_host_if_there_are_several() -> None:
    (day,) = panel(CLI, WEB)["days"]
    assert [row["to"] for row in day["rows"]] == [
        "api.anthropic.com/api/oauth/usage",
        "claude.ai/api/organizations/{id}/usage",
    ]


def test_rows_are_grouped_by_named_days() -> None:
    yesterday, before = (replace(CLI, at=NOON - timedelta(days=days)) for days in (1, 2))
    days = panel(CLI, yesterday, yesterday, before)["days"]
    assert [(day["day"], len(day["rows"])) for day in days] == [
        ("Today", 1),
        ("Yesterday", 2),
        ("Tue 18 Aug", 1),
    ]


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({"outcome": "rate_limited", "retry_after_s": 720.0}, "Asked to wait 12 min"),
        ({"outcome": "rate_limited"}, "Asked to wait"),
        ({"outcome": "server_error", "http_status": 503}, "Server error (HTTP 503)"),
        ({"outcome": "server_error", "http_status": None}, "Server error"),
        ({"outcome": "tea_pot"}, "tea_pot"),
    ],
)
def test_a_failed_request_is_marked_with_what_is_known_about_it(change: dict[str, Any], outcome: str) -> None:
    shown = row(replace(CLI, **change))
    assert (shown["outcome"], shown["fine"]) == (outcome, False)


def test_every_outcome_and_every_reason_has_a_text() -> None:
    assert words.OUTCOMES.keys() == {*Status, UNFINISHED} - {Status.STARTING}
    assert words.WHYS.keys() == {*Reason, *Cause}


def test_a_reason_of_a_later_version_is_shown_as_it_is() -> None:
    assert row(replace(CLI, reason="some_whim"))["why"] == "some_whim"


def test_times_follow_the_regions_clock() -> None:
    assert row(CLI, region=Region(UTC, twelve_hour=True))["time"] == "12:00 PM"


def test_without_a_request_today_earlier_ones_are_still_listed() -> None:
    shown = panel(replace(CLI, at=NOON - timedelta(days=1)))
    assert shown["summary"] == words.NONE_TODAY
    assert len(shown["days"]) == 1


def test_without_any_request_there_is_a_sentence_and_no_list() -> None:
    assert panel() == {"summary": words.NOTHING_RECORDED, "hint": None, "days": []}


def test_the_demo_says_that_it_sends_nothing() -> None:
    assert panel_for(None, (), NOON, UTC_REGION) == {
        "summary": words.DEMO_SENDS_NOTHING,
        "hint": None,
        "days": [],
    }


def test_a_list_that_cannot_be_read_says_so_in_its_place() -> None:
    made: Any = failure_panel("It cannot be read.", "Look.")
    assert made == {
        "summary": "It cannot be read.",
        "hint": "Look.",
        "days": [],
    }
