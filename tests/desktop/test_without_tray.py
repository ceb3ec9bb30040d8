"""A desktop without any tray: the window says what is missing, and asks before it closes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from tests.desktop.claudometer import TITLE
from tests.desktop.page import text_of
from tests.desktop.test_watchers import Watcher
from tests.desktop.waiting import wait_for
from tests.sentences import title

if TYPE_CHECKING:
    from tests.desktop.claudometer import Claudometer
    from tests.desktop.windows import Window

pytestmark = pytest.mark.desktop

NO_TRAY = title(ErrorCode.TRAY_HOST_MISSING, reason="xfce_off")
NOT_TAKEN = title(ErrorCode.TRAY_HOST_MISSING, reason="not_taken", host="")


def question_of(app: Claudometer, notice: str = NO_TRAY) -> Window:
    """Close the window with its close button, and return the window with the question."""
    app.page.wait_for_text(notice)
    app.window.close()

    def asked() -> Window | None:
        pids = {window.pid for window in app.desktop.windows.titled(TITLE)}
        others = (each for each in app.desktop.windows.all() if each.pid in pids and each.title != TITLE)
        return next(others, None)

    found = wait_for(asked, what="the question")
    found.focus()
    return found


def without_tray(app: Claudometer) -> str:
    settings = json.loads((app.home.config / "claudometer/settings.json").read_text(encoding="utf-8"))
    return str(settings["without_tray"])


def test_closing_asks_and_the_program_goes_on_and_comes_back(bare_app: Claudometer) -> None:
    bare_app.launch()
    question_of(bare_app)
    bare_app.desktop.screenshots.save("without-tray", bare_app.window.frame_box)
    bare_app.desktop.devices.press("Escape")
    wait_for(lambda: len(bare_app.desktop.windows.all()) == 1, what="the question's end")

    question_of(bare_app)
    bare_app.desktop.devices.press("Return")
    bare_app.desktop.windows.wait_until_none(TITLE)
    assert bare_app.process.is_running

    assert bare_app.run().returncode == 0
    bare_app.page.wait_for_text(NO_TRAY)


def test_quitting_can_be_chosen(bare_app: Claudometer) -> None:
    bare_app.launch()
    question_of(bare_app)
    bare_app.desktop.devices.press("alt+q")
    assert bare_app.process.wait_until_ended() == 0


def test_a_remembered_answer_is_not_asked_for_again_and_opens_no_window(bare_app: Claudometer) -> None:
    bare_app.launch()
    question_of(bare_app)
    bare_app.desktop.devices.press("alt+d", "alt+k")
    bare_app.desktop.windows.wait_until_none(TITLE)
    wait_for(lambda: without_tray(bare_app) == "background", what="the saved choice")
    bare_app.stop()

    bare_app.launch()
    bare_app.wait_for_status("ok")
    wait_for(
        lambda: "the icon is shown nowhere: no_panel" in bare_app.log, what="the program's look for a panel"
    )
    assert bare_app.desktop.windows.titled(TITLE) == []
    bare_app.run("open")
    bare_app.page.find("Refresh now")
    assert NO_TRAY not in bare_app.read_page()
    bare_app.window.close()
    bare_app.desktop.windows.wait_until_none(TITLE)
    assert bare_app.process.is_running


def test_a_panel_that_refuses_the_icon_is_named_until_it_takes_it(bare_app: Claudometer) -> None:
    watcher = Watcher(bare_app.desktop, bare_app.home)
    watcher.send("refuse")
    watcher.send("host")
    try:
        bare_app.launch()
        bare_app.page.wait_for_text(NOT_TAKEN)
        found = bare_app.run_json("doctor")["checks"]
        (sentence,) = (check["sentence"] for check in found if check["id"] == "tray")
        assert sentence.endswith(NOT_TAKEN)
        assert sentence in bare_app.read_page()
        bare_app.desktop.screenshots.save("not-taken", bare_app.window.frame_box)

        question_of(bare_app, NOT_TAKEN)
        bare_app.desktop.devices.press("Return")
        bare_app.desktop.windows.wait_until_none(TITLE)
        assert bare_app.run().returncode == 0
        bare_app.page.wait_for_text(NOT_TAKEN)

        watcher.send("take")
        watcher.send("host")  # so that it is asked now, and not within a minute
        bare_app.page.wait_for(lambda page: NOT_TAKEN not in text_of(page), what="the end of the notice")
        bare_app.close_window()
    finally:
        watcher.kill()
