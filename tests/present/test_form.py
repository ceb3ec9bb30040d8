"""The settings form: the codes of its state become messages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.domain.poll_intervals import MOVING_S
from claudometer.domain.settings import MAX_INTERVAL_S, MIN_INTERVAL_S
from claudometer.present.form import form_for
from claudometer.present.messages import form as words
from tests.clocks import NOON
from tests.form_states import form_state

STATE: dict[str, Any] = {
    **form_state(
        mode="web",
        session_key={"saved": True, "where": "keyring", "ends_at": None},
        organizations=[{"id": "a", "name": "Example"}, {"id": "b", "name": None}],
    )
}


def form(**changes: Any) -> Any:  # noqa: ANN401 - read as the page reads it
    return form_for(form_state(**(STATE | changes)))


@pytest.mark.parametrize(
    ("key", "note"),
    [
        *(
            ({"saved": True, "where": where, "ends_at": None}, note)
            for where, note in words.KEY_NOTES.items()
        ),
        ({"saved": False, "where": None, "ends_at": None}, words.NO_KEY),
    ],
)
def test_the_form_says_where_the_key_is(key: dict[str, object], note: str) -> None:
    assert form(session_key=key)["session_key"]["note"] == note


@pytest.mark.parametrize(
    ("code", "note"),
    [
        ("keyring_locked", words.KEY_UNKNOWN),
        ("keyring_failed", words.KEY_UNKNOWN),
        ("keyring_missing", words.NO_KEY),
        (None, words.NO_KEY),
    ],
)
def test_a_keyring_that_cannot_be_read_may_have_a_key(code: str | None, note: str) -> None:
    none = {"saved": False, "where": None, "ends_at": None}
    assert form(session_key=none, keyring={"problem": code})["session_key"]["note"] == note


@pytest.mark.parametrize(
    ("days", "words_of_end"),
    [
        (None, None),
        (28, "It ends on 17 Sep."),
        (-1, "It was to end on 19 Aug, so claude.ai may refuse it at any time."),
    ],
)
def test_the_form_says_when_the_key_ends_if_that_is_known(days: int | None, words_of_end: str | None) -> None:
    ends_at = None if days is None else (NOON + timedelta(days=days)).timestamp()
    state = form_state(**(STATE | {"session_key": {"saved": True, "where": "keyring", "ends_at": ends_at}}))
    assert form_for(state, NOON)["session_key"]["ends"] == words_of_end


@pytest.mark.parametrize("code", ["keyring_locked", "keyring_missing", "keyring_failed"])
def test_each_keyring_failure_has_its_own_words(code: str) -> None:
    keyring = form(keyring={"problem": code})["keyring"]
    assert keyring["available"] is False
    others = set(ErrorCode) - {ErrorCode(code)}
    assert all(form(keyring={"problem": other})["keyring"] != keyring for other in others)


def test_an_overridden_field_is_locked_with_its_variable() -> None:
    locked = form(overrides=["interval_seconds"])["locked"]
    assert locked == {"interval_seconds": words.LOCKED.format(variable="CLAUDOMETER_INTERVAL_SECONDS")}


def test_a_missing_login_comes_with_a_step_that_helps() -> None:
    login = form(login={"found": False, "code": "login_missing", "folder": "x", "closed": None, "facts": {}})[
        "login"
    ]
    assert login["found"] is False
    assert "claude" in login["hint"]


@pytest.mark.parametrize(
    ("code", "command"),
    [("login_denied", "chmod 600 /x/.credentials.json"), ("login_folder_denied", "chmod u+rx /x")],
)
def test_an_unreadable_login_comes_with_the_command_that_makes_it_readable(code: str, command: str) -> None:
    login = {"found": False, "code": code, "folder": "~/.claude", "closed": "/x", "facts": {}}
    shown = form(login=login)["login"]
    assert shown["command"] == command
    assert shown["hint"].endswith(":")
    assert command not in shown["hint"]


def test_the_default_folder_is_an_empty_field() -> None:
    assert form()["claude_folder"] == {"value": "", "default": "~/.claude"}


def test_the_demo_does_not_say_that_it_found_a_login() -> None:
    login: dict[str, object] = {
        "found": True,
        "code": None,
        "folder": "~/.claude",
        "closed": None,
        "facts": {},
    }
    made = form(login=login, demo=True)["login"]
    assert made["found"] is True, "nothing is missing for it"
    assert made["message"] == words.SAMPLE_DATA


def test_a_chosen_folder_without_a_login_is_named_and_can_still_be_changed() -> None:
    login = {"found": False, "code": "login_missing", "folder": "~/work", "closed": None, "facts": {}}
    folder = {"own": "~/work", "variable": None}
    made = form(login=login, claude_folder=folder)
    assert made["claude_folder"]["value"] == "~/work"
    assert made["login"]["message"] == words.NO_LOGIN_IN.format(folder="~/work")
    assert "claude_folder" not in made["locked"]


@pytest.mark.parametrize("variable", ["CLAUDE_CONFIG_DIR", "CLAUDE_SECURESTORAGE_CONFIG_DIR"])
def test_a_folder_set_by_the_environment_is_locked_with_its_variable(variable: str) -> None:
    made = form(claude_folder={"own": "~/work", "variable": variable})
    assert made["locked"] == {"claude_folder": words.LOCKED.format(variable=variable)}


def test_an_organization_without_a_name_can_still_be_chosen() -> None:
    assert [organization["name"] for organization in form()["organizations"]] == [
        "Example",
        words.UNNAMED_ORGANIZATION,
    ]


def test_the_form_offers_the_intervals_that_the_settings_accept() -> None:
    interval = {"min": MIN_INTERVAL_S, "max": MAX_INTERVAL_S, "kept_from": MOVING_S}
    assert form()["interval"] == interval
