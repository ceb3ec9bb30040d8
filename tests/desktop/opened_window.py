"""A real settings window of a scripted app."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import ImageStat

from tests.desktop.accessible import Role
from tests.desktop.waiting import wait_for
from tests.page.scenarios import NOW, SCENARIOS
from tests.ui.window.moving import moved
from tests.ui.window.scripted_app import ScriptedApp

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from tests.desktop.app_process import AppProcess
    from tests.desktop.private_home import PrivateHome
    from tests.desktop.session import DesktopSession

ROOT = Path(__file__).parent.parent.parent
TITLE = "Claudometer"


class Opened:
    """A settings window and its scripted app. Use it as a context manager, which closes both."""

    def __init__(
        self,
        desktop: DesktopSession,
        home: PrivateHome,
        scenario: str,
        *more: str,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.desktop = desktop
        shown = SCENARIOS[scenario]
        socket = home.runtime / "app"
        self.app = ScriptedApp(socket, moved(shown.snapshot, datetime.now(UTC) - NOW), shown.form)
        argv = [sys.executable, "-m", "tests.desktop.window_script", str(socket), *more]
        self.program: AppProcess = desktop.run(argv, home, env={"PYTHONPATH": str(ROOT), **(env or {})})
        self.page = desktop.page(TITLE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.page.disconnect()
        self.program.stop()
        self.app.close()

    def ready(self) -> Self:
        """Wait until the page shows its numbers."""
        self.page.wait_for_text("Refreshed")
        return self

    def at_settings(self) -> Self:
        """Go to the settings by the button."""
        self.ready().page.click("Settings", Role.BUTTON)
        self.page.wait_for_text("Start at login")
        return self

    def printed(self, timeout_s: float = 40.0) -> object:
        """Return the value that the probe printed."""
        line = wait_for(self.program.stdout.read_text, what="the probe's line", timeout_s=timeout_s)
        return json.loads(line)

    def requested(self, op: str) -> list[Mapping[str, object]]:
        """Return the parameters of each call of an operation that the window has made."""
        return [params for name, params in self.app.requested if name == op]


def is_painted(desktop: DesktopSession) -> bool:
    """Return whether there is text on the screen, whose antialiased letters have many shades."""
    return len(desktop.screenshots.grab().getcolors(1 << 20) or ()) > 1000


def lightness(desktop: DesktopSession) -> float:
    """Return how light the middle of the screen is, 0 to 255."""
    picture = desktop.screenshots.grab().convert("L").crop((500, 200, 780, 600))
    return float(ImageStat.Stat(picture).mean[0])
