"""The lines between app and browser: what may be asked, and what comes back whole."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.domain.errors import ErrorCode
from claudometer.domain.secret import Secret
from claudometer.providers.claude.browser_protocol import (
    Opening,
    Page,
    Told,
    Visit,
    decode_opening,
    decode_question,
    decode_told,
    encode_opening,
    encode_question,
    encode_told,
)

OPENING = Opening("https://claude.ai/api", Secret("sk-ant-sid02-made-up"), "/run/somewhere")
VISITS = (Visit(403, 0.25, is_check=True), Visit(200, 0.1, is_check=False))


def test_an_opening_arrives_as_it_was_sent_and_shows_no_key() -> None:
    assert decode_opening(encode_opening(OPENING)) == OPENING
    assert "sk-ant" not in repr(OPENING)
    assert OPENING.origin == "https://claude.ai"


@pytest.mark.parametrize(
    "url", ["http://claude.ai/api", "https://a:b@claude.ai/api", "file:///etc", "claude.ai"]
)
def test_an_address_that_a_secret_must_not_go_to_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="address"):
        decode_opening(encode_opening(Opening(url, OPENING.session_key, "")))


@pytest.mark.parametrize(
    "path", ["organizations", "organizations/5d2f9e70-0a1b/usage", "organizations/a%2Fb/usage"]
)
def test_the_two_questions_may_be_asked(path: str) -> None:
    assert decode_question(encode_question(path)) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "account",
        "organizations/a/../b/usage",
        "organizations/a/usage?x",
        "../organizations",
        "organizations\n",
    ],
)
def test_no_other_question_may_be_asked(path: str) -> None:
    with pytest.raises(ValueError, match="question"):
        decode_question(encode_question(path))


@given(st.text(max_size=200), st.dictionaries(st.text(max_size=9), st.text(max_size=9), max_size=3))
def test_an_answer_arrives_as_it_was_given(text: str, headers: dict[str, str]) -> None:
    body = text.encode("utf-8", "replace")
    told = Told(Page(200, headers, body), VISITS)
    line = encode_told(told)
    assert line.count(b"\n") == 1
    assert decode_told(line) == told


def test_trouble_arrives_as_it_was_given() -> None:
    assert decode_told(encode_told(Told(ErrorCode.BROWSER_MISSING))) == Told(ErrorCode.BROWSER_MISSING)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[]",
        b"{}",
        b'{"visits":7}',
        b'{"visits":[],"trouble":"nonsense"}',
        b'{"visits":[[200]],"trouble":"offline"}',
        b'{"visits":[],"status":"x","headers":{},"body":""}',
        b'{"visits":[],"status":200,"headers":[],"body":""}',
        b'{"visits":[],"status":200,"headers":{},"body":7}',
    ],
)
def test_what_is_no_answer_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - json's own or ours
        decode_told(line)


def test_more_visits_than_anybody_makes_are_cut() -> None:
    line = json.dumps({"visits": [[200, 0, False]] * 500, "trouble": "offline"}).encode()
    assert len(decode_told(line).visits) == 20


@pytest.mark.parametrize("said", [Page(200, {}, b"[]"), ErrorCode.TIMED_OUT])
def test_a_renewed_key_arrives_and_shows_itself_nowhere(said: Page | ErrorCode) -> None:
    told = Told(said, VISITS, Secret("sk-ant-sid02-renewed"))
    assert decode_told(encode_told(told)) == told
    assert "sk-ant" not in repr(told)
