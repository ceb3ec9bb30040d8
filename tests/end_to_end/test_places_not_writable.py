"""Tests folders that cannot be written and files that cannot be locked: that costs memory, not numbers."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.domain.ledger import RequestRecord, encode_record
from tests.sentences import hint_once, title
from tests.simulator import bodies

if TYPE_CHECKING:
    from pathlib import Path

    from tests.end_to_end.person import Person
    from tests.simulator import Simulator

AS_NOBODY = """
import sys
from tests.unprivileged import unprivileged
from claudometer.cli.entry import main
with unprivileged():
    sys.exit(main(sys.argv[1:]))
"""
WITHOUT_LOCKS = """
import errno, fcntl, os, sys
number = getattr(errno, sys.argv[1])
def refuse(*_):
    raise OSError(number, os.strerror(number))
fcntl.flock = fcntl.lockf = refuse
from claudometer.cli.entry import main
sys.exit(main(sys.argv[2:]))
"""


def run(person: Person, script: str, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command in a process that ``script`` prepares."""
    return subprocess.run(
        [sys.executable, "-c", script, *words],
        env=person.home.env | person.env,
        input=given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def closed(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o500)
    return folder


@pytest.mark.parametrize("name", ["state", "config", "runtime", "home"])
def test_a_folder_that_cannot_be_written_costs_no_numbers(
    cli_user: Person, simulator: Simulator, name: str
) -> None:
    home = cli_user.home
    places = {"state": home.state, "config": home.config, "runtime": home.runtime, "home": home.path}
    folder = closed(places[name])
    try:
        for requests in (1, 2):
            done = run(cli_user, AS_NOBODY, "status", "--format", "{session.percent}")
            assert (done.returncode, done.stdout, done.stderr) == (0, "81\n", "")
            assert len(simulator.requests) == requests
    finally:
        folder.chmod(0o700)


@pytest.mark.parametrize("place", ["file", "loop", "too long", "database and file are folders"])
def test_a_state_place_of_another_kind_costs_no_numbers(
    cli_user: Person, simulator: Simulator, place: str
) -> None:
    root = cli_user.home.root
    named = {"file": root / "file", "loop": root / "loop", "too long": root / ("x" * 300)}
    named["file"].touch()
    named["loop"].symlink_to(named["loop"])
    if place in named:
        cli_user.env["XDG_STATE_HOME"] = str(named[place])
    else:
        cli_user.state_file.mkdir(parents=True)
        cli_user.state_file.with_name("state.json").mkdir()
    exit_code, report = cli_user.read_status()
    assert (exit_code, report["status"], len(simulator.requests)) == (0, "ok", 1)
    assert report["message"] == title(ErrorCode.STATE_UNWRITABLE).replace(
        "…", str(named.get(place, cli_user.home.state) / "claudometer")
    )


def test_a_state_folder_that_can_be_neither_read_nor_written_costs_no_numbers(
    cli_user: Person, simulator: Simulator
) -> None:
    cli_user.run("status")
    folder = cli_user.state_file.parent
    folder.chmod(0)
    try:
        done = run(cli_user, AS_NOBODY, "status", "--format", "{session.percent}")
    finally:
        folder.chmod(0o700)
    assert (done.returncode, done.stdout) == (0, "81\n")
    assert len(simulator.requests) == 2


def test_a_wait_that_claude_asked_for_outlives_a_command_that_cannot_write_its_state(
    cli_user: Person, simulator: Simulator
) -> None:
    simulator.oauth.stand(bodies.rate_limit("600"))
    folder = closed(cli_user.home.state)
    try:
        for _ in range(3):
            done = run(cli_user, AS_NOBODY, "status", "--json")
            report = json.loads(done.stdout)
            assert (done.returncode, report["status"]) == (69, "rate_limited")
            assert report["next_poll_at"] is not None
        assert len(simulator.requests) == 1
    finally:
        folder.chmod(0o700)


def test_numbers_from_the_spare_file_move_back_when_the_folder_can_be_written_again(
    cli_user: Person, simulator: Simulator
) -> None:
    folder = closed(cli_user.home.state)
    try:
        report = json.loads(run(cli_user, AS_NOBODY, "status", "--json").stdout)
        assert report["message"] == title(ErrorCode.STATE_UNWRITABLE, folder=str(cli_user.state_file.parent))
    finally:
        folder.chmod(0o700)
    spare = cli_user.home.runtime / "claudometer/control.state.json"
    assert spare.is_file()
    assert not cli_user.state_file.exists()
    simulator.oauth.stand(bodies.rate_limit("600"))
    report = json.loads(run(cli_user, AS_NOBODY, "status", "--json").stdout)
    assert [limit["percent"] for limit in report["limits"]] == [81.0, 28.6, 66.0]
    assert cli_user.state_file.is_file()
    assert not spare.exists()


def test_where_nothing_can_be_kept_the_message_says_what_that_means(
    cli_user: Person, simulator: Simulator
) -> None:
    home = cli_user.home
    folders = [closed(home.state), closed(home.runtime)]
    try:
        for requests in (1, 2):
            report = json.loads(run(cli_user, AS_NOBODY, "status", "--json").stdout)
            assert report["message"] == title(ErrorCode.STATE_UNKEPT, folder=str(cli_user.state_file.parent))
            command = f"chmod u+rwx {shlex.quote(str(folders[0]))}"
            assert report["hint"] == hint_once(ErrorCode.STATE_UNKEPT, reason="denied", command=command)
            assert len(simulator.requests) == requests
    finally:
        for folder in folders:
            folder.chmod(0o700)


@pytest.mark.parametrize(
    "number",
    ["ENOLCK", "ENOSYS", "EOPNOTSUPP", "EACCES", "EPERM", "EROFS", "EINVAL", "EIO", "EBADF", "ESTALE"],
)
def test_without_locks_the_numbers_come_and_are_remembered(
    cli_user: Person, simulator: Simulator, number: str
) -> None:
    older = cli_user.state_file.parent / "requests.jsonl"  # which is locked while it is taken over
    older.parent.mkdir(parents=True, exist_ok=True)
    older.write_bytes(encode_record(RequestRecord(datetime.now(UTC), "a.b", "/", "ok", 200, 0.5, "click")))
    for _ in range(2):
        done = run(cli_user, WITHOUT_LOCKS, number, "status", "--json")
        assert (done.returncode, done.stderr) == (0, "")
        assert json.loads(done.stdout)["message"] is None
    assert len(simulator.requests) == 2
    assert len(cli_user.read_ledger()) == 3
    assert not older.exists()
    assert cli_user.state_file.is_file()
    (log,) = cli_user.state_file.parent.rglob("terminal.log")
    assert f"files in {cli_user.state_file.parent} cannot be locked" in log.read_text("utf-8")


@pytest.mark.parametrize("number", ["ENOLCK", "EACCES"])
def test_without_locks_the_status_lines_numbers_are_kept(cli_user: Person, number: str) -> None:
    shown = {"session_id": "a", "rate_limits": {"five_hour": {"used_percentage": 12, "resets_at": 2e9}}}
    done = run(cli_user, WITHOUT_LOCKS, number, "statusline", given=json.dumps(shown))
    assert (done.returncode, done.stderr) == (0, "")
    assert list(cli_user.state_file.parent.glob("status-line-*.json"))


def test_the_demo_leaves_the_real_spare_file_alone(cli_user: Person) -> None:
    folder = closed(cli_user.home.state)
    try:
        run(cli_user, AS_NOBODY, "status")
        spare = cli_user.home.runtime / "claudometer/control.state.json"
        before = spare.read_bytes()
        assert run(cli_user, AS_NOBODY, "--demo", "status").returncode in (0, 1)  # 1: its session may be full
        assert spare.read_bytes() == before
    finally:
        folder.chmod(0o700)
