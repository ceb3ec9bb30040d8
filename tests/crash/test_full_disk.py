"""Tests the real program on a full disk: files stay complete, no number is lost, and a message reports it."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.domain.settings import Settings
from claudometer.present.messages.errors import message_for_code
from claudometer.settings.store import SettingsStore
from tests import canary
from tests.crash.test_killed import home_with_login
from tests.end_to_end.person import PROGRAM
from tests.kept_requests import kept_requests
from tests.sentences import title

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulator import Simulator

ROOM_BYTES = 64  # less than any file of the program

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits on file size are POSIX")


def leave_no_room() -> None:
    """Limit the size of files in a child process, so that a write fails in the middle as on a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM_BYTES, ROOM_BYTES))


def test_the_numbers_are_kept_on_a_full_disk_and_a_message_reports_it(simulator: Simulator) -> None:
    with home_with_login(simulator, canary.ACCESS_TOKEN) as home:
        env = home.env | simulator.environment()
        subprocess.run([PROGRAM, "status"], env=env, check=True, capture_output=True, timeout=120)
        state = home.state / "claudometer/history.db"
        before = state.read_bytes()
        done = subprocess.run(
            [PROGRAM, "status", "--json"],
            env=env,
            capture_output=True,
            text=True,
            timeout=120,
            preexec_fn=leave_no_room,
            check=False,
        )
        report = json.loads(done.stdout)
        assert done.stderr == ""
        assert report["message"] == title(ErrorCode.STATE_UNKEPT, folder=str(state.parent))
        assert report["hint"].endswith("The disk is full. Free some space on it.")
        assert [limit["percent"] for limit in report["limits"]] == [81.0, 28.6, 66.0]
        assert state.read_bytes() == before
        assert list(state.parent.glob(".*.tmp")) == []
        assert len(simulator.requests) == 2  # the numbers come all the same, and are remembered nowhere
        assert [each.outcome for each in kept_requests(state.parent, datetime.now(UTC))] == ["ok"]


def test_a_failed_save_leaves_the_old_settings_complete(tmp_path: Path) -> None:
    store = SettingsStore(tmp_path / "settings.json")
    store.save(Settings(interval_seconds=120))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM_BYTES, hard))
    try:
        with pytest.raises(ClaudometerError) as raised:
            store.save(Settings(interval_seconds=300))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert raised.value.code is ErrorCode.SETTINGS_UNWRITABLE
    hint = message_for_code(raised.value.code, raised.value.facts).hint
    assert hint == "The disk is full. Free some space on it."
    assert store.load().settings == Settings(interval_seconds=120)
    assert [path.name for path in tmp_path.iterdir()] == ["settings.json"]
