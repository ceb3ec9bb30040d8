"""A refused save: its hint is for whoever has just clicked, and promises nothing that a test does not do."""

from __future__ import annotations

import re

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.present.messages.answers import for_save
from claudometer.present.messages.errors import message_for_code

PROMISES = re.compile(r"automatically|tries again|will try|refresh|keeps showing", re.I)
OF_OTHERS = {ErrorCode.SESSION_KEY_UNSAVED}  # after an answer that renewed the key; no save ends so
OF_A_SAVE = sorted(code for code in set(ErrorCode) - OF_OTHERS if not code.name.startswith("LOGIN_"))


@pytest.mark.parametrize("code", OF_A_SAVE)
def test_no_hint_of_a_save_promises_another_try(code: ErrorCode) -> None:
    message = for_save(code, message_for_code(code, {"http_status": 503}))
    assert message.hint
    assert not PROMISES.search(message.hint)


def test_a_server_in_trouble_leaves_the_key_untested_and_that_is_said() -> None:
    message = for_save(ErrorCode.SERVER_ERROR, message_for_code(ErrorCode.SERVER_ERROR, {"http_status": 503}))
    assert "HTTP 503" in message.title
    assert message.hint == "The key could not be checked, so it was not saved. Try again later."


def test_a_wait_without_a_known_end_leaves_no_gap_in_the_sentence() -> None:
    message = for_save(ErrorCode.RATE_LIMITED, message_for_code(ErrorCode.RATE_LIMITED))
    assert "…" not in message.title


def test_what_helps_with_the_key_itself_stays() -> None:
    refused = message_for_code(ErrorCode.SESSION_KEY_REFUSED)
    assert for_save(ErrorCode.SESSION_KEY_REFUSED, refused) == refused
