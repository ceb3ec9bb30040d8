"""Why something could not be written or read, and the step for it."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.present.messages.errors import message_for_code
from claudometer.present.step import step_of
from claudometer.system.files import make_private_folder
from claudometer.system.regular_files import NotRegularFileError
from claudometer.system.write_faults import cause_of, cause_of_unread
from tests.unprivileged import unprivileged

if TYPE_CHECKING:
    from pathlib import Path

WRITE_FAULTS = (
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


@pytest.mark.parametrize("code", WRITE_FAULTS)
@pytest.mark.parametrize(
    ("number", "step"),
    [
        (errno.ENOSPC, "The disk is full. Free some space on it."),
        (errno.EFBIG, "The disk is full. Free some space on it."),
        (errno.EDQUOT, "Your share of the disk (your quota) is used up. Delete files of yours there."),
        (errno.EROFS, "The drive is read-only. Make it writable."),
        (errno.EIO, "The drive reports errors. Check it, and copy what you need to another one."),
    ],
)
def test_each_cause_has_its_own_step(tmp_path: Path, number: int, step: str, code: ErrorCode) -> None:
    hint = hint_after(OSError(number, os.strerror(number)), tmp_path, code)
    assert hint.endswith(step)
    assert "permission" not in hint


@pytest.mark.skipif(os.name == "nt", reason="modes of POSIX")
@pytest.mark.parametrize("code", WRITE_FAULTS)
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


@pytest.mark.parametrize("code", WRITE_FAULTS)
def test_what_is_in_a_folders_place_is_to_be_moved_away(tmp_path: Path, code: ErrorCode) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_bytes(b"")
    for folder in (in_the_way, in_the_way / "below"):
        with pytest.raises(OSError, match=str(in_the_way)) as raised:
            make_private_folder(folder)
        step = f"{in_the_way} is a file or a link, not a folder. Move it away."
        assert hint_after(raised.value, folder, code).endswith(step)


@pytest.mark.skipif(os.name == "nt", reason="links of POSIX")
def test_a_link_to_a_private_folder_is_to_be_moved_away(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(tmp_path)
    with pytest.raises(PermissionError) as raised:
        make_private_folder(link)
    assert hint_after(raised.value, link) == f"{link} is a file or a link, not a folder. Move it away."


READ = (ErrorCode.LEDGER_UNREADABLE, ErrorCode.SETTINGS_UNREADABLE)


def hint_after_reading(file: Path, code: ErrorCode) -> str:
    try:
        with unprivileged():
            file.read_bytes()
    except OSError as error:
        with unprivileged():
            facts = cause_of_unread(error, file)
        return message_for_code(code, {"folder": str(file.parent), "path": str(file)} | facts).hint
    raise AssertionError(f"{file} can be read")


@pytest.mark.skipif(os.name == "nt", reason="modes of POSIX")
@pytest.mark.parametrize("code", READ)
def test_a_file_or_folder_that_is_closed_to_reading_has_a_line_to_type(
    tmp_path: Path, code: ErrorCode
) -> None:
    folder = tmp_path / "it is closed"
    folder.mkdir()
    file = folder / "requests.jsonl"
    file.write_bytes(b"")
    file.chmod(0)
    assert step_of(code, hint_after_reading(file, code)).command == f"chmod u+rw '{file}'"
    folder.chmod(0)
    hint = hint_after_reading(file, code)
    folder.chmod(0o700)
    assert step_of(code, hint).command == f"chmod u+rwx '{folder}'"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives a file away")
@pytest.mark.parametrize("code", READ)
def test_another_users_file_is_to_be_made_ones_own(tmp_path: Path, code: ErrorCode) -> None:
    tmp_path.chmod(0o755)
    file = tmp_path / "requests.jsonl"
    file.write_bytes(b"")
    file.chmod(0o600)
    os.chown(file, 12345, 12345)
    hint = hint_after_reading(file, code)
    assert "The file belongs to 12345. Make it your own: " in hint
    assert "chown" in hint
    assert "-R" not in hint


def test_what_is_no_file_is_to_be_moved_away(tmp_path: Path) -> None:
    facts = {"path": str(tmp_path)} | cause_of_unread(NotRegularFileError(tmp_path), tmp_path)
    assert message_for_code(ErrorCode.LEDGER_UNREADABLE, facts).hint == (
        f"{tmp_path} is not a regular file. Move it away."
    )


def test_an_unknown_cause_of_reading_is_not_guessed(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for error in (TimeoutError("no response"), OSError("what"), PermissionError(errno.EACCES, "denied")):
        assert cause_of_unread(error, tmp_path / "file") == {}
