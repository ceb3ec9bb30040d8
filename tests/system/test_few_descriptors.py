"""Tests a process without free file descriptors: files fail, are retried, and do not fill the log."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tests.kept_requests import kept_requests

if TYPE_CHECKING:
    from pathlib import Path

USE_EVERYTHING_WITHOUT_DESCRIPTORS = """
import asyncio, os, resource, sys
from datetime import UTC, datetime
from pathlib import Path
from claudometer.domain.token_bucket import OAUTH_BUDGET
from claudometer.domain.clock import SystemClock
from claudometer.domain.ledger import RequestRecord
from claudometer.domain.settings import Settings
from claudometer.engine.buckets import BucketStore
from claudometer.processes.opening_history import find_notes
from claudometer.store.history import History
from claudometer.providers.claude.login_reader import LoginReader
from claudometer.providers.claude.cached_usage import CachedUsageSource
from claudometer.providers.claude.status_line import StatusLineSource
from claudometer.settings.store import SettingsStore
from claudometer.system.logs import start_logging
from claudometer.system.state import JsonState

home = Path(sys.argv[1])
start_logging(home / "log")
state = JsonState(home / "state.json")
notes = find_notes(home, History(home / "history.db"))
buckets = BucketStore(state)
clock = SystemClock()
readers = [CachedUsageSource(lambda: home, clock), StatusLineSource(lambda: home, home, clock)]
login = LoginReader(lambda: home)
store = SettingsStore(home / "settings.json")
store.save(Settings(interval_seconds=300))
(home / ".credentials.json").write_text("{}")

async def story():
    now = datetime.now(UTC)
    resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))  # few, so that all of them can be held quickly
    held = []
    try:
        while True:
            held.append(os.open("/dev/null", os.O_RDONLY))
    except OSError:
        pass
    for _ in range(300):
        await buckets.request("cli", OAUTH_BUDGET, now)
        await notes.note(RequestRecord(now, "claude.ai", "/api", "ok", 200, 0.5, "interval"))
        for reader in readers:
            await reader.stamp()
            await reader.read()
        await login.stamp()
        store.load()
    for number in held:
        os.close(number)
    await notes.note(RequestRecord(now, "claude.ai", "/api", "ok", 200, 0.5, "interval"))
    assert store.load().settings == Settings(interval_seconds=300), store.load()

asyncio.run(story())
"""


def test_files_fail_without_filling_the_log_and_work_again_later(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", USE_EVERYTHING_WITHOUT_DESCRIPTORS, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    log = (tmp_path / "log/claudometer.log").read_text()
    assert len(log) < 50_000
    assert "requests are written down again" in log
    assert kept_requests(tmp_path, datetime.now(UTC))
