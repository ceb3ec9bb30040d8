"""What the toolkit complains of beside an icon of the old kind, which nobody at a terminal can use."""

from __future__ import annotations

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
