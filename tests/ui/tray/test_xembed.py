"""An icon of the old kind: the toolkit's warnings go to the log, and each look for a panel costs little."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

SCRIPT = """
import ctypes, ctypes.util, logging, sys
from claudometer.ui.tray import xembed

logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(name)s %(message)s")
xembed._keep_out_of_the_terminal()
glib = ctypes.CDLL(ctypes.util.find_library("glib-2.0"))
glib.g_log(b"Gdk", 1 << 3, b"assertion '%s' failed", b"count > 0")
glib.g_log(b"dbind", 1 << 4, b"AT-SPI: no %s", b"bus")
"""


def test_a_complaint_of_the_toolkit_goes_to_the_log_and_not_to_the_terminal() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False, timeout=60
    )
    if "No module named 'gi'" in done.stderr:
        pytest.skip("PyGObject is not here")
    assert "Gdk: assertion 'count > 0' failed" in done.stdout
    assert "dbind: AT-SPI: no bus" in done.stdout
    assert done.stderr == ""


LOOKS = """
import sys
from claudometer.ui.tray import xembed

started = []
sys.addaudithook(lambda event, details: started.append(details) if event == "subprocess.Popen" else None)
for _ in range(3):
    xembed.has_xembed_tray()
print(len(started))
"""


def test_a_look_for_a_panel_starts_no_process() -> None:
    """While no panel shows the icon, there is one each second, so none may run ldconfig."""
    variables = {name: value for name, value in os.environ.items() if name != "WAYLAND_DISPLAY"}
    done = subprocess.run(
        [sys.executable, "-c", LOOKS],
        env=variables | {"DISPLAY": "nowhere.invalid.:99"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout == "0\n"


HANDLERS = """
from gi.repository import GLib
from claudometer.ui.tray import xembed

def next_number():
    return GLib.log_set_handler("counted", GLib.LogLevelFlags.LEVEL_MASK, lambda *_: None, None)

before = next_number()
for _ in range(5):
    xembed._keep_out_of_the_terminal()
print(next_number() - before - 1)
"""


def test_a_new_icon_adds_no_handlers_to_those_of_the_first() -> None:
    """GLib keeps each; an icon that no panel takes is created again every two seconds."""
    done = subprocess.run(
        [sys.executable, "-c", HANDLERS], capture_output=True, text=True, check=False, timeout=60
    )
    if "No module named 'gi'" in done.stderr:
        pytest.skip("PyGObject is not here")
    assert done.stdout == "3\n"
