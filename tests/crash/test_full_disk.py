"""A disk that takes nothing: no half of anything, no number lost, and it is said. The real program."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.domain.settings import Settings
from claudometer.settings.store import SettingsStore
from tests import canary
from tests.crash.test_killed import somebody
from tests.end_to_end.person import PROGRAM
from tests.sentences import title

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulator import Simulator

ROOM_BYTES = 64

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits a file's size as Unix does")


def leave_no_room() -> None:
    """Let no file of the program about to run grow beyond some bytes: the disk is full in mid-write."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM_BYTES, ROOM_BYTES))


def test_on_a_full_disk_the_old_numbers_stay_whole_and_that_is_said(simulator: Simulator) -> None:
    with somebody(simulator, canary.ACCESS_TOKEN) as home:
        env = home.env | simulator.environment()
        subprocess.run([PROGRAM, "status"], env=env, check=True, capture_output=True, timeout=30)
        state = home.state / "claudometer/state.json"
        before = state.read_bytes()
        done = subprocess.run(
            [PROGRAM, "status", "--json"],
            env=env,
            capture_output=True,
            text=True,
            timeout=30,
            preexec_fn=leave_no_room,
            check=False,
        )
        report = json.loads(done.stdout)
        assert done.stderr == ""
        assert report["message"] == title(ErrorCode.STATE_UNWRITABLE)
        assert "disk space" in report["hint"]
        assert [limit["percent"] for limit in report["limits"]] == [81.0, 28.6, 66.0]
        assert state.read_bytes() == before
        assert list(state.parent.glob(".*.tmp")) == []
        assert len(simulator.requests) == 1
        ledger = (state.parent / "requests.jsonl").read_bytes()
        assert [json.loads(line)["outcome"] for line in ledger.splitlines()] == ["ok"]


def test_settings_that_do_not_fit_leave_the_old_ones_whole(tmp_path: Path) -> None:
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
    assert store.load().settings == Settings(interval_seconds=120)
    assert [each.name for each in tmp_path.iterdir()] == ["settings.json"]
