"""Claudometer itself on the desktop under test: started, looked at and used as its user does."""

from __future__ import annotations

import subprocess
import sys
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from claudometer.control.client import ControlClient
from tests.desktop.accessible import Element, Role
from tests.desktop.page import text_of
from tests.desktop.waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.desktop.app_process import AppProcess
    from tests.desktop.page import Page
    from tests.desktop.private_home import PrivateHome
    from tests.desktop.session import DesktopSession
    from tests.desktop.windows import Window

PROGRAM = str(Path(sys.executable).with_name("claudometer"))
TITLE = "Claudometer"
OPEN_WINDOW = "Open Claudometer"
QUIT = "Quit"


class Claudometer:
    """One user's program: its process, its icon, its window and its command line."""

    def __init__(
        self, desktop: DesktopSession, home: PrivateHome, env: Mapping[str, str], *, program: str = PROGRAM
    ) -> None:
        self.program = program
        self.desktop = desktop
        self.home = home
        self.env = dict(env)
        self.tray = desktop.tray("claudometer")
        self._process: AppProcess | None = None

    # Starting and stopping.

    def launch(self, *words: str) -> AppProcess:
        """Start the program and wait for nothing; the first one that was launched counts as the app."""
        process = self.desktop.run([self.program, *words], self.home, env=self.env)
        self._process = self._process or process
        return process

    def start(self, *words: str) -> Self:
        """Start the program and wait for its icon."""
        self._process = None
        self.launch(*words)
        wait_for(self._is_shown, what="the icon of the app that was started", timeout_s=20)
        return self

    def _is_shown(self) -> bool:
        assert self.process.is_running, f"it ended: {self.process.output}{self.log}"
        return self.tray.find() is not None

    def stop(self) -> None:
        """End it, if it runs, by the signal that a session sends at its end."""
        if self._process is not None:
            self._process.stop()
            self._process = None

    def restart(self) -> Self:
        """End it and start it again."""
        self.stop()
        self.tray.wait_until_gone()
        return self.start()

    @property
    def process(self) -> AppProcess:
        """The app's process; reading it before a start is a mistake of the test."""
        assert self._process is not None, "not started"
        return self._process

    def run(self, *words: str, timeout_s: float = 30.0) -> subprocess.CompletedProcess[str]:
        """Run one command of the same program in the same session, to its end."""
        env = self.desktop.env_for(self.home) | self.env
        return subprocess.run(
            [self.program, *words], env=env, capture_output=True, text=True, timeout=timeout_s, check=False
        )

    # The window.

    @cached_property
    def page(self) -> Page:
        """The page of its window; one connection for as many windows as come and go."""
        return self.desktop.page(TITLE)

    def open_window(self) -> Page:
        """Open the window from the tray and wait until its page has its data."""
        self.tray.click(OPEN_WINDOW)
        self.page.find("Refresh now")
        self.page.find("Claude Code", Role.RADIO_BUTTON, in_view=False)
        return self.page

    @property
    def window(self) -> Window:
        """Its window, which is there or about to come."""
        return self.desktop.windows.wait_for(TITLE)

    @property
    def window_pids(self) -> list[int]:
        """The processes that show a window now."""
        return [window.pid for window in self.desktop.windows.titled(TITLE)]

    def come_back(self) -> None:
        """Leave the window for a moment, as for the system's own settings, and return to it."""
        self.window.minimize()
        self.tray.click(OPEN_WINDOW)
        wait_for(lambda: self.window.is_active, what="the window in front")

    def close_window(self) -> None:
        """Close the window by its cross and wait until nothing of it is left."""
        self.window.close()
        wait_for(lambda: not self.process.children, what="the end of the window's processes")

    def read_page(self) -> str:
        """Return everything the page says."""
        page: Element = self.page.wait_for(lambda _page: True, what="a page")
        return text_of(page)

    # What it says of itself.

    def ask(self, op: str) -> dict[str, Any]:
        """Ask the running app at its socket, which is there a moment after its icon."""
        app = ControlClient(str(self.socket))
        found: list[dict[str, Any]] = []

        def is_answered() -> bool:
            answer = app.ask(op, timeout_s=30)
            found[:] = [] if answer is None else [answer]
            return answer is not None

        wait_for(is_answered, what=f"an answer to {op}")
        return found[0]

    def report(self) -> dict[str, Any]:
        """Return what it says of the account that it shows, as ``status --json`` prints it."""
        (account,) = self.ask("status")["accounts"]
        report: dict[str, Any] = account["report"]
        return report

    def wait_for_status(self, status: str, *, timeout_s: float = 15.0) -> dict[str, Any]:
        """Wait until the last attempt has ended so; return the report."""

        def probe() -> dict[str, Any] | None:
            report = self.report()
            return report if report["status"] == status else None

        return wait_for(probe, what=f"the status {status}", timeout_s=timeout_s)

    @property
    def socket(self) -> Path:
        """Where it is met."""
        return self.home.runtime / "claudometer/control.sock"

    @property
    def log(self) -> str:
        """Everything that it and its window have written to their logs."""
        files = sorted(
            file for place in (self.home.path, self.home.runtime) for file in place.rglob("*.log*")
        )
        return "\n".join(file.read_text(encoding="utf-8", errors="replace") for file in files)

    def disconnect(self) -> None:
        """Let go of what a test may have used."""
        if "page" in vars(self):
            self.page.disconnect()
