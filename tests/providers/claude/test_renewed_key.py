"""Which Set-Cookie lines carry a new session key, end the session, or are not applicable."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.domain.secret import Secret
from claudometer.providers.claude.renewed_key import find_set_key
from claudometer.providers.claude.session_key import is_session_key
from tests.clocks import NOON

OLD = "sk-ant-sid01-OLD-0123456789abcdef"
NEW = "sk-ant-sid02-CANARY-0123456789abcdef"
OTHER = "sk-ant-sid02-OTHER-0123456789abcdef"
AS_SENT = (
    f"sessionKey={NEW}; Domain=.claude.ai; expires=Thu, 17 Sep 2026 12:00:00 GMT; Path=/; Secure; HttpOnly"
)


def found(*lines: str) -> str | None:
    key = find_set_key([Secret(line) for line in lines], host="claude.ai", now=NOON)
    return key.key.reveal() if key else None


def days_left(*lines: str) -> float | None:
    """Return after how many days the key ends, ``None`` if that is not said."""
    key = find_set_key([Secret(line) for line in lines], host="claude.ai", now=NOON)
    assert key is not None
    return None if key.ends_at is None else (key.ends_at - NOON) / timedelta(days=1)


@pytest.mark.parametrize(
    "line",
    [
        AS_SENT,
        f"sessionKey={NEW}",
        f" sessionKey = {NEW} ; Path=/",
        f"sessionKey={NEW}; Max-Age=2419200",
        f"sessionKey={NEW}; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
        f"sessionKey={NEW}; Max-Age=soon",
        f"sessionKey={NEW}; Expires=never",
        f"sessionKey={NEW}; domain=claude.ai",
    ],
)
def test_a_new_key_is_taken(line: str) -> None:
    assert found(line) == NEW


@pytest.mark.parametrize(
    "line",
    [
        "sessionKey=; Path=/",
        'sessionKey=""; Max-Age=0; Path=/',
        "sessionKey=''",
        "sessionKey",
        "",
        f"sessionKey={NEW}; Max-Age=0",
        f"sessionKey={NEW}; max-age=-1",
        f"sessionKey={NEW}; Max-Age=0; Expires=Thu, 17 Sep 2026 12:00:00 GMT",
        f"sessionKey={NEW}; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
        f"sessionKey={NEW}; expires=Thu, 01-Jan-1970 00:00:00 GMT",
        f'sessionKey="{NEW}"',
        "sessionKey=deleted; Path=/",
        "sessionKey=sk-ant-api03-0123456789abcdefghij",
        "sessionKey=sk-ant-oat01-0123456789abcdefghij",
        "sessionKey=sk-ant-sid02-short",
        f"sessionKey={NEW}x\u00fc",
        f"sessionkey={NEW}",
        f"sessionKeyLC={NEW}",
        f"oldsessionKey={NEW}",
        f"theme=dark; sessionKey={NEW}",
        f"sessionKey={NEW}; Domain=example.org",
        f"sessionKey={NEW}; Domain=notclaude.ai",
        f"sessionKey={NEW}; Domain=api.claude.ai",
    ],
)
def test_no_other_line_is_taken_for_a_key(line: str) -> None:
    assert found(line) is None


def test_the_last_applicable_line_counts() -> None:
    assert found(f"sessionKey={OTHER}", AS_SENT) == NEW
    assert found(AS_SENT, "sessionKey=; Max-Age=0") is None
    assert found("sessionKey=; Max-Age=0", AS_SENT) == NEW
    assert found(AS_SENT, f"sessionKey={OTHER}; Domain=example.org") == NEW
    assert found() is None


@pytest.mark.parametrize(
    ("line", "days"),
    [
        (AS_SENT, 28),
        (f"sessionKey={OLD}; Max-Age=2419200", 28),
        (f"sessionKey={NEW}; Max-Age=86400; Expires=Thu, 17 Sep 2026 12:00:00 GMT", 1),
        (f"sessionKey={NEW}; Max-Age=soon; Expires=Thu, 17 Sep 2026 12:00:00 GMT", 28),
        (f"sessionKey={NEW}; Max-Age=34560000", 400),
        (f"sessionKey={NEW}; Max-Age=34560001", None),
        (f"sessionKey={NEW}; Max-Age=999999999999999", None),
        (f"sessionKey={NEW}; Expires=Fri, 31 Dec 9999 23:59:59 GMT", None),
        (f"sessionKey={NEW}; Expires=never", None),
        (f"sessionKey={NEW}", None),
    ],
)
def test_the_expiry_is_read_if_the_line_has_one(line: str, days: float | None) -> None:
    assert days_left(line) == days


def test_the_expiry_is_that_of_the_last_applicable_line() -> None:
    assert days_left(f"sessionKey={OTHER}; Max-Age=86400", f"sessionKey={NEW}") is None


@given(
    st.lists(st.text(max_size=80) | st.text(max_size=40).map(lambda text: f"sessionKey={text}"), max_size=4)
)
def test_any_lines_give_a_valid_key_or_none(lines: list[str]) -> None:
    key = found(*lines)
    assert key is None or is_session_key(key)
