"""The error when the tray library is missing. Tested in a fresh Python, which has not imported it yet."""

from __future__ import annotations

import os
import subprocess
import sys

from claudometer.system.missing_pygobject import ImportFault

WITHOUT_GI = """
import os, sys
sys.modules["gi"] = None  # as if it were not installed
from claudometer.domain.errors import ClaudometerError
from claudometer.ui.tray.tray import Tray
try:
    Tray(print)
except ClaudometerError as error:
    print(error.code.value, "command" in error.facts or error.facts["reason"])
print(os.environ.get("GDK_GL"), os.environ["PYSTRAY_BACKEND"])
"""


def test_a_missing_library_is_reported_with_the_command_that_installs_it() -> None:
    output = subprocess.run(
        [sys.executable, "-c", WITHOUT_GI],
        env=os.environ | {"PYSTRAY_BACKEND": "the user's own"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout
    # Beside a Python that is not the distribution's, its package would not help.
    assert output in {
        f"tray_toolkit_missing {answer}\nNone the user's own\n" for answer in ("True", *ImportFault)
    }
