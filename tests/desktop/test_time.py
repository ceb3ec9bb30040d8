"""The app on a machine that sleeps, and on one with a wrong clock."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from tests.desktop.system_bus import Logind, system_bus
from tests.desktop.waiting import wait_for
from tests.sentences import title
from tests.simulator import bodies
from tests.simulator.account import write_login

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from tests.desktop.bus_daemon import BusDaemon
    from tests.desktop.claudometer import Claudometer
    from tests.simulator import Simulator

pytestmark = pytest.mark.desktop

HOUR_SLOW = title(ErrorCode.CLOCK_WRONG, behind_s=3600)


@pytest.fixture
def bus(app: Claudometer) -> Iterator[BusDaemon]:
    """A system bus for the app."""
    bus = system_bus(app.home)
    bus.start()
    app.env["DBUS_SYSTEM_BUS_ADDRESS"] = bus.address
    write_login(app.home.path / ".claude")
    yield bus
    bus.stop()


@pytest.fixture
def logind(bus: BusDaemon) -> Iterator[Logind]:
    """A logind on that bus."""
    logind = Logind(bus)
    yield logind
    logind.close()


def listening(app: Claudometer, logind: Logind) -> Claudometer:
    """Start the app, and wait for its numbers and its connection to logind."""
    app.start().wait_for_status("ok")
    wait_for(lambda: logind.listeners() == 1, what="the app on the system bus")
    return app


def note_times(simulator: Simulator) -> list[float]:
    """Return a list that gets the monotonic time of each answer with numbers, in seconds."""
    times: list[float] = []
    usage = simulator.account.usage

    def note(now: datetime) -> object:
        times.append(time.monotonic())
        return usage(now)

    simulator.account.usage = note
    return times


def reasons(app: Claudometer) -> list[str]:
    """Return the reasons of all recorded requests."""
    return [request["reason"] for request in app.run_json("requests")["requests"]]


def test_three_seconds_after_logind_announces_waking_there_is_one_request_with_that_reason(
    app: Claudometer, logind: Logind, simulator: Simulator
) -> None:
    answered = note_times(simulator)
    listening(app, logind)
    logind.announce(goes_to_sleep=True)
    time.sleep(4)  # longer than a request after waking would take
    assert len(answered) == 1
    woken = time.monotonic()
    logind.announce(goes_to_sleep=False)
    logind.announce(goes_to_sleep=False)
    wait_for(lambda: len(answered) == 2, what="the request after waking")
    assert answered[1] - woken >= 3, "the network gets three seconds to come back"
    time.sleep(4)  # a second request, for the second signal, would have been sent by then
    assert len(simulator.requests) == 2
    assert reasons(app) == ["start", "wake"]


def test_during_a_rate_limit_waking_sends_nothing(
    app: Claudometer, logind: Logind, simulator: Simulator
) -> None:
    simulator.oauth.stand(bodies.rate_limit("3600"))
    app.start().wait_for_status("rate_limited")
    wait_for(lambda: logind.listeners() == 1, what="the app on the system bus")
    planned = app.report()["next_poll_at"]
    logind.announce(goes_to_sleep=False)
    time.sleep(5)  # longer than a request after waking would take
    assert len(simulator.requests) == 1
    report = app.wait_for_status("rate_limited")
    assert report["next_poll_at"] == planned


def test_the_app_survives_the_end_of_the_system_bus(app: Claudometer, bus: BusDaemon, logind: Logind) -> None:
    listening(app, logind)
    bus.stop()
    time.sleep(1)  # time in which the app would fail
    assert app.process.is_running
    assert app.report()["status"] == "ok"


def test_a_clock_an_hour_slow_is_reported_in_menu_and_window_until_it_is_right(
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


def test_a_number_disappears_from_the_menu_when_its_window_ends_without_a_request(
    app: Claudometer, simulator: Simulator
) -> None:
    def soon_over(now: datetime) -> object:
        # From the answer on, since the start of the app may take any time.
        return {"five_hour": {"utilization": 81.0, "resets_at": (now + timedelta(seconds=12)).isoformat()}}

    simulator.account.usage = soon_over
    write_login(app.home.path / ".claude")
    app.start()
    app.tray.wait_for_menu(lambda menu: menu.find("81 %  Session"), what="the number")
    app.tray.wait_for_menu(lambda menu: menu.find("—  Session"), what="no number")
    assert len(simulator.requests) == 1
