"""The connection to the session bus, if the bus ends before the program does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.desktop.session_bus import running_session_bus

pytestmark = pytest.mark.desktop

APP = Path(__file__).parents[3] / "app"

# The bus ends between the last turn of the loop and the end of the program, as at a logout.
SCRIPT = """
import sys
from gi.repository import GLib
from claudometer.ui.tray.session_bus import SessionBus

bus = SessionBus()
bus.start()
while not bus.is_connected:
    GLib.MainContext.default().iteration(True)
print("connected", flush=True)
sys.stdin.readline()
bus.stop()
print("ended", flush=True)
"""


def test_a_bus_that_ended_first_does_not_keep_the_program_from_ending() -> None:
    with running_session_bus() as (_home, session_bus):
        argv, env = (sys.executable, "-c", SCRIPT), {**session_bus.env, "PYTHONPATH": os.fspath(APP)}
        pipe = subprocess.PIPE
        with subprocess.Popen(argv, env=env, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as program:
            assert program.stdout is not None
            assert program.stdout.readline() == "connected\n"
            session_bus.stop()
            output, errors = program.communicate("\n", timeout=60)
        assert (output, program.returncode) == ("ended\n", 0), errors
