"""The check of this computer in the real window, on a complete desktop: panel, keyring and clipboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.desktop.accessible import Role
from tests.desktop.clipboard import clipboard_text
from tests.desktop.waiting import wait_for
from tests.simulator.account import write_login

if TYPE_CHECKING:
    from tests.desktop.claudometer import Claudometer

pytestmark = pytest.mark.desktop


def test_the_page_checks_the_desktop_installs_the_status_line_and_copies_its_report(app: Claudometer) -> None:
    write_login(app.home.path / ".claude")
    app.start().wait_for_status("ok")
    page = app.open_settings()
    page.click("Check this computer What works, and how to fix what does not", Role.BUTTON)
    page.wait_for_text("Everything works.")
    page.wait_for_text("xfce4-panel shows tray icons.")
    page.wait_for_text("gnome-keyring-daemon is unlocked.")
    app.desktop.screenshots.save("doctor", app.window.frame_box)
    page.click("Install (Status line)", Role.BUTTON)
    page.wait_for_text("Installed in ~/.claude/settings.json.")
    page.click("Copy report", Role.BUTTON)

    def is_copied() -> bool:
        text = clipboard_text(app)
        return "✓ **Tray**" in text and "Everything works." in text

    wait_for(is_copied, what="the report in the clipboard")
