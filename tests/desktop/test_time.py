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
WAITS = "the computer was asleep; polling in 3 s"
PLANNED = "engine.poller: poll: "
"""Stands in the log at the end of each poll, with or without a request, beside the time of the next one."""


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


def until_handled(app: Claudometer, logind: Logind) -> None:
    """Wait until the app has handled all that logind has announced.

    Received on the bus, it is handled on the thread of the tray, which then calls that of the engine: each
    does one thing after another, and so has handled it once it answers a later call.
    """
    logind.wait_until_received()
    assert app.tray.find() is not None
    app.report()


def reasons(app: Claudometer) -> list[str]:
    """Return the reasons of all recorded requests."""
    return [request["reason"] for request in app.run_json("requests")["requests"]]


def test_three_seconds_after_logind_announces_waking_there_is_one_request_with_that_reason(
    app: Claudometer, logind: Logind, simulator: Simulator
) -> None:
    answered = note_times(simulator)
    listening(app, logind)
    logind.announce(goes_to_sleep=True)
    until_handled(app, logind)
    assert WAITS not in app.log, "falling asleep is no reason to ask"
    woken = time.monotonic()
    logind.announce(goes_to_sleep=False)
    logind.announce(goes_to_sleep=False)
    until_handled(app, logind)
    assert app.log.count(WAITS) == 1, "the second signal is about the same sleep"
    wait_for(lambda: app.log.count(PLANNED) == 2, what="the plan after the request")
    assert len(simulator.requests) == len(answered) == 2
    assert answered[1] - woken >= 3, "the network gets three seconds to come back"
    assert reasons(app) == ["start", "wake"]


def test_during_a_rate_limit_waking_sends_nothing(
    app: Claudometer, logind: Logind, simulator: Simulator
) -> None:
    simulator.oauth.stand(bodies.rate_limit("3600"))
    app.start().wait_for_status("rate_limited")
    wait_for(lambda: logind.listeners() == 1, what="the app on the system bus")
    planned = app.report()["next_poll_at"]
    logind.announce(goes_to_sleep=False)
    wait_for(lambda: app.log.count(PLANNED) == 2, what="the plan after waking")
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
