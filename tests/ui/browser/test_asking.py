"""What the script in the page found, read back."""

from __future__ import annotations

import json

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.providers.claude.browser_protocol import Page
from claudometer.ui.browser.asking import read_answer

FOUND = {"type": "basic", "status": 200, "headers": {"content-type": "application/json"}, "body": "{}"}


def test_an_answer_is_a_page() -> None:
    assert read_answer(json.dumps(FOUND)) == Page(200, {"content-type": "application/json"}, b"{}")


def test_a_redirect_is_not_followed_and_reads_as_one() -> None:
    hidden = FOUND | {"type": "opaqueredirect", "status": 0, "headers": {}, "body": ""}
    assert read_answer(json.dumps(hidden)) == Page(302, {}, b"")


def test_half_a_character_is_no_crash() -> None:
    assert read_answer(json.dumps(FOUND | {"body": "\ud800"})) == Page(200, FOUND["headers"], b"?")  # type: ignore[arg-type]


@pytest.mark.parametrize("code", [ErrorCode.TOO_LARGE, ErrorCode.TIMED_OUT, ErrorCode.CONNECTION_BROKEN])
def test_trouble_has_its_name(code: ErrorCode) -> None:
    assert read_answer(json.dumps({"trouble": code.value})) is code


@pytest.mark.parametrize(
    "text", ["", "undefined", "7", "{}", '{"type":"basic","status":"x"}', '{"trouble":"x"}']
)
def test_anything_else_is_a_broken_connection(text: str) -> None:
    assert read_answer(text) is ErrorCode.CONNECTION_BROKEN
