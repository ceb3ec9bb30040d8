"""Records of requests: encoding as lines, decoding of damaged lines, and the summary of a day."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.domain.ledger import (
    RequestRecord,
    decode_record,
    encode_record,
    record_to_wire,
    summarize,
)
from claudometer.domain.next_poll import Reason
from tests.clocks import NOON

OK = RequestRecord(NOON, "api.anthropic.com", "/api/oauth/usage", "ok", 200, 0.412, Reason.INTERVAL)
LIMITED = replace(OK, outcome="rate_limited", http_status=429, retry_after_s=720.0)
TODAY = NOON.date()


def test_a_record_is_one_line_of_plain_values() -> None:
    line = encode_record(LIMITED)
    assert line.endswith(b"}\n")
    assert line.count(b"\n") == 1
    assert json.loads(line) == {
        "at": "2026-08-20T12:00:00.000Z",
        "host": "api.anthropic.com",
        "path": "/api/oauth/usage",
        "outcome": "rate_limited",
        "http_status": 429,
        "duration_s": 0.412,
        "reason": "interval",
        "retry_after_s": 720.0,
        "via": None,
    }


texts = st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=40)


@given(
    st.builds(
        RequestRecord,
        at=st.integers(0, 4 * 10**12).map(
            lambda ms: datetime(1990, 1, 1, tzinfo=UTC) + timedelta(0, 0, 0, ms)
        ),
        host=texts,
        path=texts,
        outcome=texts,
        http_status=st.none() | st.integers(100, 599),
        duration_s=st.integers(0, 10**8).map(lambda ms: ms / 1000),
        reason=texts,
        retry_after_s=st.none() | st.floats(0, 10**6),
    )
)
def test_a_record_survives_encoding_unchanged(record: RequestRecord) -> None:
    assert decode_record(encode_record(record)) == record


@given(st.binary(max_size=200))
def test_any_other_line_is_no_record_and_no_error(line: bytes) -> None:
    assert decode_record(line) is None


@pytest.mark.parametrize("length", range(1, len(encode_record(LIMITED)) - 1))
def test_an_incomplete_line_is_no_record(length: int) -> None:
    assert decode_record(encode_record(LIMITED)[:length]) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"at": "2026-08-20T12:00:00"},
        {"at": 7},
        {"host": ""},
        {"host": "a\x1b[2Jb"},
        {"path": "/" * 301},
        {"outcome": None},
        {"http_status": "200"},
        {"duration_s": -1},
        {"duration_s": True},
        {"duration_s": float("inf")},
        {"retry_after_s": float("nan")},
        {"reason": ["click"]},
    ],
)
def test_a_line_with_a_wrong_value_is_no_record(wrong: dict[str, Any]) -> None:
    assert decode_record(json.dumps(record_to_wire(OK) | wrong).encode()) is None


def test_values_of_a_later_version_are_kept() -> None:
    later = record_to_wire(OK) | {"outcome": "teapot", "reason": "whim", "more": 1}
    record = decode_record(json.dumps(later).encode())
    assert record is not None
    assert (record.outcome, record.reason) == ("teapot", "whim")


def test_a_day_is_summarized_by_host_with_the_most_requests_first() -> None:
    web = replace(OK, host="claude.ai")
    summary = summarize([web, OK, OK], TODAY, UTC)
    assert summary.count == 3
    assert summary.hosts == (("api.anthropic.com", 2), ("claude.ai", 1))
    assert (summary.refused, summary.last_refused) == (0, None)


def test_refusals_for_too_many_requests_are_counted_and_the_latest_is_kept() -> None:
    earlier = replace(LIMITED, at=NOON - timedelta(hours=1), retry_after_s=None)
    summary = summarize([LIMITED, earlier, OK], TODAY, UTC)
    assert (summary.refused, summary.last_refused) == (2, LIMITED)


def test_a_day_is_that_of_the_users_zone() -> None:
    late = replace(OK, at=datetime(2026, 8, 20, 23, 30, tzinfo=UTC))
    assert summarize([late], date(2026, 8, 20), UTC).count == 1
    assert summarize([late], date(2026, 8, 20), timezone(timedelta(hours=2))).count == 0
    assert summarize([late], date(2026, 8, 21), timezone(timedelta(hours=2))).count == 1
