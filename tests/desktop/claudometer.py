"""Claudometer on the desktop under test: started, read and used as a user does."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from claudometer.control.client import ControlClient
from tests.desktop.accessible import Element, Role
from tests.desktop.page import text_of
from tests.desktop.waiting import LONGEST_S, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.desktop.app_process import AppProcess
    from tests.desktop.page import Page
    from tests.desktop.private_home import PrivateHome
    from tests.desktop.session import DesktopSession
    from tests.desktop.windows import Window

PROGRAM = str(Path(sys.executable).with_name("claudometer"))
TITLE = "Claudometer"
WELCOME = "Set up with claude.ai…"
OPEN_WINDOW = "Open Claudometer"
OPEN_SETTINGS = "Open Settings…"
QUIT = "Quit"


class Claudometer:
    """Claudometer of one user: its process, icon, window and command line."""

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
        """Start the program without waiting. The first process that was launched counts as the app."""
        process = self.desktop.run([self.program, *words], self.home, env=self.env)
        self._process = self._process or process
        return process

    def start(self, *words: str) -> Self:
        """Start the program and wait for its icon."""
        self._process = None
        self.launch(*words)
        wait_for(self._is_shown, what="the icon of the app that was started")
        return self

    def _is_shown(self) -> bool:
        assert self.process.is_running, f"it ended: {self.process.output}{self.log}"
        return self.tray.find() is not None

    def stop(self) -> None:
        """End the app, if it runs, with the signal that a session sends at logout."""
        if self._process is not None:
            self._process.stop()
            self._process = None

    def restart(self) -> Self:
        """End the app and start it again."""
        self.stop()
        self.tray.wait_until_gone()
        return self.start()

    @property
    def process(self) -> AppProcess:
        """The app's process, which must have been started."""
        assert self._process is not None, "not started"
        return self._process

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the same program in the same session until it ends."""
        env = self.desktop.env_for(self.home) | self.env
        return subprocess.run(
            [self.program, *words], env=env, capture_output=True, text=True, timeout=LONGEST_S, check=False
        )

    def run_json(self, *words: str) -> dict[str, Any]:
        """Return what a command prints with ``--json``, whatever its exit code."""
        printed: dict[str, Any] = json.loads(self.run(*words, "--json").stdout)
        return printed

    # The window.

    @cached_property
    def page(self) -> Page:
        """The page of the window. The same connection serves every window that is opened."""
        return self.desktop.page(TITLE)

    def open_window(self) -> Page:
        """Open the window from the tray and wait until its page has its data."""
        self.tray.click(OPEN_WINDOW)
        return self.wait_for_page()

    def wait_for_page(self) -> Page:
        """Wait until the page of the open window has its data.

        That is the page with the numbers, or the welcome page while there is nothing to read them from.
        """
        self.page.wait_for(
            lambda page: any(
                each.name in {"Refresh now", WELCOME} and each.is_usable for each in page.walk()
            ),
            what="the numbers or the welcome",
        )
        return self.page

    def open_settings(self) -> Page:
        """Open the window at its settings from the tray, and wait until they have their data."""
        self.tray.click(OPEN_SETTINGS)
        self.page.look_at("The number shows", Role.COMBO_BOX, lambda _found: True, what="on the page")
        return self.page

    @property
    def window(self) -> Window:
        """The window, which is waited for."""
        return self.desktop.windows.wait_for(TITLE)

    @property
    def window_pids(self) -> list[int]:
        """The ids of the processes that show a window now."""
        return [window.pid for window in self.desktop.windows.titled(TITLE)]

    def come_back(self) -> None:
        """Minimize the window and open its settings again, as after a visit to the system's settings."""
        self.window.minimize()
        self.tray.click(OPEN_SETTINGS)
        wait_for(lambda: self.window.is_active, what="the window in front")

    def close_window(self) -> None:
        """Close the window with its close button, and wait for the end of its processes."""
        self.window.close()
        wait_for(lambda: not self.process.children, what="the end of the window's processes")

    def read_page(self) -> str:
        """Return all text of the page."""
        page: Element = self.page.wait_for(lambda _page: True, what="a page")
        return text_of(page)

    # What the app reports.

    def call(self, op: str) -> dict[str, Any]:
        """Return the response of the running app, whose socket appears a moment after its icon."""
        app = ControlClient(str(self.socket))
        found: list[dict[str, Any]] = []

        def is_answered() -> bool:
            answer = app.ask(op, timeout_s=LONGEST_S)
            found[:] = [] if answer is None else [answer]
            return answer is not None

        wait_for(is_answered, what=f"a response to {op}")
        return found[0]

    def report(self) -> dict[str, Any]:
        """Return the report of the shown account, as ``status --json`` prints it."""
        (account,) = self.call("status")["accounts"]
        report: dict[str, Any] = account["report"]
        return report

    def wait_for_status(self, status: str) -> dict[str, Any]:
        """Wait until the last attempt has this status; return the report."""

        def probe() -> dict[str, Any] | None:
            report = self.report()
            return report if report["status"] == status else None

        return wait_for(probe, what=f"the status {status}")

    @property
    def socket(self) -> Path:
        """The app's socket."""
        return self.home.runtime / "claudometer/control.sock"

    @property
    def log(self) -> str:
        """The content of all log files of the app and its window."""
        files = sorted(
            file for place in (self.home.path, self.home.runtime) for file in place.rglob("*.log*")
        )
        return "\n".join(file.read_text(encoding="utf-8", errors="replace") for file in files)

    def disconnect(self) -> None:
        """Close the connection of the page, if a test has used it."""
        if "page" in vars(self):
            self.page.disconnect()


@contextmanager
def installed(
    desktop: DesktopSession, home: PrivateHome, env: Mapping[str, str], *, program: str = PROGRAM
) -> Iterator[Claudometer]:
    """Claudometer, not started yet. It is stopped after the block, and its log must have no traceback."""
    app = Claudometer(desktop, home, env, program=program)
    try:
        yield app
    finally:
        app.stop()
        app.disconnect()
    assert "Traceback" not in app.log, app.log
