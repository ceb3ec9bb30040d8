"""Nothing that looks like a secret survives."""

from __future__ import annotations

import json
import pickle

import pytest

from claudometer.domain.redaction import redact
from claudometer.domain.secret import Secret

CANARY = "CANARY0123456789abcdefXYZ"


@pytest.mark.parametrize(
    "text",
    [
        f"sk-ant-sid01-{CANARY}",
        f"sk-ant-sid02-{CANARY}-{CANARY}",
        f"sk-ant-oat01-{CANARY}",
        f"sk-ant-ort01-{CANARY}",
        f"sk-ant-api03-{CANARY}",
        f"SK-ANT-ADMIN01-{CANARY}",
        f"Cookie: a=b; {CANARY}; c=d",
        f"cookie={CANARY}",
        f"Set-Cookie: sessionKey={CANARY}",
        f"headers={{'cookie': 'x={CANARY}'}}",
        f"Authorization: Bearer {CANARY}",
        f"{{'authorization': 'Bearer {CANARY}'}}",
        f"bearer {CANARY}",
        f"sessionKey={CANARY}; path=/",
        f"session_key='{CANARY}'",
        json.dumps({"accessToken": CANARY}),
        json.dumps({"claudeAiOauth": {"refreshToken": CANARY, "expiresAt": 1}}),
        json.dumps({"a": json.dumps({"refresh_token": CANARY})}),
        f"password={CANARY}",
        f"https://example.test/?access_token={CANARY}&x=1",
    ],
)
def test_a_planted_secret_is_removed(text: str) -> None:
    assert CANARY not in redact(text)
    assert CANARY not in redact(f"before {text}\nafter")


def test_ordinary_text_stays() -> None:
    text = "poll: ok, next: 12:06; organizations=2, tokens left 3.5, bearers of news"
    assert redact(text) == text


def test_a_secret_does_not_show_itself() -> None:
    secret = Secret(CANARY)
    for shown in (repr(secret), str(secret), f"{secret}", f"{[secret]}", f"{secret!r:>40}"):
        assert CANARY not in shown
    with pytest.raises(TypeError):
        pickle.dumps(secret)
