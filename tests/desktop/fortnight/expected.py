"""The right notifications, computed from the true account and what its user does, without the app."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from tests.desktop.fortnight.account import FABLE, SESSION, WEEKLY, ZONE, Account, Seen, Served, Window

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

THRESHOLDS = (100, 90, 75)
OWN_THRESHOLDS = {WEEKLY: (100, 90)}
"""What counts in place of them for one limit, as its user has set it."""
CLOSE = 90
KINDS = ("login", "used", "forecast", "credit", "reset")
"""The most urgent first."""

QUIET_FROM, QUIET_TO = 22, 7
"""Local hours."""

Bubble = tuple[str, ...]
"""Title and lines."""


@dataclass(frozen=True)
class Due:
    """Something to tell, of one of the ``KINDS``."""

    kind: str
    seen: Seen | None = None
    window: Window | None = None


@dataclass(frozen=True)
class Forecast:
    """What every surface shows of a limit: when it is full, and how that is said, as in "about 13:00"."""

    full_at: datetime
    said: str


@dataclass(frozen=True)
class Foretold:
    """A forecast that an alert told: of which number, at what time, and when it says the limit is full."""

    seen: Seen
    window: Window
    at: datetime
    full_at: datetime

    def earliest(self, percent_an_hour: float) -> datetime:
        """Return when the limit would be full at the fastest pace that the account ever has.

        A session grows evenly from its beginning, so its own pace is the fastest that it can have.
        """
        if self.seen.limit == SESSION:
            return self.window.begins + (self.at - self.window.begins) * (100 / (self.seen.percent + 1))
        return self.at + timedelta(hours=(99 - self.seen.percent) / percent_an_hour)


@dataclass
class Expected:
    """Follows the fortnight. ``shown`` are the notifications so far, ``listed`` counts all alerts."""

    account: Account
    shown: list[Bubble] = field(default_factory=list)
    listed: int = 0
    _told: dict[Window, int] = field(default_factory=dict)
    _close: dict[str, Window] = field(default_factory=dict)
    _doubted: set[Window] = field(default_factory=set)
    _muted: set[Window] = field(default_factory=set)
    forecasts: Mapping[str, Forecast] = field(default_factory=dict)
    foretold: list[Foretold] = field(default_factory=list)
    _foretold: set[Window] = field(default_factory=set)
    _muted_until: datetime | None = None
    _held: list[tuple[datetime, str]] = field(default_factory=list)
    _credit_told: bool = False
    _login_told: bool = False

    def is_due(self, served: Served) -> bool:
        """Return whether an answer would make something due, without noting it."""
        other = copy(self)
        other._told, other._close, other._doubted = dict(self._told), dict(self._close), set(self._doubted)
        return bool(other.of_answer(served))

    def of_answer(self, served: Served) -> list[Due]:
        """Return what an answer makes due."""
        self._login_told = False
        due: list[Due] = []
        for seen in served.limits:
            due += self._reset(seen, served.at) + self._crossed(seen)
        left = self.account.credit_ends - served.at
        if timedelta() < left <= timedelta(days=3) and not self._credit_told:
            self._credit_told = True
            due.append(Due("credit"))
        return due

    def of_forecasts(
        self, served: Served, forecasts: Mapping[str, Forecast], is_told: Callable[[str], bool]
    ) -> list[Due]:
        """Return which of the shown forecasts are due: once in a window, and half an hour before its end.

        Args:
            is_told: called for a limit whose forecast is due within a minute. Forecasts are shown to the
                minute, so only the app knows whether it is due already.
        """
        self.forecasts = forecasts
        due = []
        for seen in served.limits:
            window, forecast = seen.window, forecasts.get(seen.limit)
            if window is None or forecast is None or window in self._foretold or seen.percent >= 100:
                continue
            early = window.ends - timedelta(minutes=30) - forecast.full_at
            if is_told(seen.limit) if abs(early) <= timedelta(minutes=1) else early > timedelta():
                self._foretold.add(window)
                self.foretold.append(Foretold(seen, window, served.at, forecast.full_at))
                due.append(Due("forecast", seen, window))
        return due

    def of_refusal(self) -> list[Due]:
        """Return what is due when the login is refused for good."""
        due = [] if self._login_told else [Due("login")]
        self._login_told = True
        return due

    def tell(self, due: list[Due], now: datetime) -> Bubble | None:
        """Note that something is told now; return the notification, ``None`` for one that is not shown."""
        self.listed += len(due)
        is_muted = self._muted_until is not None and now < self._muted_until
        open_ = [
            each for each in due if not is_muted and (each.kind == "reset" or each.window not in self._muted)
        ]
        open_.sort(key=lambda each: (KINDS.index(each.kind), -(each.seen.percent if each.seen else 0)))
        said = [(each, *self._say(each, now)) for each in open_]
        if is_quiet(now):
            self._held += [(now, title) for _, title, _ in sorted(said, key=lambda each: due.index(each[0]))]
            return None
        if not said:
            return None
        lines = [said[0][2], *(title for _, title, _ in said[1:])]
        return self._show((said[0][1], *(line for line in lines if line)))

    def summary(self, now: datetime) -> Bubble | None:
        """Return the notification of what quiet hours have held back, ``None`` if there is none to show."""
        if not self._held or is_quiet(now):
            return None
        count = len(self._held)
        title = "1 alert from your quiet hours" if count == 1 else f"{count} alerts from your quiet hours"
        lines = [f"{moment(then, now)} {title}" for then, title in self._held]
        self._held.clear()
        return self._show((title, *lines))

    def mute(self, due: list[Due]) -> None:
        """Note a click on *Mute until reset*."""
        self._muted |= {each.window for each in due if each.window and each.seen and each.seen.percent < 100}

    def mute_all(self, until: datetime) -> None:
        """Note that all alerts are muted until then."""
        self._muted_until = until

    def _show(self, bubble: Bubble) -> Bubble:
        self.shown.append(bubble)
        return bubble

    def _reset(self, seen: Seen, now: datetime) -> list[Due]:
        before = self._close.get(seen.limit)
        if before is None or before == seen.window:
            return []
        if now < before.ends - timedelta(minutes=1) and before not in self._doubted:
            self._doubted.add(before)  # earlier than promised: a second answer has to confirm it
            return []
        del self._close[seen.limit]
        is_news = now - before.ends <= (before.ends - before.begins) / 2 and seen.percent < CLOSE
        return [Due("reset", seen, before)] if is_news else []

    def _crossed(self, seen: Seen) -> list[Due]:
        if seen.window is None:
            return []
        if seen.percent >= CLOSE and seen.limit not in self._close:
            self._close[seen.limit] = seen.window
        thresholds = OWN_THRESHOLDS.get(seen.limit, THRESHOLDS)
        crossed = next((each for each in thresholds if seen.percent >= each), 0)
        if crossed <= self._told.get(seen.window, 0):
            return []
        self._told[seen.window] = crossed
        return [Due("used", seen, seen.window)]

    def _say(self, due: Due, now: datetime) -> tuple[str, str]:
        if due.kind == "login":
            stopped = moment(self.account.served[-1].at, now)
            body = f"No new numbers since {stopped}. Run “claude” in a terminal."
            return "Claude Code needs you to log in again", body
        if due.kind == "credit":
            end = spoken(self.account.credit_ends, now)
            return "Cinder Cove credit ends in 3 days", f"$51.50 of $250.00 used. It ends {end}."
        assert due.seen is not None
        assert due.window is not None
        if due.kind == "forecast":
            return _forecast(due.seen, due.window, self.forecasts[due.seen.limit], now)
        return (_used if due.kind == "used" else _reset)(due.seen, due.window, now)


def _used(seen: Seen, window: Window, now: datetime) -> tuple[str, str]:
    end = moment(window.ends, now)
    if seen.percent < 100:
        at_end = f"at {end}" if ":" in end[:3] else end
        return f"{seen.limit}: {seen.percent} % used", f"Resets {at_end}, in {span(window.ends - now)}."
    if seen.limit == FABLE:
        return "Fable: weekly limit reached", f"Other models still work. Resets {end}."
    title = "Session limit reached" if seen.limit == SESSION else "Weekly limit reached"
    return title, f"You can go on {f'at {end}' if ':' in end[:3] else end}."


def _reset(seen: Seen, _window: Window, now: datetime) -> tuple[str, str]:
    titles = {SESSION: "Your session has reset", WEEKLY: "Your week has reset", FABLE: "Fable has reset"}
    if seen.window is None:
        return titles[seen.limit], "A new one starts with your next message."
    return titles[seen.limit], f"{seen.percent} % used. The next reset is {spoken(seen.window.ends, now)}."


def _forecast(seen: Seen, window: Window, forecast: Forecast, now: datetime) -> tuple[str, str]:
    title = f"{seen.limit} full {forecast.said} at this pace"
    full_at = said_time(forecast.said, now)
    before = "" if full_at is None else f"{span(window.ends - full_at)} before it resets. "
    return title, f"{before}{seen.percent} % used now."


def said_time(said: str, now: datetime) -> datetime | None:
    """Return the time of "about 13:00" or "about Friday night", after ``now``; ``None`` if it has none."""
    if not said.startswith("about "):
        return None
    today, name = now.astimezone(ZONE).date(), said.removeprefix("about ")
    candidates = [
        (datetime.combine(today + timedelta(days=days), time(hour, minute)), days)
        for days in range(9)
        for hour in range(24)
        for minute in range(0, 60, 10)
    ]
    for local, days in candidates:
        then = local.replace(tzinfo=ZONE).astimezone(UTC)
        if then > now and name in {moment(then, now), *_half_day(local, days)}:
            return then
    raise AssertionError(said)


def _half_day(local: datetime, days: int) -> set[str]:
    """Return what noon and midnight are called, ``days`` after today."""
    if (local.hour, local.minute) == (12, 0):
        return {{0: "noon", 1: "tomorrow noon"}.get(days, f"{local:%A} noon")}
    if (local.hour, local.minute) == (0, 0):  # the night of the day that ends
        evening = local - timedelta(days=1)
        return {{1: "midnight", 2: "tomorrow night"}.get(days, f"{evening:%A} night")}
    return set()


def is_quiet(now: datetime) -> bool:
    """Return whether it is one of the user's quiet hours."""
    return not QUIET_TO <= now.astimezone(ZONE).hour < QUIET_FROM


def moment(then: datetime, now: datetime) -> str:
    """Return "14:00" for today, "Tue 17:00" for the next six days, else "3 Nov 16:00"."""
    local, days = then.astimezone(ZONE), _days(then, now)
    day = "" if days == 0 else f"{local:%a} " if 0 < days < 7 else f"{local.day} {local:%b} "
    return f"{day}{local:%H:%M}"


def spoken(then: datetime, now: datetime) -> str:
    """Return the same with "today" and "tomorrow"."""
    word = {0: "today ", 1: "tomorrow "}.get(_days(then, now))
    return f"{word}{then.astimezone(ZONE):%H:%M}" if word else moment(then, now)


def span(left: timedelta) -> str:
    """Return the two largest units, whole and not rounded up: "4 d 5 h", "2 h 9 min", "12 min"."""
    days, hours, minutes = left.days, left.seconds // 3600, left.seconds // 60 % 60
    parts = [(days, "d"), (hours, "h")] if days else [(hours, "h"), (minutes, "min")]
    return " ".join(f"{count} {unit}" for count, unit in parts if count)


def _days(then: datetime, now: datetime) -> int:
    return (then.astimezone(ZONE).date() - now.astimezone(ZONE).date()).days
