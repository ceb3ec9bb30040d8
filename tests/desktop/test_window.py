"""The real settings window: WebKitGTK on a real X server, with a real socket to a scripted app."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.ledger import summarize
from claudometer.domain.next_poll import Reason
from claudometer.domain.region import UTC_REGION
from claudometer.present.messages.answers import SAVED_TESTED
from claudometer.present.messages.requests import WHYS
from claudometer.present.request_panel import panel_for
from tests.desktop.accessible import Role
from tests.desktop.large_text import large_text
from tests.desktop.opened_window import ROOT, TITLE, Opened, is_painted
from tests.desktop.process_tree import command_line, family_of, is_zombie
from tests.desktop.waiting import wait_for
from tests.page.scenarios import NOW, SCENARIOS, request
from tests.ui.window.moving import moved
from tests.ui.window.scripted_app import ScriptedApp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.desktop.private_home import PrivateHome
    from tests.desktop.session import DesktopSession

pytestmark = pytest.mark.desktop

CANARY = "sk-ant-sid01-CANARY-0123456789abcdefghij"


@pytest.fixture
def opened(desktop: DesktopSession, home: PrivateHome) -> Iterator[Opened]:
    with Opened(desktop, home, "calm") as window:
        yield window


def test_the_window_shows_the_plan_and_has_its_title_class_and_size(opened: Opened) -> None:
    opened.ready()
    opened.page.wait_for_text("Claude Pro")
    window = opened.desktop.windows.wait_for(TITLE)
    assert window.title == TITLE
    assert window.wm_class == ("claudometer", "Claudometer")
    assert window.size == (460, 720)
    opened.desktop.screenshots.save("window", window.frame_box)


def test_a_screen_reader_gets_one_sentence_for_each_limit(opened: Opened) -> None:
    opened.ready()
    page = opened.page.wait_for(
        lambda page: [each for each in page.walk() if each.role == Role.LIST_ITEM], what="the limits"
    )
    (limits,) = (each for each in page.walk() if each.role == Role.LIST_BOX)
    rows = limits.children
    assert [row.role for row in rows] == [Role.LIST_ITEM] * len(rows)
    said = [row.name.replace("\u00a0", " ") for row in rows]
    assert re.fullmatch(r"Session, 5 hours: 18 % used, resets (?:today|tomorrow) \d\d:\d\d", said[0]), said
    assert re.fullmatch(r"Weekly, all models: 8 % used, resets \w+ \d\d:\d\d", said[1]), said
    assert all(not row.children for row in rows), "what is inside is not read a second time"
    # A list box leaves the arrow keys to the page. In a plain list, Orca read blank lines with them.
    assert limits.name == "Limits"
    opened.desktop.windows.wait_for(TITLE).focus()
    opened.desktop.devices.press("Tab", "Tab", "Tab", "Down")
    wait_for(lambda: (found := opened.page.focused()) and found.name == rows[1].name, what="the second limit")


def test_ctrl_with_plus_minus_and_zero_zooms_the_page(opened: Opened) -> None:
    opened.ready()
    opened.desktop.windows.wait_for(TITLE).focus()

    def height() -> int:
        heading = opened.page.find("Claude Pro", Role.HEADING)
        return heading.box[3] - heading.box[1]

    plain = height()
    opened.desktop.devices.press(*["ctrl+plus"] * 4)
    wait_for(lambda: height() > 1.4 * plain, what="a larger page")
    opened.desktop.devices.press(*["ctrl+minus"] * 6)
    wait_for(lambda: height() < plain, what="a smaller page")
    opened.desktop.devices.press("ctrl+0")
    wait_for(lambda: height() == plain, what="the page as it was")


def test_the_window_grows_with_the_text_and_everything_is_whole(
    desktop: DesktopSession, home: PrivateHome
) -> None:
    with large_text(desktop), Opened(desktop, home, "critical") as window:
        window.ready()
        shown = desktop.windows.wait_for(TITLE)
        width, height = shown.size
        assert width == 920
        assert height <= 800, "no larger than the screen"
        wait_for(lambda: is_painted(desktop), what="the page to be painted")
        document = window.page.wait_for(lambda page: "Extra usage" in str(page), what="the whole page")
        right = shown.content_box[2]
        assert [each.name for each in document.walk() if each.box[2] > right] == [], "nothing is cut off"
        desktop.screenshots.save("window-large-text", shown.frame_box)


def test_a_new_number_appears_without_a_click(opened: Opened) -> None:
    opened.ready()
    opened.app.publish(moved(SCENARIOS["critical"].snapshot, datetime.now(UTC) - NOW))
    opened.page.wait_for_text("104\u00a0% used")


def test_the_list_of_requests_opens_with_the_keyboard(opened: Opened) -> None:
    opened.at_settings()
    now = datetime.now(UTC)
    records = [request(minutes, at=now) for minutes in range(3)]
    opened.app.requests = panel_for(summarize(records, now.date(), UTC), records, now, UTC_REGION)
    opened.app.publish(moved(SCENARIOS["numbers"].snapshot, datetime.now(UTC) - NOW))
    opened.page.wait_for_text("3 requests today, all to api.anthropic.com.")
    opened.desktop.windows.wait_for(TITLE).focus()
    opened.desktop.devices.press(*["shift+Tab"] * 2, "space")
    opened.page.wait_for_text("/api/oauth/usage")
    opened.page.wait_for_text(WHYS[Reason.INTERVAL])


def test_a_typed_key_is_sent_only_to_the_app(opened: Opened) -> None:
    opened.at_settings()
    opened.page.fill("Session key", CANARY)
    opened.desktop.devices.press("Return")
    wait_for(lambda: opened.requested("save_settings"), what="the save")
    assert opened.requested("save_settings") == [{"session_key": CANARY}]
    opened.page.wait_for_text(SAVED_TESTED)
    assert CANARY not in opened.program.visible_to_others()
    assert CANARY not in opened.program.output


def test_no_letter_of_fast_typing_is_lost(opened: Opened) -> None:
    """With a policy of no acceleration at all, WebKitGTK 2.50 lost every third letter of a busy page."""
    opened.at_settings()
    opened.page.click_into("Session key")
    opened.desktop.devices.type(CANARY)
    wait_for(
        lambda: len(opened.page.find("Session key", Role.PASSWORD_TEXT).text) == len(CANARY),
        what="every letter",
    )


def test_escape_closes_it_and_ends_the_process_with_its_children(opened: Opened) -> None:
    opened.ready()
    children = opened.program.children
    assert children
    opened.desktop.windows.wait_for(TITLE).focus()
    opened.desktop.devices.press("Escape")
    assert opened.program.wait_until_ended() == 0
    wait_for(lambda: all(map(is_zombie, children)), what="the end of its children")


def web_process_of(opened: Opened) -> int:
    """Return the id of WebKit's process, which runs the page."""
    window = opened.desktop.windows.wait_for(TITLE).pid
    (found,) = (pid for pid in family_of(window) if "WebKitWebProcess" in command_line(pid)[0])
    return found


