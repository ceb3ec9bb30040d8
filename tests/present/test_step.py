"""A step and the line to type for it: the window shows the line apart, with a button that copies it."""

from __future__ import annotations

import re

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.present.messages.errors import MESSAGES, message_for_code
from claudometer.present.messages.history_faults import REASONS
from claudometer.present.messages.tray_hosts import NOTICES
from claudometer.present.step import step_of

COMMAND = "sudo apt install some: thing"
HOLES = re.compile(r"\{(command|make_own|quoted_path|quoted_folder|login_folder)\}[^ ]*$")
HINTS = [(ErrorCode.HISTORY_UNKEPT, message.hint) for message in (*REASONS.values(), *NOTICES.values())] + [
    (code, message.hint) for code, message in MESSAGES.items()
]


def test_a_line_at_the_end_of_a_hint_is_apart_from_its_words() -> None:
    hint = message_for_code(ErrorCode.LOGIN_DENIED, {"login_folder": "/home/somebody/.claude"}).hint
    assert step_of(ErrorCode.LOGIN_DENIED, hint) == (
        "Run this to allow it:",
        "chmod 600 /home/somebody/.claude/.credentials.json",
    )
    missing = message_for_code(ErrorCode.TRAY_TOOLKIT_MISSING, {"command": COMMAND}).hint
    assert step_of(ErrorCode.TRAY_TOOLKIT_MISSING, missing) == ("Install it:", COMMAND)


def test_the_command_to_log_in_can_be_copied() -> None:
    hint = message_for_code(ErrorCode.LOGIN_REJECTED).hint
    assert step_of(ErrorCode.LOGIN_REJECTED, hint) == (hint, "claude")


@pytest.mark.parametrize(("code", "hint"), HINTS)
def test_the_catalogs_hints_end_with_a_line_or_with_a_period(code: ErrorCode, hint: str) -> None:
    words, command = step_of(code, hint)
    if HOLES.search(hint):
        assert command is not None
        assert f"{words} {command}" == hint
    else:
        assert words == hint
        assert command in {None, "claude"}
