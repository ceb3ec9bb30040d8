"""The computer of the fortnight: its clock, its desktop, the app on it, and what its user does."""

from __future__ import annotations

import json
import re
import signal
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.desktop import process_tree
from tests.desktop.fortnight.account import ZONE
from tests.desktop.fortnight.expected import Forecast
from tests.desktop.waiting import LONGEST_S, wait_for
from tests.simulator import Fault, Reply

if TYPE_CHECKING:
    from tests.desktop.claudometer import Claudometer
    from tests.desktop.fortnight.account import Account, Served, Window
    from tests.desktop.fortnight.dunst import Dunst
    from tests.desktop.fortnight.expected import Bubble, Due, Expected
    from tests.desktop.stepped_clock import SteppedClock
    from tests.desktop.system_bus import Logind
    from tests.simulator import Simulator

BURST_S = 6.0
"""Longer than the app waits for more of the same burst."""

RESTART_S = 5.0

WAKE_S = 4.0
"""Longer than the app leaves the network after a sleep."""

AGAIN_S = 1.0
"""A step for an app that has not done yet what is due."""

PAUSE_S, PAUSES = 0.02, 25
"""How often to look whether it has, and after how many looks there is such a step."""

REST = r", in ([^.]+)"
"""How long it is until a reset, in the words of a notification."""


