"""The clipboard of the desktop under test."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from tests.desktop.waiting import LONGEST_S

if TYPE_CHECKING:
    from tests.desktop.claudometer import Claudometer

_READ = """
import gi
gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, Gtk
print(Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD).wait_for_text() or "", end="")
"""


def clipboard_text(app: Claudometer) -> str:
    """Return what a program beside the app would paste now, empty if there is no text."""
    read = [sys.executable, "-c", _READ]
    env = app.desktop.env_for(app.home)
    return subprocess.run(read, env=env, capture_output=True, text=True, timeout=LONGEST_S, check=True).stdout
