"""Real drives that are full or read-only: a file system in memory, mounted where the program keeps data."""

from __future__ import annotations

import sqlite3
import subprocess
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.present.messages.alert_list import NONE, NONE_SAVED
from claudometer.store.connecting import FILE_NAME
from tests.sentences import title

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.end_to_end.person import Person

LINES = ("history", "history --json", "resets", "alerts", "export --csv", "export --json")
"""Commands that read what was saved."""


def mount(*words: str | Path) -> bool:
    return subprocess.run(("mount", *words), check=False, capture_output=True, timeout=30).returncode == 0


@pytest.fixture
def drive(cli_user: Person) -> Iterator[Path]:
    """A drive of 2 MB with the state of somebody who has read the numbers once."""
    place = cli_user.home.state
    try:
        is_mounted = mount("-t", "tmpfs", "-o", "size=2m,mode=0700", "none", place)
    except FileNotFoundError:
        is_mounted = False
    if not is_mounted:
        pytest.skip("mounting a drive takes rights that this user does not have")
    try:
        assert cli_user.run("status").returncode == 0
        yield place
    finally:
        subprocess.run(("umount", "--lazy", place), check=True, timeout=30)


def fill(drive: Path) -> Path:
    """Write until nothing more fits; return the file to delete."""
    file = drive / "fill"
    with file.open("wb", buffering=0) as out:
        try:
            while out.write(bytes(512)):
                pass
        except OSError:
            return file
    raise AssertionError


def said_of_full(drive: Path) -> str:
    folder = str(drive / "claudometer")
    return title(ErrorCode.HISTORY_UNKEPT, reason="full", folder=folder, path=str(drive / FILE_NAME))


@pytest.mark.parametrize("line", [line for line in LINES if line != "alerts"])
def test_what_was_saved_can_be_read_on_a_full_drive(cli_user: Person, drive: Path, line: str) -> None:
    """SQLite wants a shared file beside the database, and calls its refusal an error of the drive."""
    before = cli_user.run(*line.split()).stdout
    for suffix in ("-wal", "-shm"):  # as after the app has ended
        (drive / "claudometer" / f"{FILE_NAME}{suffix}").unlink(missing_ok=True)
    fill(drive)
    done = cli_user.run(*line.split())
    assert done.returncode == 0
    if line == "resets":  # it has nothing to list yet, so it says why nothing is saved
        assert done.stderr.startswith(f"claudometer: {said_of_full(drive)} Free some space")
    else:
        assert done.stderr == ""
    assert len(done.stdout) == pytest.approx(len(before), abs=30)  # the times move on


def test_alerts_on_a_full_drive_say_that_some_may_be_missing_and_why(cli_user: Person, drive: Path) -> None:
    filled = fill(drive)
    done = cli_user.run("alerts")
    assert (done.returncode, done.stdout.strip()) == (0, NONE_SAVED)
    assert done.stderr.startswith(f"claudometer: {said_of_full(drive)} Free some space")
    filled.unlink()
    done = cli_user.run("alerts")
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, NONE, "")


def test_alerts_that_were_never_saved_are_not_denied_on_a_read_only_drive(
    cli_user: Person, drive: Path
) -> None:
    for each in (drive / "claudometer").glob(f"{FILE_NAME}*"):
        each.unlink()
    assert mount("-o", "remount,ro", drive)
    done = cli_user.run("alerts")
    assert (done.returncode, done.stdout.strip()) == (0, NONE_SAVED)
    assert "is read-only" in done.stderr


def test_clearing_on_a_full_drive_says_so_in_one_sentence(cli_user: Person, drive: Path) -> None:
    fill(drive)
    done = cli_user.run("history", "clear", "--yes")
    assert done.returncode == 69
    assert done.stderr.startswith(f"claudometer: {said_of_full(drive)} Free some space")
    assert done.stderr.count("\n") == 1


def test_the_check_calls_no_history_kept_on_a_full_drive(cli_user: Person, drive: Path) -> None:
    assert "Kept since" in cli_user.run("doctor").stdout
    with closing(sqlite3.connect(drive / "claudometer" / FILE_NAME)) as opened:  # as a running app has it
        opened.execute("SELECT count(*) FROM points").fetchone()
        fill(drive)
        found = cli_user.run("doctor").stdout
    assert "is full" in found
    assert "Kept since" not in found


def test_on_a_drive_that_turned_read_only_clearing_says_so_and_reading_goes_on(
    cli_user: Person, drive: Path
) -> None:
    assert mount("-o", "remount,ro", drive)
    done = cli_user.run("history", "clear", "--yes")
    folder = str(drive / "claudometer")
    said = title(ErrorCode.HISTORY_UNKEPT, reason="read_only", folder=folder, path=str(drive / FILE_NAME))
    assert done.returncode == 69
    assert done.stderr.startswith(f"claudometer: {said}")
    assert done.stderr.count("\n") == 1
    for line in LINES:
        assert cli_user.run(*line.split()).returncode == 0, line