@dataclass
class Computer:
    """Lives through the time, and compares each notification with the expected one at once.

    The app is started anew after everything that is told, and after every reset.

    Attributes:
        kills: how often it was killed during a request.
        mutes: beginnings of the titles of notifications on which the user chooses *Mute until reset*.
    """

    app: Claudometer
    dunst: Dunst
    clock: SteppedClock
    simulator: Simulator
    account: Account
    logind: Logind
    expected: Expected
    mutes: list[str] = field(default_factory=list)
    restarts: int = 0
    kills: int = 0
    _requests: int = 0
    _answers: int = 0
    _moments: list[datetime] = field(default_factory=list)

    def start(self) -> None:
        """Start the app as its user does, and follow what comes of its first request."""
        self.app.start()
        wait_for(lambda: self.logind.listeners() == 1, what="the app on the system bus")
        self._take_answer(must_settle=True)

    def restart(self) -> None:
        """End the app, every second time by SIGKILL, and start it again."""
        self.restarts += 1
        self.stop(kill=self.restarts % 2 == 0)
        self._note_last_answers()
        self.clock.step(RESTART_S)
        self.start()

    def _note_last_answers(self) -> None:
        """Note what the app was answered before it ended: on a busy machine, the request after a sleep."""
        for served in self.account.served[self._answers :]:
            assert not self.expected.of_answer(served), f"{self._when()}: it ended before it could tell"
        self._answers, self._requests = len(self.account.served), len(self.simulator.requests)

    def stop(self, *, kill: bool = False) -> None:
        """End the app."""
        if kill:
            self.app.process.send_signal(signal.SIGKILL)
            self.app.process.wait_until_ended()
        self.app.stop()
        self.app.tray.wait_until_gone()

    def live_until(self, moment: datetime) -> None:
        """Be awake until then: the app sends each request at the time that it has planned."""
        while (planned := self._planned()) is not None and planned < moment:
            asks_at = max(planned, self.clock.now()) + timedelta(seconds=AGAIN_S)
            is_killed = self.restarts % 3 == 2 and self.expected.is_due(self.account.numbers(asks_at))
            if is_killed:
                self.simulator.oauth.queue(Reply(fault=Fault.HANG))
            self.clock.step((asks_at - self.clock.now()).total_seconds())
            if is_killed:
                self._kill_while_it_asks()
            else:
                self._take_answer()
            self._tell_summary()
            assert not self.dunst.is_showing, f"{self._when()}: nobody has expected this notification"
        self.clock.step(max(0.0, (moment - self.clock.now()).total_seconds()))
        self._tell_summary()

    def sleep_until(self, moment: datetime, *, asks: bool = True) -> None:
        """Close the lid until then. With ``asks`` its login still works, so it sends a request afterwards."""
        self.logind.announce(goes_to_sleep=True)
        self.clock.suspend((moment - self.clock.now()).total_seconds())
        self.logind.announce(goes_to_sleep=False)
        if not self._tell_summary() and asks:  # after a summary the app was started anew, with a request
            self._wait_until_idle()
            self.clock.step(WAKE_S)
            self.ask()

    def ask(self) -> None:
        """Let time pass until the app has sent a request, after something that makes it send one soon."""
        self._take_answer(must_ask=True)

    def mute_for_an_hour(self) -> None:
        """Mute all alerts from the tray's menu."""
        self.app.tray.click("For 1 hour")
        self.app.tray.wait_for_menu(lambda menu: menu.find("Alerts muted until"), what="the silence")
        self.expected.mute_all(self.clock.now() + timedelta(hours=1))

    def _kill_while_it_asks(self) -> None:
        """End the app between a request and an answer that makes something due, and start it again."""

        def has_asked() -> bool:
            self.app.report()  # wakes it
            return len(self.simulator.requests) > self._requests

        wait_for(has_asked, what=f"a request on {self._when()}")
        self._requests = len(self.simulator.requests)
        self.account.served.pop()  # it has not arrived
        self.kills += 1
        self.stop(kill=True)
        self.clock.step(RESTART_S)
        self.start()

    def _planned(self) -> datetime | None:
        planned = self.app.report()["next_poll_at"]
        return datetime.fromisoformat(planned) if planned else None

    def _take_answer(self, *, must_ask: bool = False, must_settle: bool = False) -> None:
        """Wait until the app has sent or planned a request, and for what follows from the answer.

        Args:
            must_ask: a request must be sent, even if it was planned for later.
            must_settle: the app has just started, and reads its history for the forecasts.
        """
        deadline, pauses = time.monotonic() + LONGEST_S, 0
        while not self._is_done(must_ask=must_ask):
            assert time.monotonic() < deadline, f"{self._when()}: nothing was asked: {self.app.report()}"
            time.sleep(PAUSE_S)
            pauses += 1
            if pauses % PAUSES == 0 and len(self.simulator.requests) == self._requests:
                self.clock.step(AGAIN_S)
        if must_settle:
            self._wait_until_idle()
        is_new = len(self.simulator.requests) > self._requests
        self._requests = len(self.simulator.requests)
        self._follow(is_new=is_new)

    def _is_done(self, *, must_ask: bool) -> bool:
        report = self.app.report()  # this call also wakes the app, so that it looks at its clock
        if len(self.simulator.requests) == self._requests:
            planned = report["next_poll_at"]
            if planned is None:  # it waits for a login
                return not must_ask and report["status"] not in {"ok", "starting"}
            return not must_ask and _time(planned) > self.clock.now()
        if self.simulator.requests[-1].status != 200:
            return bool(report["status"] not in {"ok", "starting"})
        fetched = report["fetched_at"]
        gap = _time(fetched) - self.account.served[-1].at if fetched else timedelta.max
        return bool(report["status"] == "ok" and abs(gap) < timedelta(seconds=2))

    def _wait_until_idle(self) -> None:
        pid = self.app.process.pid
        wait_for(lambda: process_tree.is_waiting(pid), what=f"the end of the app's work on {self._when()}")

    def _follow(self, *, is_new: bool) -> None:
        """Compare what is told now, and start the app anew if it was a boundary."""
        due: list[Due] = []
        is_boundary = False
        self._moments.clear()
        if is_new and self.simulator.requests[-1].status != 200:
            due = self.expected.of_refusal()
        elif is_new:
            assert len(self.account.served) == self._answers + 1, f"{self._when()}: it asked twice"
            due = self.expected.of_answer(self.account.served[-1])
            is_boundary = len({_windows(each) for each in self.account.served[-2:]}) > 1
            self._answers += 1
        due += self._forecasts_due()
        if due:
            self._tell(due)
        if due or is_boundary:
            self.restart()

    def _forecasts_due(self) -> list[Due]:
        (account,) = self.app.call("status")["accounts"]
        said = {
            row["name"]: row["note"].partition("full ")[2].partition(",")[0]
            for row in account["terminal"]["rows"]
        }
        full_at = {
            each["label"]: each["forecast"]["full_at"]
            for each in account["report"]["limits"]
            if each["forecast"] and not each["stale"]
        }
        forecasts = {name: Forecast(_time(at), said[name]) for name, at in full_at.items() if at}
        return self.expected.of_forecasts(self.account.served[-1], forecasts, self._is_foretold)

    def _is_foretold(self, limit: str) -> bool:
        """Return whether the app tells a forecast now that is so close to due that rounding decides."""
        self._wait_for_burst()
        self._wait_until_idle()
        new = self.listed()[self.expected.listed :]
        return any(each["kind"] == "forecast" and each["title"].startswith(limit) for each in new)

    def _wait_for_burst(self) -> None:
        self._moments.append(self.clock.now())
        self.clock.step(BURST_S)
        self.app.report()  # wakes it

    def _tell(self, due: list[Due]) -> None:
        self._wait_for_burst()
        listed = self._wait_for_list(self.expected.listed + len(due))
        # On a busy machine it may have waited those seconds before the clock was stepped.
        said_at = int(_time(listed[-1]["at"]).timestamp())
        (told_at,) = (each for each in (*self._moments, self.clock.now()) if int(each.timestamp()) == said_at)
        bubble = self.expected.tell(due, told_at)
        if bubble is not None:
            self._compare(bubble, due)

    def _tell_summary(self) -> bool:
        """Compare the notification of what was held back, if it is due; return whether it is."""
        bubble = self.expected.summary(self.clock.now())
        if bubble is not None:
            self._compare(bubble, [])
            self._wait_for_list(self.expected.listed)
            self.restart()
        return bubble is not None

    def _wait_for_list(self, count: int) -> list[dict[str, Any]]:
        """Wait until so many alerts are written down, with whether the desktop took them; return them."""

        def settled() -> list[dict[str, Any]] | None:
            alerts = self.listed()
            are_taken = all(each["taken"] for each in alerts if each["fate"] == "shown")
            return alerts if len(alerts) == count and are_taken else None

        try:
            return wait_for(settled, what=f"{count} alerts on {self._when()}")
        except TimeoutError as late:
            last = [(each["title"], each["fate"], each["taken"]) for each in self.listed()[count - 3 :]]
            raise TimeoutError(f"{late}; from the third last on they were {last}") from late

    def listed(self) -> list[dict[str, Any]]:
        """Return the past alerts, as a command lists them."""
        alerts: list[dict[str, Any]] = self.app.run_json("alerts")["alerts"]
        return alerts

    def _compare(self, bubble: Bubble, due: list[Due]) -> None:
        """Wait for a notification; it is the only one, and the expected one."""

        def is_shown() -> bool:
            self.app.report()  # wakes it
            return self.dunst.is_showing

        wait_for(is_shown, what=f"the notification {bubble} on {self._when()}")
        if self.mutes and bubble[0].startswith(self.mutes[0]):
            self.mutes.pop(0)
            self.dunst.mute_until_reset()
            self.expected.mute(due)
            wait_for(self._is_muted, what="the limit in the list of what is muted")
        self.dunst.close_all()
        shown = self.dunst.shown()
        if len(shown) == len(self.expected.shown) and _is_a_minute_off(shown[-1], self.expected.shown[-1]):
            # On a busy machine the words may be made seconds before or after the time that the list has.
            self.expected.shown[-1] = shown[-1]
        assert shown == self.expected.shown, f"{self._when()}: {shown[-2:]}, not {self.expected.shown[-2:]}"

    def _is_muted(self) -> bool:
        (file,) = self.app.home.path.rglob("history.db")
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            ((kept,),) = connection.execute("SELECT content FROM alert_memory")
        return bool(json.loads(kept)["silence"]["limits"])

    def _when(self) -> str:
        return f"{self.clock.now().astimezone(ZONE):%a %d %b %H:%M:%S}"


def _is_a_minute_off(shown: Bubble, expected: Bubble) -> bool:
    """Return whether two notifications differ only by a minute until the reset."""
    apart = [
        abs(_minutes_in(ours) - _minutes_in(theirs)) for ours, theirs in zip(shown, expected, strict=False)
    ]
    rests = [[re.sub(REST, "", text) for text in bubble] for bubble in (shown, expected)]
    return rests[0] == rests[1] and sum(apart) == 1


def _minutes_in(text: str) -> int:
    """Return how many minutes "in 1 d 2 h 3 min" is, 0 without such words."""
    words = re.search(REST, text)
    parts = re.findall(r"(\d+) (d|h|min)", words[1] if words else "")
    return sum(int(number) * {"d": 1440, "h": 60, "min": 1}[unit] for number, unit in parts)


def _time(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp)


def _windows(served: Served) -> tuple[Window | None, ...]:
    return tuple(seen.window for seen in served.limits)
