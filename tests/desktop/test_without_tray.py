"""A desktop without any tray: the window says what is missing, and asks before it closes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from tests.desktop.claudometer import TITLE, Claudometer
from tests.desktop.waiting import wait_for
from tests.sentences import title
from tests.simulator.account import write_login

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.desktop.private_home import PrivateHome
    from tests.desktop.session import DesktopSession
    from tests.desktop.windows import Window
    from tests.simulator import Simulator

pytestmark = pytest.mark.desktop

NO_TRAY = title(ErrorCode.TRAY_HOST_MISSING, reason="xfce")


@pytest.fixture
def app(bare_desktop: DesktopSession, home: PrivateHome, simulator: Simulator) -> Iterator[Claudometer]:
    """Claudometer with a login, on a desktop without a panel."""
    write_login(home.path / ".claude")
    program = Claudometer(bare_desktop, home, simulator.environment())
    yield program
    program.stop()
    program.disconnect()
    assert "Traceback" not in program.log, program.log


def question_of(app: Claudometer) -> Window:
    """Close the window with its close button, and return the window with the question."""
    app.page.wait_for_text(NO_TRAY)
    app.window.close()

    def asked() -> Window | None:
        pids = {window.pid for window in app.desktop.windows.titled(TITLE)}
        others = (each for each in app.desktop.windows.all() if each.pid in pids and each.title != TITLE)
        return next(others, None)

    found = wait_for(asked, what="the question")
    found.focus()
    wait_for(lambda: found.is_active, what="the question in front")
    return found


def without_tray(app: Claudometer) -> str:
    settings = json.loads((app.home.config / "claudometer/settings.json").read_text(encoding="utf-8"))
    return str(settings["without_tray"])


def test_closing_asks_and_the_program_goes_on_and_comes_back(app: Claudometer) -> None:
    app.launch()
    question_of(app)
    app.desktop.screenshots.save("without-tray", app.window.frame_box)
    app.desktop.devices.press("Escape")
    wait_for(lambda: len(app.desktop.windows.all()) == 1, what="the question's end")

    question_of(app)
    app.desktop.devices.press("Return")
    app.desktop.windows.wait_until_none(TITLE)
    assert app.process.is_running

    assert app.run().returncode == 0
    app.page.wait_for_text(NO_TRAY)


def test_quitting_can_be_chosen(app: Claudometer) -> None:
    app.launch()
    question_of(app)
    app.desktop.devices.press("alt+q")
    assert app.process.wait_until_ended() == 0


def test_what_is_remembered_is_not_asked_again_and_opens_no_window(app: Claudometer) -> None:
    app.launch()
    question_of(app)
    app.desktop.devices.press("alt+d", "alt+k")
    app.desktop.windows.wait_until_none(TITLE)
    wait_for(lambda: without_tray(app) == "background", what="the saved choice")
    app.stop()

    app.launch()
    app.wait_for_status("ok")
    wait_for(lambda: "no StatusNotifier host" in app.log, what="the program's look for a panel")
    assert app.desktop.windows.titled(TITLE) == []
    app.run("open")
    app.page.find("Refresh now")
    assert NO_TRAY not in app.read_page()
    app.window.close()
    app.desktop.windows.wait_until_none(TITLE)
    assert app.process.is_running
