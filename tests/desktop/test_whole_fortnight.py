"""A fortnight of the whole app, started anew at every boundary: exactly the right notifications, in words."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.desktop.claudometer import Claudometer
from tests.desktop.fortnight.account import DAY, FABLE, Account, Work, at
from tests.desktop.fortnight.computer import Computer
from tests.desktop.fortnight.dunst import Dunst
from tests.desktop.fortnight.expected import Expected
from tests.desktop.stepped_clock import SteppedClock
from tests.desktop.system_bus import Logind, system_bus
from tests.simulator import ACCESS_TOKEN, Simulator, Token
from tests.simulator.account import write_login

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from tests.desktop.private_home import PrivateHome
    from tests.desktop.session import DesktopSession

# It takes two minutes; with 25 busy programs for each core, it took 14 and a half.
pytestmark = [pytest.mark.desktop, pytest.mark.slow, pytest.mark.timeout(1800)]

ROUNDING, HALF_AN_HOUR = timedelta(minutes=10), timedelta(minutes=30)

EARLY_RESET = at(4, 12.75)
"""On the first Friday, Claude begins both weekly limits anew."""

WORKS = (
    Work(at(0, 9), 60, 5, 8),
    Work(at(0, 14.5), 80, 6, 9),
    Work(at(1, 9), 95, 9, 12),
    Work(at(1, 18), 104, 30, 35),
    Work(at(2, 10), 92, 28, 30),
    Work(at(3, 9), 76, 19, 30),
    Work(at(4, 9), 100, 20, 12),
    Work(at(4, 15), 85, 30, 78),
    Work(at(7, 5), 78, 62, 22),  # on another computer, while this one sleeps over the weekend
    Work(at(8, 9), 30, 1, 0),
    Work(at(9, 16), 50, 1, 0),
    Work(at(10, 9), 99, 1, 0),
    Work(at(11, 9), 91, 5, 3),
    Work(at(12, 20), 80, 4, 4),
)
WEEKS = (
    (at(-6, 17), at(1, 17), at(1, 17)),
    (at(1, 17), at(8, 16), EARLY_RESET),
    (EARLY_RESET, EARLY_RESET + 7 * DAY, EARLY_RESET + 7 * DAY),
    (EARLY_RESET + 7 * DAY, EARLY_RESET + 14 * DAY, EARLY_RESET + 14 * DAY),
)
SETTINGS = {
    "schema_version": 2,
    "alert_own_thresholds": {"weekly": [90, 100]},
    "quiet_hours": True,
    "quiet_from": "22:00",
    "quiet_to": "07:00",
}

TOLD = [
    # Monday to Wednesday: on Monday all is muted; the last reset falls into the quiet hours.
    "muted: Session: 75 % used",
    "Session: 75 % used",
    "Session: 90 % used",
    "Your session has reset",
    "Session: 75 % used",
    "Session: 90 % used",
    "Session limit reached",
    "Your session has reset",
    "Session: 75 % used",
    "Session: 90 % used",
    "Your session has reset",
    # Thursday and Friday: Fable is muted at 75 %, until the early reset. The week is told from 90 % on.
    "Fable: 75 % used",
    "muted: Fable: 90 % used",
    "Session: 75 % used",
    "muted: Fable: weekly limit reached",
    "Weekly: 90 % used",
    "Session: 75 % used",
    "Session: 90 % used",
    "Session limit reached",
    "Your week has reset",
    "Fable has reset",
    "Your session has reset",
    "Session: 75 % used",
    "Fable: 75 % used",
    # Monday to Wednesday: three limits at once, the login, the credit.
    "Session: 75 % used",
    "Weekly: 90 % used",
    "Fable: weekly limit reached",
    "Claude Code needs you to log in again",
    "Cinder Cove credit ends in 3 days",
    # Thursday to Sunday: the last one falls into the quiet hours.
    "Session: 75 % used",
    "Session: 90 % used",
    "Your session has reset",
    "Session: 75 % used",
    "Your week has reset",
    "Fable has reset",
    "Session: 90 % used",
    "Your session has reset",
    "Session: 75 % used",
]
"""All but the forecasts, in their order, as a person reads them off the work above. Texts are computed."""


@pytest.fixture
def computer(desktop: DesktopSession, home: PrivateHome, tmp_path: Path) -> Iterator[Computer]:
    """The computer on the first Monday morning, with Claude Code's login; the app is not started."""
    account = Account(WORKS, WEEKS, credit_ends=at(12, 18))
    bus = system_bus(home)
    bus.start()
    with SteppedClock(tmp_path / "clock", start=at(0, 8.75)) as clock, Simulator(now=clock.now) as simulator:
        simulator.account.usage = account.body
        env = simulator.environment() | clock.env
        env |= {"DBUS_SYSTEM_BUS_ADDRESS": bus.address, "TZ": "Europe/Berlin"}
        app, logind = Claudometer(desktop, home, env), Logind(bus)
        dunst = Dunst(desktop)
        home.settings.write_text(json.dumps(SETTINGS), encoding="utf-8")
        yield Computer(app, dunst, clock, simulator, account, logind, Expected(account))
        app.stop()
        desktop.notifications.stop()
        logind.close()
    bus.stop()
    assert "Traceback" not in app.log, app.log


