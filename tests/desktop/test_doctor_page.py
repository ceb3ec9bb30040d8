"""The check of this computer in the real window, on a complete desktop: panel, keyring and clipboard."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.desktop.accessible import Role
from tests.desktop.waiting import wait_for
from tests.simulator.account import write_login

if TYPE_CHECKING:
    from tests.desktop.claudometer import Claudometer

READ_CLIPBOARD = """
import gi
gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, Gtk
print(Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD).wait_for_text() or "", end="")
"""

pytestmark = pytest.mark.desktop


def test_the_page_names_what_the_desktop_has_installs_and_copies(app: Claudometer) -> None:
    write_login(app.home.path / ".claude")
    app.start().wait_for_status("ok")
    page = app.open_settings()
    page.click("Check this computer What works, and how to fix what does not", Role.BUTTON)
    page.wait_for_text("Everything works.", timeout_s=60)
    page.wait_for_text("xfce4-panel shows tray icons.")
    page.wait_for_text("gnome-keyring-daemon is unlocked.")
    app.desktop.screenshots.save("doctor", app.window.frame_box)
    page.click("Install (Status line)", Role.BUTTON)
    page.wait_for_text("Installed in ~/.claude/settings.json.", timeout_s=60)
    page.click("Copy report", Role.BUTTON)
    env = app.desktop.env_for(app.home)

    def copied() -> bool:
        read = [sys.executable, "-c", READ_CLIPBOARD]
        done = subprocess.run(read, env=env, capture_output=True, text=True, timeout=10, check=False)
        return "✓ **Tray**" in done.stdout and "Everything works." in done.stdout

    wait_for(copied, what="the report in the clipboard")
