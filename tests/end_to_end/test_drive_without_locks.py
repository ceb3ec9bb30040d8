"""A state folder on a drive without file locks: nothing waits, and everything that is said of it is so."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.drive_without_locks import without_locks

if TYPE_CHECKING:
    from pathlib import Path

    from tests.end_to_end.person import Person
    from tests.simulator import Simulator

NO_LOCKS = "The history is not saved: the drive with ~/.local/state/claudometer cannot lock files."
ERRORS = ["ENOLCK", "EOPNOTSUPP"]
"""SQLite calls the first a lock of another program, and the second an error of the drive."""


def checked(person: Person) -> dict[str, Any]:
    report = json.loads(person.run("doctor", "--json").stdout)
    return {check["id"]: check for check in report["checks"]}


@pytest.mark.parametrize("number", ERRORS)
def test_who_has_sent_nothing_has_the_whole_budget(
    cli_user: Person, simulator: Simulator, tmp_path: Path, number: str
) -> None:
    cli_user.env |= without_locks(tmp_path, cli_user.home.state, number)
    assert checked(cli_user)["history"]["sentence"] == NO_LOCKS  # also before anything was to be saved
    for _ in range(2):  # the start of the app, and the first click
        assert cli_user.run("status", "--format", "{session.percent}").stdout == "81\n"
    assert [each.method for each in simulator.requests].count("GET") == 2
    found = checked(cli_user)
    assert found["room"]["sentence"] == "At most 26 of 28 an hour."
    assert found["history"]["sentence"] == NO_LOCKS
    assert found["history"]["action"]["text"].startswith("Set XDG_STATE_HOME")