def test_a_page_whose_webkit_process_ended_is_loaded_again_and_works(opened: Opened) -> None:
    opened.ready()
    killed = web_process_of(opened)
    os.kill(killed, signal.SIGKILL)
    wait_for(lambda: len(opened.requested("settings")) == 2, what="the page to request its data again")
    opened.ready()
    opened.app.publish(moved(SCENARIOS["critical"].snapshot, datetime.now(UTC) - NOW))
    opened.page.wait_for_text("104\u00a0% used")
    opened.page.click("Refresh now")
    wait_for(lambda: opened.requested("refresh"), what="the refresh")
    assert web_process_of(opened) != killed
    assert "Traceback" not in opened.program.output


def test_the_close_button_ends_the_process(opened: Opened) -> None:
    opened.ready()
    opened.desktop.windows.wait_for(TITLE).close()
    assert opened.program.wait_until_ended() == 0


def test_a_window_closed_at_once_ends_the_process(opened: Opened) -> None:
    opened.desktop.windows.wait_for(TITLE).close()
    assert opened.program.wait_until_ended() == 0


def test_sigterm_ends_it_cleanly(opened: Opened) -> None:
    opened.ready()
    opened.program.send_signal(signal.SIGTERM)
    assert opened.program.wait_until_ended() == 0


