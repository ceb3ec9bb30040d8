"""The history in the real window: recorded by the real app, read by keyboard, and said to screen readers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.usage import AccountId
from claudometer.store.history import History
from tests.desktop.accessible import Role
from tests.desktop.waiting import wait_for
from tests.readings import reading, session, weekly
from tests.simulator.account import CHAT_ORGANIZATION, write_login

if TYPE_CHECKING:
    from tests.desktop.claudometer import Claudometer
    from tests.desktop.page import Page

pytestmark = pytest.mark.desktop

HOUR = timedelta(hours=1)
DIALOG = "Save file"


def record_a_night(app: Claudometer) -> None:
    """Leave a history of another run: an evening, and nothing since then."""
    now = datetime.now(UTC)
    history = History(app.home.state / "claudometer" / "history.db")
    readings = []
    for minutes in range(-1200, -700, 10):
        at = now + timedelta(minutes=minutes)
        percent = (minutes + 1200) % 300 / 4
        ends = at + timedelta(minutes=300 - (minutes + 1200) % 300)
        one = reading(session(percent, ends), weekly(20, now + 50 * HOUR), fetched_at=at)
        readings.append(replace(one, account=replace(one.account, id=AccountId(CHAT_ORGANIZATION))))
    history.record(readings, now=lambda: now, gap_s=1200)
    history.close()


def test_the_window_shows_what_was_recorded_now_and_before(app: Claudometer) -> None:
    write_login(app.home.path / ".claude")
    record_a_night(app)
    app.start().wait_for_status("ok")
    page = app.open_window()
    page.find(
        "Session, its current window: 81\u00a0% used last, 81\u00a0% at most, no reset.", Role.SPIN_BUTTON
    )
    page.click("Last 24 hours", Role.TOGGLE_BUTTON)
    page.find(
        "Session, the last 24 hours: 81\u00a0% used last, 81\u00a0% at most, 2 resets.", Role.SPIN_BUTTON
    )
    app.desktop.screenshots.save("history-window")


def test_the_resets_are_saved_as_a_file_in_the_systems_dialog(app: Claudometer) -> None:
    write_login(app.home.path / ".claude")
    record_a_night(app)
    app.start().wait_for_status("ok")
    page = app.open_window()
    page.find(
        "Session, its current window: 81\u00a0% used last, 81\u00a0% at most, no reset.", Role.SPIN_BUTTON
    )
    page.click("All resets", Role.BUTTON)
    page.wait_for_text("resets recorded since")
    page.click("Save as CSV…", Role.BUTTON)
    app.desktop.windows.wait_for(DIALOG).focus()
    app.desktop.screenshots.save("resets-dialog")
    app.desktop.devices.press("Return")
    page.wait_for_text("Saved as ~/claudometer-resets-")
    (file,) = app.home.path.glob("claudometer-resets-*.csv")
    lines = file.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("provider,account,limit,label,cause,promised_at")
    assert len(lines) == 3, "two resets of that night"

    file.write_text("mine")
    page.click("Save as CSV…", Role.BUTTON)
    app.desktop.windows.wait_for(DIALOG).focus()
    app.desktop.devices.press("Return")
    wait_for(lambda: len(app.desktop.windows.all()) > 2, what="the question whether to replace the file")
    app.desktop.screenshots.save("resets-replace")
    app.desktop.devices.press("Escape")
    app.desktop.devices.press("Escape")
    app.desktop.windows.wait_until_none(DIALOG)
    assert file.read_text() == "mine"


def next_stop(page: Page, stops: list[str]) -> str | None:
    """Return the name of the focused element, once it is another than the last one."""
    found = page.focused()
    return found.name if found and [found.name] != stops[-1:] else None


def test_a_screen_reader_reads_the_charts_value_once_and_finds_a_name_at_each_stop(app: Claudometer) -> None:
    """Orca adds "100 percent" to a slider; beyond the last stop it said "grayed", of WebKit's own frame."""
    write_login(app.home.path / ".claude")
    record_a_night(app)
    app.start().wait_for_status("ok")
    page = app.open_window()
    page.find("Session, its current window", Role.SPIN_BUTTON)
    stops: list[str] = []
    while stops.count("Refresh now") < 2:
        app.desktop.devices.press("Tab")
        stops.append(wait_for(partial(next_stop, page, stops), what=f"a stop with a name after {stops}"))
    assert stops.index("Details") == len(stops) - 2
    app.desktop.devices.press("shift+Tab")
    assert wait_for(partial(next_stop, page, stops), what="the way back") == "Details"
