"""The logins that Claude Code stores: every layout, and content that is not a login."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import MissingCredentials
from claudometer.domain.secret import Secret
from claudometer.providers.claude.login import Login, decode_keychain, parse_login

CANARY = "sk-ant-oat01-canary-in-login"
MISSING = MissingCredentials(ErrorCode.LOGIN_MISSING)
UNREADABLE = MissingCredentials(ErrorCode.LOGIN_UNREADABLE)
EXPIRES = datetime(2026, 8, 20, 13, 0, tzinfo=UTC)


def stored(**oauth: object) -> bytes:
    return json.dumps({"claudeAiOauth": {"accessToken": CANARY, **oauth}}).encode()


def login(blob: bytes) -> Login:
    found = parse_login(blob)
    assert isinstance(found, Login)
    return found


def test_a_complete_login_is_read() -> None:
    content = {
        "claudeAiOauth": {
            "accessToken": CANARY,
            "refreshToken": "sk-ant-ort01-never-looked-at",
            "expiresAt": 1787230800000,
            "scopes": ["user:inference", "user:profile"],
            "subscriptionType": "max",
            "rateLimitTier": "default_claude_max_20x",
        },
        "mcpOAuth": {"server|abc": {"accessToken": "another"}},
        "organizationUuid": "5d2f9e70-0000-4000-8000-000000000001",
    }
    assert parse_login(json.dumps(content).encode()) == Login(
        access_token=Secret(CANARY),
        expires_at=EXPIRES,
        scopes=frozenset({"user:inference", "user:profile"}),
        plan="Max 20x",
        tier="default_claude_max_20x",
        organization_id="5d2f9e70-0000-4000-8000-000000000001",
    )


@pytest.mark.parametrize(
    "expires",
    [1787230800000, 1787230800000.0, 1787230800, 1787230800.0, "1787230800000", "2026-08-20T13:00:00Z"],
)
def test_the_expiry_is_read_in_milliseconds_seconds_and_iso_form(expires: object) -> None:
    assert login(stored(expiresAt=expires)).expires_at == EXPIRES


@pytest.mark.parametrize("expires", [None, 0, -1, "soon", True, [], float("nan")])
def test_an_unreadable_expiry_is_unknown_and_not_expired(expires: object) -> None:
    assert login(stored(expiresAt=expires)).expires_at is None
    assert login(stored()).expires_at is None


@pytest.mark.parametrize(
    ("scopes", "expected"),
    [
        (["user:inference"], {"user:inference"}),
        ("user:inference user:profile", {"user:inference", "user:profile"}),
        (["user:profile", 7, None], {"user:profile"}),
        (None, set()),
        (5, set()),
    ],
)
def test_scopes_are_words_or_unknown(scopes: object, expected: set[str]) -> None:
    assert login(stored(scopes=scopes)).scopes == expected


def test_the_old_layout_has_the_login_at_the_top() -> None:
    assert (
        login(json.dumps({"accessToken": CANARY, "expiresAt": 1787230800000}).encode()).expires_at == EXPIRES
    )


def test_the_token_is_trimmed() -> None:
    assert login(stored(accessToken=f" {CANARY}\r\n")).access_token == Secret(CANARY)


@pytest.mark.parametrize(
    "token", [f"{CANARY} x", f"{CANARY}\r\nX-Evil: 1", f"{CANARY};a", "sk-ünï", "a\x00b", "x" * 5000]
)
def test_a_token_that_no_header_can_hold_is_refused(token: str) -> None:
    assert parse_login(stored(accessToken=token)) == UNREADABLE


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"mcpOAuth": {"server": {"accessToken": "another"}}},
        {"claudeAiOauth": None},
        {"claudeAiOauth": {}},
        {"claudeAiOauth": {"accessToken": ""}},
        {"claudeAiOauth": {"accessToken": None, "refreshToken": "x"}},
        {"claudeAiOauth": "text"},
    ],
)
def test_a_complete_file_without_a_login_is_no_login_and_no_error(content: object) -> None:
    assert parse_login(json.dumps(content).encode()) == MISSING


@pytest.mark.parametrize("blob", [b"", b"{", stored()[:-10], b"[]", b"null", b"\xff\xfe", b"[" * 50_000])
def test_content_that_may_be_half_written_is_unreadable(blob: bytes) -> None:
    assert parse_login(blob) == UNREADABLE


@given(
    st.binary(max_size=60)
    | st.dictionaries(
        st.sampled_from(["claudeAiOauth", "accessToken", "organizationUuid"]),
        st.text()
        | st.dictionaries(st.sampled_from(["accessToken", "expiresAt", "scopes"]), st.text() | st.floats()),
    ).map(lambda content: json.dumps(content).encode())
)
def test_no_bytes_raise(blob: bytes) -> None:
    found = parse_login(blob)
    assert isinstance(found, Login) or found in (MISSING, UNREADABLE)


def test_the_repr_of_a_login_does_not_show_its_token() -> None:
    found = login(stored(expiresAt=1787230800000))
    assert CANARY not in f"{found!r} {found} {found.access_token!r}"


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        (b'{"a": 1}\n', b'{"a": 1}'),
        (b"7b0a2261223a317d\n", b'{\n"a":1}'),
        (b"0x7B0A2261223A317D\n", b'{\n"a":1}'),
        ('{"ü": 1}'.encode().hex().encode(), '{"ü": 1}'.encode()),
        (b"7b0\n", b"7b0"),
        (b"\n", b""),
    ],
)
def test_the_keychain_prints_hex_for_anything_unusual(printed: bytes, value: bytes) -> None:
    assert decode_keychain(printed) == value