def test_the_window_closes_when_the_app_quits(opened: Opened) -> None:
    opened.ready()
    opened.app.close()
    assert opened.program.wait_until_ended() == 0
    opened.desktop.windows.wait_until_none(TITLE)


def test_a_request_for_the_window_brings_it_to_the_front(opened: Opened) -> None:
    opened.ready()
    window = opened.desktop.windows.wait_for(TITLE)
    window.minimize()
    wait_for(lambda: not window.is_active, what="the window to be out of the way")
    opened.app.ask_to_come_forward()
    wait_for(lambda: window.is_active, what="the window to be in front")


def test_requests_for_the_window_while_it_opens_do_no_harm(opened: Opened) -> None:
    wait_for(opened.app.followers, what="the window to follow the app")
    for _ in range(100):
        opened.app.ask_to_come_forward()
        time.sleep(0.01)
    opened.ready()
    assert "Error" not in opened.program.output


def test_it_has_a_minimum_size(opened: Opened) -> None:
    opened.ready()
    window = opened.desktop.windows.wait_for(TITLE)
    window.resize(200, 200)
    wait_for(lambda: window.size == (420, 480), what="the minimum size")
    window.toggle_maximized()
    wait_for(lambda: window.size[0] > 1000, what="the whole screen")
    wait_for(lambda: is_painted(opened.desktop), what="the page to be painted")
    opened.desktop.screenshots.save("window-maximized")


def test_webkit_enforces_the_pages_policy(desktop: DesktopSession, home: PrivateHome) -> None:
    attempt = """
      (() => {
        const script = document.createElement("script");
        try { script.textContent = "document.title = 'owned'"; document.body.append(script); } catch {}
        const button = document.createElement("button");
        button.setAttribute("onclick", "document.title = 'owned'");
        button.click();
        const style = document.createElement("p");
        style.setAttribute("style", "position: fixed");
        document.body.append(style);
        const position = getComputedStyle(style).position;
        style.remove();
        return { title: document.title, position, limits: document.querySelectorAll("#limits > li").length };
      })()"""
    with Opened(desktop, home, "calm", "--probe", attempt) as window:
        assert window.printed() == {"title": TITLE, "position": "static", "limits": 2}


def test_dotted_names_reach_nothing_in_the_real_window(desktop: DesktopSession, home: PrivateHome) -> None:
    attempt = """
      (() => { for (const name of ["load.__globals__.get", "_control.ask", "__class__.__init__"])
                 window.pywebview._jsApiCallback(name, ["log"], "1");
               return Object.keys(window.pywebview.api).join(" "); })()"""
    offered = "load next_view save forget refresh choose_folder requests alerts history resets save_resets"
    with Opened(desktop, home, "calm", "--probe", attempt) as window:
        assert window.printed() == f"{offered} update next_update doctor close"
        wait_for(lambda: window.program.output.count("does not exist") == 3, what="three refusals")


def test_without_an_app_there_is_no_window(desktop: DesktopSession, home: PrivateHome) -> None:
    argv = [sys.executable, "-m", "tests.desktop.window_script", str(home.runtime / "nobody")]
    program = desktop.run(argv, home, env={"PYTHONPATH": str(ROOT)})
    assert program.wait_until_ended() == 69
    assert "not_running" in program.output


def test_without_a_display_it_says_so(desktop: DesktopSession, home: PrivateHome) -> None:
    calm, socket = SCENARIOS["calm"], home.runtime / "app"
    argv = [sys.executable, "-m", "tests.desktop.window_script", str(socket)]
    with closing(ScriptedApp(socket, calm.snapshot, calm.form)):
        program = desktop.run(argv, home, env={"PYTHONPATH": str(ROOT), "DISPLAY": "", "WAYLAND_DISPLAY": ""})
        assert program.wait_until_ended() == 69
        assert "no_display" in program.output
