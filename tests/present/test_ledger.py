"""The table of requests in eighty columns, and the summary of a day."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from claudometer.domain.ledger import UNFINISHED, RequestRecord, summarize
from claudometer.domain.next_poll import Cause, Reason
from claudometer.domain.outcome import Status
from claudometer.domain.region import UTC_REGION, Region
from claudometer.present.ledger import render_requests, summary_sentence
from claudometer.present.messages.requests import NOTHING_RECORDED, OUTCOMES_IN_TABLE, SHARED, WHYS_IN_TABLE
from claudometer.present.request_panel import panel_for
from claudometer.present.typesetting import TerminalStyle
from tests.clocks import NOON

CLI = RequestRecord(NOON, "api.anthropic.com", "/api/oauth/usage", "ok", 200, 0.41, Reason.INTERVAL)
WEB = replace(CLI, host="claude.ai", path="/api/organizations/{id}/usage")
LIMITED = replace(
    CLI, at=NOON + timedelta(hours=2, minutes=3), outcome="rate_limited", http_status=429, retry_after_s=720.0
)
STYLE = TerminalStyle()


def sentence(*records: RequestRecord, region: Region = UTC_REGION) -> str:
    return summary_sentence(summarize(records, NOON.date(), UTC), region)


def test_the_table_lists_time_request_outcome_duration_and_reason() -> None:
    before = replace(WEB, at=NOON - timedelta(days=1), outcome=UNFINISHED, duration_s=40.0, reason="click")
    assert render_requests([before, WEB, CLI, LIMITED], LIMITED.at, UTC_REGION, STYLE) == [
        "",
        "  Time  Request                            Outcome         Took  Why",
        "",
        "  Wed 19 Aug",
        "  12:00 claude.ai/…/{id}/usage             not finished    40 s  you refreshed",
        "",
        "  Thu 20 Aug",
        "  12:00 claude.ai/…/{id}/usage             answered       0.4 s  scheduled",
        "  12:00 api.anthropic.com/api/oauth/usage  answered       0.4 s  scheduled",
        "  14:03 api.anthropic.com/api/oauth/usage  asked to wait  0.4 s  scheduled",
        "",
        "  3 requests today: 2 to api.anthropic.com, 1 to claude.ai. At 14:03 the server",
        "  asked Claudometer to wait 12 min.",
        "",
    ]


def test_a_request_sent_through_the_browser_says_so() -> None:
    lines = render_requests([replace(WEB, via="browser")], NOON, UTC_REGION, STYLE)
    assert "browser: claude.ai/…/{id}/usage" in "".join(lines)


def test_the_host_and_the_end_of_a_long_address_stay() -> None:
    """They say to whom and which request; a path cut at its end would be the same for both."""
    (organizations, usage) = (
        "".join(render_requests([replace(WEB, path=path)], NOON, Region(UTC, twelve_hour=True), STYLE))
        for path in ("/api/organizations", WEB.path)
    )
    assert "claude.ai/api/organizations " in organizations
    assert "claude.ai/…/{id}/usage " in usage


@pytest.mark.parametrize("twelve_hour", [False, True])
@pytest.mark.parametrize("outcome", [*Status, UNFINISHED])
def test_no_line_is_wider_than_eighty_columns(outcome: str, twelve_hour: bool) -> None:
    long = replace(WEB, at=NOON, outcome=outcome, duration_s=40.0, host="a" * 200)
    region = Region(UTC, twelve_hour=twelve_hour)
    for reason in (*Reason, *Cause):
        requests = [replace(long, reason=reason), replace(LIMITED, host="b" * 60)]
        assert max(map(len, render_requests(requests, NOON, region, STYLE))) <= 80, reason


def test_every_outcome_has_a_word_that_fits_its_column() -> None:
    assert OUTCOMES_IN_TABLE.keys() == {*Status, UNFINISHED} - {Status.STARTING}
    assert max(map(len, OUTCOMES_IN_TABLE.values())) <= 13


def test_every_reason_has_a_word_that_fits_its_column() -> None:
    assert WHYS_IN_TABLE.keys() == {*Reason, *Cause}
    assert max(map(len, WHYS_IN_TABLE.values())) <= 15


def test_an_outcome_or_reason_of_a_later_version_is_shown_as_it_is() -> None:
    later = replace(CLI, outcome="tea_pot", reason="some_whim")
    assert "tea_pot" in render_requests([later], NOON, UTC_REGION, STYLE)[4]
    assert "some_whim" in render_requests([later], NOON, UTC_REGION, STYLE)[4]


def test_only_the_outcome_of_a_failed_request_is_colored() -> None:
    lines = render_requests([CLI, LIMITED], NOON, UTC_REGION, TerminalStyle(color=True))
    assert "\x1b" not in lines[4]
    assert re.findall(r"\x1b\[([0-9;]*)m([^\x1b]*)\x1b", lines[5]) == [("38;5;136", "asked to wait")]


def test_without_a_record_it_says_so() -> None:
    assert render_requests([], NOON, UTC_REGION, STYLE) == ["", f"  {NOTHING_RECORDED}", ""]


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([], "No requests today."),
        ([CLI], "1 request today, to api.anthropic.com."),
        ([CLI] * 38, "38 requests today, all to api.anthropic.com."),
        ([CLI, WEB, WEB], "3 requests today: 2 to claude.ai, 1 to api.anthropic.com."),
        (
            [CLI, WEB, *(replace(CLI, host=f"{name}.example") for name in "abc")],
            ("5 requests today: 1 to a.example, 1 to api.anthropic.com, 1 to b.example, 2 elsewhere."),
        ),
        (
            [CLI, LIMITED],
            (
                "2 requests today, all to api.anthropic.com. "
                "At 14:03 the server asked Claudometer to wait 12 min."
            ),
        ),
        (
            [replace(LIMITED, retry_after_s=None)],
            "1 request today, to api.anthropic.com. At 14:03 the server asked Claudometer to wait.",
        ),
        (
            [LIMITED, replace(LIMITED, at=NOON)],
            (
                "2 requests today, all to api.anthropic.com. The server asked Claudometer to wait 2 "
                "times, most recently at 14:03 for 12 min."
            ),
        ),
    ],
)
def test_a_day_is_summarized_in_a_sentence_or_two(records: list[RequestRecord], expected: str) -> None:
    assert sentence(*records) == expected


def test_the_sentence_follows_the_regions_clock() -> None:
    assert "At 2:03 PM" in sentence(LIMITED, region=Region(UTC, twelve_hour=True))


def test_a_limit_that_other_programs_use_is_said_under_the_table_and_in_the_panel() -> None:
    said = SHARED.format(count=5)
    lines = render_requests([CLI], NOON, UTC_REGION, STYLE, shared_rate=5)
    assert said in " ".join(" ".join(lines).split())
    assert said not in " ".join(render_requests([CLI], NOON, UTC_REGION, STYLE))
    panel = panel_for(summarize([CLI], NOON.date(), UTC), [CLI], NOON, UTC_REGION, shared_rate=5)
    assert panel["summary"].endswith(said)
