"""The app on a machine that sleeps, and on one whose clock is wrong."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from tests.desktop.system_bus import Logind, SystemBus
from tests.desktop.waiting import wait_for
from tests.sentences import title
from tests.simulator import bodies
from tests.simulator.account import write_login
from tests.simulator.script import Reply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.desktop.claudometer import Claudometer
    from tests.simulator import Simulator

pytestmark = pytest.mark.desktop

HOUR_SLOW = title(ErrorCode.CLOCK_WRONG, behind_s=3600)


@pytest.fixture
def bus(app: Claudometer) -> Iterator[SystemBus]:
    """A system bus for the app."""
    bus = SystemBus(app.home)
    bus.start()
    app.env["DBUS_SYSTEM_BUS_ADDRESS"] = bus.address
    write_login(app.home.path / ".claude")
    yield bus
    bus.stop()


@pytest.fixture
def logind(bus: SystemBus) -> Iterator[Logind]:
    """A logind on it."""
    logind = Logind(bus)
    yield logind
    logind.close()


def listening(app: Claudometer, logind: Logind) -> Claudometer:
    """Start the app and wait for its numbers, and until it hears logind."""
    app.start().wait_for_status("ok")
    wait_for(lambda: logind.listeners() == 1, what="the app on the system bus")
    return app


def reasons(app: Claudometer) -> list[str]:
    """Return why requests were sent."""
    return [each["reason"] for each in json.loads(app.run("requests", "--json").stdout)["requests"]]


def test_three_seconds_after_logind_tells_of_waking_there_is_one_request_and_it_says_wake(
    app: Claudometer, logind: Logind, simulator: Simulator
) -> None:
    listening(app, logind)
    logind.tell(goes_to_sleep=True)
    time.sleep(4)
    assert len(simulator.requests) == 1
    logind.tell(goes_to_sleep=False)
    logind.tell(goes_to_sleep=False)
    time.sleep(2)
    assert len(simulator.requests) == 1
    wait_for(lambda: len(simulator.requests) == 2, what="the request after waking", timeout_s=4)
    time.sleep(4)
    assert len(simulator.requests) == 2
    assert reasons(app) == ["start", "wake"]


def test_while_claude_wants_us_to_wait_waking_sends_nothing(
    app: Claudometer, logind: Logind, simulator: Simulator
) -> None:
    simulator.oauth.stand(bodies.rate_limit("3600"))
    app.start().wait_for_status("rate_limited")
    wait_for(lambda: logind.listeners() == 1, what="the app on the system bus")
    planned = app.report()["next_poll_at"]
    logind.tell(goes_to_sleep=False)
    time.sleep(5)
    assert len(simulator.requests) == 1
    report = app.wait_for_status("rate_limited")
    assert report["next_poll_at"] == planned


def test_a_system_bus_that_goes_away_does_not_take_the_app_with_it(
    app: Claudometer, bus: SystemBus, logind: Logind
) -> None:
    listening(app, logind)
    bus.stop()
    time.sleep(1)
    assert app.process.is_running
    assert app.report()["status"] == "ok"


def test_on_a_computer_an_hour_slow_countdowns_are_right_and_menu_and_window_say_so_until_it_is_mended(
    app: Claudometer, simulator: Simulator
) -> None:
    simulator.set_clock(ahead_s=3600)
    simulator.play("normal")
    write_login(app.home.path / ".claude")
    app.start().wait_for_status("ok")
    app.tray.wait_for_menu(lambda menu: menu.find(HOUR_SLOW), what="the wrong clock")
    app.open_window()
    app.page.wait_for_text(HOUR_SLOW)

    simulator.set_clock(ahead_s=0)
    assert app.run("refresh").returncode == 0
    app.page.wait_for(lambda page: HOUR_SLOW not in str(page), what="the end of the notice")
    assert app.report()["message"] is None


def test_a_number_goes_from_the_menu_when_its_window_ends_and_not_with_the_next_answer(
    app: Claudometer, simulator: Simulator
) -> None:
    ends = datetime.now(UTC) + timedelta(seconds=9)
    window = {"utilization": 81.0, "resets_at": ends.isoformat()}
    simulator.oauth.stand(Reply(body={"five_hour": window}))
    write_login(app.home.path / ".claude")
    app.start()
    app.tray.wait_for_menu(lambda menu: menu.find("81 %  Session"), what="the number")
    app.tray.wait_for_menu(lambda menu: menu.find("—  Session"), what="no number", timeout_s=15)
    assert len(simulator.requests) == 1
