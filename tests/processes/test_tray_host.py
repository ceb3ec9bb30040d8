"""The first report about the panel that still holds when the engine runs decides what the user sees."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from claudometer.present.messages import start
from tests.cli.terminal import Terminal

if TYPE_CHECKING:
    from pathlib import Path

REPORTS = """
import asyncio, sys
from types import SimpleNamespace
from claudometer.domain.settings import Settings
from claudometer.domain.tray_state import TrayState
from claudometer.processes.tray_host import TrayHost

engine = SimpleNamespace(
    settings=Settings(), notice=lambda *_, **__: None, request_window=lambda: print("a window", flush=True)
)

async def main():
    running = asyncio.Event()

    async def started():
        await running.wait()
        return engine

    host = TrayHost(started, demo=False)
    calls = [asyncio.ensure_future(host.note(TrayState(word))) for word in sys.argv[1:]]
    await asyncio.sleep(0.2)
    running.set()
    await asyncio.gather(*calls)

asyncio.run(main())
print("done", flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no terminals of this kind")
@pytest.mark.parametrize(
    ("reports", "line", "has_window"),
    [
        (["shown"], start.IN_TRAY, False),
        (["no_panel"], start.IN_WINDOW, True),
        (["no_panel", "shown"], start.IN_TRAY, False),
        (["shown", "no_panel"], start.IN_WINDOW, True),
    ],
)
def test_a_report_that_is_outdated_when_the_engine_runs_is_ignored(
    reports: list[str], line: str, has_window: bool, tmp_path: Path
) -> None:
    """Else it would take the place of the first report: no line in the terminal, and no window."""
    env = {**os.environ, "HOME": str(tmp_path)}
    with Terminal([sys.executable, "-c", REPORTS, *reports], env) as terminal:
        terminal.wait_for("done")
        assert line in terminal.screen.text.replace("\n", " ")
        assert ("a window" in terminal.screen.text) is has_window


LATER = """
import asyncio, sys
from types import SimpleNamespace
from claudometer.domain.settings import Settings
from claudometer.domain.tray_state import TrayState
from claudometer.processes.tray_host import TrayHost

engine = SimpleNamespace(
    settings=Settings(), notice=lambda *_, **__: None, request_window=lambda: print("a window")
)

async def main():
    async def started():
        return engine

    host = TrayHost(started, demo=False)
    for word in sys.argv[1:]:
        await host.note(TrayState(word))

asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("reports", "windows"),
    [
        (["shown", "not_taken"], 1),
        (["shown", "not_taken", "shown", "not_taken"], 1),  # dropped every minute: it does not open each time
        (["not_taken", "shown", "not_taken"], 1),
        (["shown", "no_panel"], 0),
        (["shown", "no_panel", "not_taken"], 1),
    ],
)
def test_a_panel_that_drops_the_icon_later_opens_the_window_once_but_one_that_ends_does_not(
    reports: list[str], windows: int, tmp_path: Path
) -> None:
    """Without an icon, nothing else on the screen would say that the program runs."""
    pytest.importorskip("gi", reason="PyGObject is not here")
    env = {**os.environ, "HOME": str(tmp_path), "DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path}/none"}
    done = subprocess.run(
        [sys.executable, "-c", LATER, *reports], env=env, capture_output=True, text=True, check=True
    )
    assert done.stdout.count("a window") == windows


REASON = """
import asyncio
from claudometer.domain.tray_state import TrayState
from claudometer.processes.tray_host import _find_refusal

print(dict(asyncio.run(_find_refusal(demo=False)))["host"])
"""


def test_a_panel_that_is_not_on_the_bus_has_no_name(tmp_path: Path) -> None:
    pytest.importorskip("gi", reason="PyGObject is not here")
    env = {**os.environ, "DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path}/none"}
    done = subprocess.run([sys.executable, "-c", REASON], env=env, capture_output=True, text=True, check=True)
    assert done.stdout == "The panel\n"
