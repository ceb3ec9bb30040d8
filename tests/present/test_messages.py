"""Every error has its two sentences, and they read well."""

from __future__ import annotations

import re
import string

import pytest

from claudometer.domain.errors import ErrorCode, Fact
from claudometer.domain.region import UTC_REGION
from claudometer.domain.snapshot import Problem
from claudometer.present.messages import MESSAGES, message_for, message_for_code
from tests.clocks import NOON

FACTS: dict[str, Fact] = {
    "until": "12:40",
    "behind_s": "3480",
    "deviation": "58 minutes slow",
    "http_status": 503,
    "error_type": "api_error",
    "moved_to": "settings.broken.json",
    "folder": "/state",
    "path": "/config/settings.json",
    "names": "mode, interval_seconds",
    "variable": "CLAUDOMETER_MODE",
    "allowed": "web or cli",
    "login_folder": "/home/somebody/.claude",
    "command": "apt install it",
    "pid": 7,
}


@pytest.mark.parametrize("code", ErrorCode)
def test_every_code_has_a_title_and_a_hint(code: ErrorCode) -> None:
    message = message_for_code(code, FACTS)
    assert message.title.endswith("."), "a title is a sentence"
    assert len(message.title) <= 110
    assert message.hint
    assert len(message.hint) <= 160
    assert not re.search(r"[{}]", message.title + message.hint)


@pytest.mark.parametrize("code", ErrorCode)
def test_a_fact_that_is_missing_does_not_break_the_sentence(code: ErrorCode) -> None:
    assert message_for_code(code).title


def test_every_placeholder_is_a_known_fact() -> None:
    for message in MESSAGES.values():
        for _, name, _, _ in string.Formatter().parse(message.title + message.hint):
            assert name is None or name in FACTS


def test_no_two_codes_share_a_title() -> None:
    titles = [message.title for message in MESSAGES.values()]
    assert len(titles) == len(set(titles))


def test_an_error_in_the_place_of_the_usage_is_named_where_it_has_a_name() -> None:
    assert message_for_code(ErrorCode.ERROR_ANSWER, {"error_type": "api_error"}).title == (
        "Claude's answer was not the usage but an error (api_error)."
    )
    assert message_for_code(ErrorCode.ERROR_ANSWER, {"http_status": 200}).title == (
        "Claude's answer was not the usage but an error."
    )


@pytest.mark.parametrize(
    ("folder", "path"),
    [("/srv/claude", "/srv/claude/.credentials.json"), ("/my logins", "'/my logins'/.credentials.json")],
)
def test_a_login_that_is_locked_away_comes_with_a_command_for_where_it_lies(folder: str, path: str) -> None:
    problem = Problem(ErrorCode.LOGIN_DENIED, facts=(("login_folder", folder),))
    assert message_for(problem, UTC_REGION).hint.endswith(f": chmod 600 {path}")


def test_a_problem_tells_the_time_in_the_users_zone() -> None:
    problem = Problem(ErrorCode.RATE_LIMITED, until=NOON)
    assert message_for(problem, UTC_REGION).title == "Claude asked us to wait until 12:00."


@pytest.mark.parametrize(
    ("reason", "word"), [("api_key", "API key"), ("login", "Claude Code token"), ("empty", "empty")]
)
def test_a_key_of_the_wrong_kind_is_named(reason: str, word: str) -> None:
    assert word in message_for_code(ErrorCode.SESSION_KEY_MALFORMED, {"reason": reason}).title


@pytest.mark.parametrize(
    ("behind_s", "says"),
    [
        (3480, "58 minutes slow"),
        (61, "1 minute slow"),
        (3599, "1 hour slow"),
        (-3600, "1 hour fast"),
        (7500, "2 hours 5 minutes slow"),
        (-31_536_000, "365 days fast"),
        (90_061, "1 day 1 hour slow"),
    ],
)
def test_a_wrong_clock_is_told_by_how_much_and_which_way(behind_s: int, says: str) -> None:
    problem = Problem(ErrorCode.CLOCK_WRONG, facts=(("behind_s", str(behind_s)),))
    assert message_for(problem, UTC_REGION).title == f"This computer's clock is {says}."
