"""Hints after a refused save: for the user who just clicked, and without a promise to try again."""

from __future__ import annotations

import re

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.present.messages.answers import for_save
from claudometer.present.messages.errors import message_for_code

PROMISES = re.compile(r"automatically|tries again|will try|refresh|keeps showing", re.I)
# It follows a response that renewed the key; no save ends with it.
NEVER_OF_A_SAVE = {ErrorCode.SESSION_KEY_UNSAVED}
OF_A_SAVE = sorted(code for code in set(ErrorCode) - NEVER_OF_A_SAVE if not code.name.startswith("LOGIN_"))


@pytest.mark.parametrize("code", OF_A_SAVE)
def test_no_hint_of_a_save_promises_a_retry(code: ErrorCode) -> None:
    message = for_save(code, message_for_code(code, {"http_status": 503}))
    assert message.hint
    assert not PROMISES.search(message.hint)


def test_after_a_server_error_the_hint_says_that_the_key_could_not_be_checked() -> None:
    message = for_save(ErrorCode.SERVER_ERROR, message_for_code(ErrorCode.SERVER_ERROR, {"http_status": 503}))
    assert "HTTP 503" in message.title
    assert message.hint == "The key could not be checked, so it was not saved. Try again later."


def test_a_wait_of_unknown_length_leaves_no_gap_in_the_sentence() -> None:
    message = for_save(ErrorCode.RATE_LIMITED, message_for_code(ErrorCode.RATE_LIMITED))
    assert "…" not in message.title


def test_a_message_about_the_key_itself_is_unchanged() -> None:
    refused = message_for_code(ErrorCode.SESSION_KEY_REFUSED)
    assert for_save(ErrorCode.SESSION_KEY_REFUSED, refused) == refused
