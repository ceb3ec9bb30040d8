"""Reading the result of the script that fetches inside the page."""

from __future__ import annotations

import json

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.providers.claude.browser_protocol import FetchResponse
from claudometer.ui.browser.fetching import read_result

FOUND = {"type": "basic", "status": 200, "headers": {"content-type": "application/json"}, "body": "{}"}


def test_a_response_is_read() -> None:
    assert read_result(json.dumps(FOUND)) == FetchResponse(200, {"content-type": "application/json"}, b"{}")


def test_a_redirect_is_not_followed_and_reads_as_a_302() -> None:
    hidden = FOUND | {"type": "opaqueredirect", "status": 0, "headers": {}, "body": ""}
    assert read_result(json.dumps(hidden)) == FetchResponse(302, {}, b"")


def test_half_a_surrogate_pair_does_not_raise() -> None:
    assert read_result(json.dumps(FOUND | {"body": "\ud800"})) == FetchResponse(200, FOUND["headers"], b"?")  # type: ignore[arg-type]


@pytest.mark.parametrize("code", [ErrorCode.TOO_LARGE, ErrorCode.TIMED_OUT, ErrorCode.CONNECTION_BROKEN])
def test_an_error_is_read_as_its_code(code: ErrorCode) -> None:
    assert read_result(json.dumps({"error": code.value})) is code


@pytest.mark.parametrize(
    "text", ["", "undefined", "7", "{}", '{"type":"basic","status":"x"}', '{"error":"x"}']
)
def test_an_unreadable_result_is_a_broken_connection(text: str) -> None:
    assert read_result(text) is ErrorCode.CONNECTION_BROKEN
