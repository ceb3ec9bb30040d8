"""Tests the CLAUDOMETER_* variables: each is checked, and an error gives the name but never the value."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.domain.secret import Secret
from claudometer.domain.settings import MAX_INTERVAL_S, MIN_INTERVAL_S
from claudometer.domain.usage import Mode
from claudometer.present.messages.errors import message_for_code
from claudometer.settings.environment import Environment, read_environment
from claudometer.settings.environment_defaults import LOG_LEVELS, OAUTH_URL, UPDATE_URL, WEB_URL


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in tuple(os.environ):
        if name.startswith("CLAUDOMETER_"):
            monkeypatch.delenv(name)


def test_an_empty_environment_changes_nothing() -> None:
    assert read_environment() == Environment(WEB_URL, OAUTH_URL, UPDATE_URL, None, None, None, "INFO")


def test_empty_variables_count_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MODE", "INTERVAL_SECONDS", "SESSION_KEY", "WEB_URL"):
        monkeypatch.setenv(f"CLAUDOMETER_{name}", "")
    assert read_environment() == Environment()


def test_every_variable_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUDOMETER_WEB_URL", "http://127.0.0.1:8080/api/")
    monkeypatch.setenv("CLAUDOMETER_OAUTH_URL", "http://[::1]:8080/oauth")
    monkeypatch.setenv("CLAUDOMETER_UPDATE_URL", "http://127.0.0.1:8080/latest.json")
    monkeypatch.setenv("CLAUDOMETER_MODE", "web")
    monkeypatch.setenv("CLAUDOMETER_INTERVAL_SECONDS", "30")
    monkeypatch.setenv("CLAUDOMETER_SESSION_KEY", "sessionKey=sk-ant-sid02-0123456789abcdef;")
    monkeypatch.setenv("CLAUDOMETER_LOG_LEVEL", "debug")
    assert read_environment() == Environment(
        web_url="http://127.0.0.1:8080/api",
        oauth_url="http://[::1]:8080/oauth",
        update_url="http://127.0.0.1:8080/latest.json",
        mode=Mode.WEB,
        interval_seconds=30,
        session_key=Secret("sk-ant-sid02-0123456789abcdef"),
        log_level="DEBUG",
    )


@pytest.mark.parametrize(
    "url", [" https://claude.ai/api", "https://claude.ai/api/ ", "https://claude.ai/api\n"]
)
def test_spaces_around_an_address_do_not_count(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """They come from files of variables, and were sent as a part of the path."""
    monkeypatch.setenv("CLAUDOMETER_WEB_URL", url)
    assert read_environment().web_url == "https://claude.ai/api"


@pytest.mark.parametrize(
    "url",
    [
        "http://claude.ai/api",
        "http://127.0.0.1.example.org/",
        "http://localhost.example.org/",
        "http://10.0.0.1/",
        "http://0.0.0.0/",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "https://",
        "https://somebody@claude.ai/api",
        "https://claude.ai/api?key=1",
        "https://claude.ai/api usage",
        "https://claude.ai/\napi",
        "https://[::1",
        "claude.ai",
        "javascript:alert(1)",
    ],
)
def test_an_unsafe_address_is_refused(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("CLAUDOMETER_OAUTH_URL", url)
    with pytest.raises(ClaudometerError) as caught:
        read_environment()
    assert caught.value.code is ErrorCode.URL_REFUSED
    assert caught.value.facts == {"variable": "CLAUDOMETER_OAUTH_URL"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MODE", "both"),
        ("INTERVAL_SECONDS", "9"),
        ("INTERVAL_SECONDS", "3601"),
        ("INTERVAL_SECONDS", "often"),
        ("SESSION_KEY", "CANARY not a key"),
        ("LOG_LEVEL", "loud"),
    ],
)
def test_the_error_for_a_bad_value_names_the_variable_and_not_the_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"CLAUDOMETER_{name}", value)
    with pytest.raises(ClaudometerError) as caught:
        read_environment()
    assert caught.value.code is ErrorCode.ENVIRONMENT_INVALID
    assert caught.value.facts == {"variable": f"CLAUDOMETER_{name}"}
    assert value not in repr(caught.value)


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("MODE", list(Mode)),
        ("INTERVAL_SECONDS", [MIN_INTERVAL_S, MAX_INTERVAL_S]),
        ("SESSION_KEY", ["sk-ant-sid"]),
        ("LOG_LEVEL", LOG_LEVELS),
    ],
)
def test_the_hint_for_a_bad_value_lists_the_allowed_values(
    monkeypatch: pytest.MonkeyPatch, name: str, allowed: list[object]
) -> None:
    monkeypatch.setenv(f"CLAUDOMETER_{name}", "7")
    with pytest.raises(ClaudometerError) as caught:
        read_environment()
    hint = message_for_code(caught.value.code, caught.value.facts).hint
    assert "unset it" in hint
    for value in allowed:
        assert str(value) in hint


def test_pydantic_settings_is_not_loaded_without_a_variable() -> None:
    script = (
        "import sys; from claudometer.settings.environment import read_environment; read_environment();"
        "sys.exit('pydantic_settings' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True, env={})
