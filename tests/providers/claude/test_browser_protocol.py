"""The messages between the app and its browser process: what may be requested, and what survives the pipe."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.domain.errors import ErrorCode
from claudometer.domain.secret import Secret
from claudometer.providers.claude.browser_protocol import (
    BrowserReply,
    FetchResponse,
    PageLoad,
    StartMessage,
    decode_reply,
    decode_request,
    decode_start,
    encode_reply,
    encode_request,
    encode_start,
)

START = StartMessage("https://claude.ai/api", Secret("sk-ant-sid02-made-up"), "/run/somewhere")
PAGE_LOADS = (PageLoad(403, 0.25, is_check=True), PageLoad(200, 0.1, is_check=False))


def test_a_start_message_survives_the_pipe_and_its_repr_shows_no_key() -> None:
    assert decode_start(encode_start(START)) == START
    assert "sk-ant" not in repr(START)
    assert START.origin == "https://claude.ai"


@pytest.mark.parametrize(
    "url", ["http://claude.ai/api", "https://a:b@claude.ai/api", "file:///etc", "claude.ai"]
)
def test_an_address_that_must_not_receive_a_secret_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="address"):
        decode_start(encode_start(StartMessage(url, START.session_key, "")))


@pytest.mark.parametrize(
    "path", ["organizations", "organizations/5d2f9e70-0a1b/usage", "organizations/a%2Fb/usage"]
)
def test_the_two_paths_of_the_protocol_may_be_requested(path: str) -> None:
    assert decode_request(encode_request(path)) == path


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
def test_no_other_path_may_be_requested(path: str) -> None:
    with pytest.raises(ValueError, match="path"):
        decode_request(encode_request(path))


@given(st.text(max_size=200), st.dictionaries(st.text(max_size=9), st.text(max_size=9), max_size=3))
def test_a_response_survives_the_pipe(text: str, headers: dict[str, str]) -> None:
    body = text.encode("utf-8", "replace")
    reply = BrowserReply(FetchResponse(200, headers, body), PAGE_LOADS)
    line = encode_reply(reply)
    assert line.count(b"\n") == 1
    assert decode_reply(line) == reply


def test_an_error_survives_the_pipe() -> None:
    assert decode_reply(encode_reply(BrowserReply(ErrorCode.BROWSER_MISSING))) == BrowserReply(
        ErrorCode.BROWSER_MISSING
    )


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[]",
        b"{}",
        b'{"page_loads":7}',
        b'{"page_loads":[],"error":"nonsense"}',
        b'{"page_loads":[[200]],"error":"offline"}',
        b'{"page_loads":[],"status":"x","headers":{},"body":""}',
        b'{"page_loads":[],"status":200,"headers":[],"body":""}',
        b'{"page_loads":[],"status":200,"headers":{},"body":7}',
        b'{"page_loads":[],"status":Infinity,"headers":{},"body":""}',
        b'{"page_loads":[],"error":"offline","key_ends_at":1' + b"0" * 400 + b"}",
    ],
)
def test_a_line_that_is_not_a_reply_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - json raises its own ValueError
        decode_reply(line)


def test_at_most_20_page_loads_are_kept() -> None:
    line = json.dumps({"page_loads": [[200, 0, False]] * 500, "error": "offline"}).encode()
    assert len(decode_reply(line).page_loads) == 20


@pytest.mark.parametrize("result", [FetchResponse(200, {}, b"[]"), ErrorCode.TIMED_OUT])
def test_a_renewed_key_survives_the_pipe_and_no_repr_shows_it(result: FetchResponse | ErrorCode) -> None:
    reply = BrowserReply(result, PAGE_LOADS, Secret("sk-ant-sid02-renewed"), 1_800_000_000.0)
    assert decode_reply(encode_reply(reply)) == reply
    assert "sk-ant" not in repr(reply)