def log_in(computer: Computer, token: str = ACCESS_TOKEN, *, until: datetime) -> None:
    """Log in to Claude Code, with a token that expires then."""
    computer.simulator.account.tokens[token] = Token(expires_at=until)
    folder = computer.app.home.path / ".claude"
    write_login(folder, token, expiresAt=int(until.timestamp() * 1000))


def live_the_first_week(computer: Computer) -> None:
    """Live until Friday. Both weekly limits are reset early, while alerts about one of them are muted."""
    log_in(computer, until=at(9, 3))
    computer.mutes.append("Fable: 75")
    computer.start()
    computer.live_until(at(0, 17))
    computer.mute_for_an_hour()
    computer.live_until(at(0, 18.25))
    computer.sleep_until(at(1, 8.75))
    computer.live_until(at(1, 23.5))
    computer.sleep_until(at(2, 8.5))
    computer.live_until(at(2, 15.5))
    computer.sleep_until(at(3, 8.5))
    computer.live_until(at(3, 14.5))
    computer.sleep_until(at(4, 8.5))
    computer.live_until(at(4, 18.25))


def live_the_second_week(computer: Computer) -> None:
    """Live from Monday on: a burst, two logins, a credit, and a reset while the app is off."""
    computer.sleep_until(at(7, 8))
    computer.live_until(at(7, 10.5))
    computer.sleep_until(at(8, 8.75))
    computer.live_until(at(8, 10.1))
    computer.simulator.account.tokens[ACCESS_TOKEN].revoked = True
    computer.live_until(at(8, 11.5))
    log_in(computer, "sk-ant-oat01-simulated-access-token-0002", until=at(9, 3))
    computer.ask()
    computer.live_until(at(8, 12))
    computer.sleep_until(at(9, 16.5), asks=False)  # the login has expired
    computer.live_until(at(9, 16.75))
    log_in(computer, "sk-ant-oat01-simulated-access-token-0003", until=at(20, 0))
    computer.ask()
    computer.live_until(at(9, 18.5))
    computer.sleep_until(at(10, 8.75))
    computer.live_until(at(10, 13.9))
    computer.stop()
    computer.clock.step(20 * 60)
    computer.start()
    computer.live_until(at(10, 14.5))
    computer.sleep_until(at(11, 8.75))
    computer.live_until(at(11, 14.1))
    computer.sleep_until(at(12, 19.75))
    computer.live_until(at(12, 23.25))
    computer.sleep_until(at(13, 6.75))
    computer.live_until(at(13, 7.25))


def test_a_fortnight_leads_to_exactly_the_expected_notifications(computer: Computer) -> None:
    live_the_first_week(computer)
    live_the_second_week(computer)
    assert computer.dunst.shown() == computer.expected.shown
    listed = computer.listed()
    assert [in_brief(each) for each in listed if each["kind"] != "forecast"] == TOLD
    assert {each["title"].split()[0] for each in listed if each["kind"] == "forecast"} >= {
        "Session",
        "Weekly",
    }
    # Checked without the app's own forecasts: at the busiest pace, each limit is full by the told time.
    for told in computer.expected.foretold:
        busiest = max(work.model if told.seen.limit == FABLE else work.week for work in WORKS) / 3
        assert told.earliest(busiest) <= told.full_at + ROUNDING, told
        assert told.earliest(busiest) < told.window.ends - HALF_AN_HOUR, told
    assert len(computer.expected.foretold) == sum(each["kind"] == "forecast" for each in listed)
    assert computer.restarts > 50
    assert computer.kills > 5


def in_brief(alert: dict[str, Any]) -> str:
    """Return a title with the threshold instead of the percent, which depends on when the app asks."""
    fate = "" if alert["fate"] == "shown" else f"{alert['fate']}: "
    return fate + re.sub(
        "[0-9]+(?= %)",
        lambda found: "90" if int(found[0]) >= 90 else "75",
        alert["title"].replace("\u00a0", " "),
    )
