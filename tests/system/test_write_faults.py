"""Why something could not be written, and the step for it."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.present.messages.errors import message_for_code
from claudometer.present.step import step_of
from claudometer.system.write_faults import cause_of
from tests.unprivileged import unprivileged

if TYPE_CHECKING:
    from pathlib import Path

SAID_OF = (
    ErrorCode.STATE_UNWRITABLE,
    ErrorCode.STATE_UNKEPT,
    ErrorCode.SETTINGS_UNWRITABLE,
    ErrorCode.NUMBERS_LEFT,
    ErrorCode.CONTROL_UNAVAILABLE,
    ErrorCode.AUTOSTART_FAILED,
    ErrorCode.CLAUDE_SETTINGS_UNCHANGED,
)


def hint_after(error: BaseException, folder: Path, code: ErrorCode = ErrorCode.SETTINGS_UNWRITABLE) -> str:
    facts = {"folder": str(folder), "path": str(folder / "settings.json")} | cause_of(error, folder)
    return message_for_code(code, facts).hint


@pytest.mark.parametrize("code", SAID_OF)
@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "The disk is full. Free some space on it."),
        (errno.EFBIG, "The disk is full. Free some space on it."),
        (errno.EDQUOT, "Your share of the disk (your quota) is used up. Delete files of yours there."),
        (errno.EROFS, "The drive is read-only. Make it writable."),
        (errno.EIO, "The drive reports errors. Check it, and copy what you need to another one."),
    ],
)
def test_each_cause_has_its_own_step(tmp_path: Path, number: int, said: str, code: ErrorCode) -> None:
    hint = hint_after(OSError(number, os.strerror(number)), tmp_path, code)
    assert hint.endswith(said)
    assert "permission" not in hint


@pytest.mark.skipif(os.name == "nt", reason="modes of POSIX")
@pytest.mark.parametrize("code", SAID_OF)
def test_a_folder_that_is_closed_has_a_line_to_type(tmp_path: Path, code: ErrorCode) -> None:
    folder = tmp_path / "it is closed"
    folder.mkdir(mode=0o700)
    with unprivileged():
        own = folder / "own"
        own.mkdir(mode=0o500)
        with pytest.raises(PermissionError) as raised:
            (own / "below").mkdir()
        hint = hint_after(raised.value, own / "below" / "more", code)
        own.chmod(0o700)
    assert step_of(code, hint).command == f"chmod u+rwx '{own}'"


@pytest.mark.skipif(os.name == "nt", reason="owners of POSIX")
def test_another_users_folder_is_not_opened_with_chmod(tmp_path: Path) -> None:
    hint = hint_after(PermissionError(errno.EACCES, "denied"), tmp_path)
    assert hint == f"Check the disk space and the permissions of {tmp_path}.", "this folder refuses nothing"
    if os.geteuid() == 0:
        os.chown(tmp_path, 12345, 12345)
        with unprivileged():
            hint = hint_after(PermissionError(errno.EACCES, "denied"), tmp_path)
        assert hint.startswith("The folder belongs to 12345. Make it your own: ")
        assert "chown" in hint


@pytest.mark.parametrize("error", [TimeoutError("no response"), OSError("what"), ValueError("other")])
def test_an_unknown_cause_is_not_guessed(tmp_path: Path, error: Exception) -> None:
    assert cause_of(error, tmp_path) == {}
