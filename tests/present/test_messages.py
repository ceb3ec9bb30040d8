"""Error messages with their facts filled in. Rules for all messages are in ``test_catalog``."""

from __future__ import annotations

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.domain.region import UTC_REGION
from claudometer.domain.snapshot import Problem
from claudometer.present.messages.errors import WITHOUT_FACTS, message_for, message_for_code
from tests.clocks import NOON


def test_an_error_sent_in_place_of_usage_is_named_if_it_has_a_type() -> None:
    named = message_for_code(ErrorCode.ERROR_ANSWER, {"error_type": "api_error"})
    unnamed = message_for_code(ErrorCode.ERROR_ANSWER, {"http_status": 200})
    assert "(api_error)" in named.title
    assert unnamed == WITHOUT_FACTS[ErrorCode.ERROR_ANSWER]


@pytest.mark.parametrize(
    ("folder", "path"),
    [("/srv/claude", "/srv/claude/.credentials.json"), ("/my logins", "'/my logins'/.credentials.json")],
)
def test_an_unreadable_login_comes_with_a_command_for_its_path(folder: str, path: str) -> None:
    problem = Problem(ErrorCode.LOGIN_DENIED, facts=(("login_folder", folder),))
    assert message_for(problem, UTC_REGION).hint.endswith(f": chmod 600 {path}")


def test_a_problem_gives_its_time_in_the_users_zone() -> None:
    problem = Problem(ErrorCode.RATE_LIMITED, until=NOON)
    assert message_for(problem, UTC_REGION).title == "Refreshing is paused until 12:00."


@pytest.mark.parametrize(
    ("reason", "word"), [("api_key", "API key"), ("login", "Claude Code token"), ("empty", "empty")]
)
def test_a_key_of_the_wrong_kind_is_called_what_it_is(reason: str, word: str) -> None:
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
def test_a_wrong_clock_is_reported_with_amount_and_direction(behind_s: int, says: str) -> None:
    problem = Problem(ErrorCode.CLOCK_WRONG, facts=(("behind_s", str(behind_s)),))
    assert message_for(problem, UTC_REGION).title == f"This computer's clock is {says}."
