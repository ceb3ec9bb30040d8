"""Session keys as people paste them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.domain.errors import InvalidSettingError
from claudometer.providers.claude.session_key import parse_session_key

KEY = "sk-ant-sid02-AbC_def-0123456789"


@pytest.mark.parametrize(
    "pasted",
    [
        KEY,
        f"  {KEY}\n",
        f'"{KEY}"',
        f"sessionKey={KEY}",
        f"sessionKey={KEY};",
        f"Cookie: foo=bar; sessionKey={KEY}; lastActiveOrg=1",
        f"cookie: sessionKey={KEY}",
        f"Set-Cookie: sessionKey={KEY}; Path=/; HttpOnly",
        KEY.replace("sid02", "sid01"),
        KEY.replace("sid02", "sid09"),
    ],
)
def test_the_key_is_found_in_what_was_pasted(pasted: str) -> None:
    found = re.search(r"sk-ant-sid0\d-AbC_def-0123456789", pasted)
    assert found is not None
    assert parse_session_key(pasted).reveal() == found[0]


@pytest.mark.parametrize(
    ("pasted", "reason"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("hello", "shape"),
        ('sessionKey=""', "shape"),
        ("sk-ant-sid02-", "shape"),
        ("sk-ant-sid02-" + "a" * 500, "shape"),
        (f"{KEY} {KEY}", "shape"),
        ("sk-ant-sid02-with space inside it", "shape"),
        ("sk-ant-sid02-line\r\nInjected: header", "shape"),
        ("sk-ant-api03-abcdefghijklmnop", "api_key"),
        ("sk-ant-admin01-abcdefghijklmnop", "api_key"),
        ("sk-ant-oat01-abcdefghijklmnop", "login"),
        ("sk-ant-ort01-abcdefghijklmnop", "login"),
    ],
)
def test_text_without_a_key_is_refused_with_its_reason(pasted: str, reason: str) -> None:
    with pytest.raises(InvalidSettingError) as caught:
        parse_session_key(pasted)
    assert caught.value.facts == {"reason": reason}
    assert caught.value.field == "session_key"


@given(st.text())
def test_any_text_is_a_clean_key_or_a_refusal_that_does_not_quote_it(pasted: str) -> None:
    try:
        key = parse_session_key(pasted).reveal()
    except InvalidSettingError as error:
        assert set(error.facts) == {"reason"}
    else:
        assert key.isascii()
        assert not set(key) & set(" \t\r\n;,\"'")
