"""Generates months of an account: what its user does, what the limits do, and what a poller reads.

A month has one of eight regimes. Its user differs from seed to seed: how much of a session and of a week is
used, when the day begins, how even the days are, whether the computer sleeps. All that a forecast may know of
the month are the readings; the truth is kept beside them, to be graded by.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from claudometer.domain import poll_intervals
from claudometer.domain.forecasting.windows import Sample

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

STEP_S = 300
HOUR_S, DAY_S, WEEK_S = 3600, 86400, 7 * 86400
SESSION_S = 5 * HOUR_S
MONTH_DAYS = 35
"""Five weeks, so that four of them are whole, whatever day the first one ends on."""

START_S = 1_798_416_000
"""A Monday at midnight UTC: 28 December 2026. The user lives in UTC."""


@dataclass
class TrueWindow:
    """A window of a limit: when it was to begin and end, and what became of it.

    Attributes:
        began: since when its use was counted, which a granted reset moves.
        final: percent at its end, at most 100.
        full_at: when 100 % was reached, seconds since 1970; ``None`` if it never was.
        is_whole: it ended when it was to end, not by a granted reset or the month's end.
    """

    start: float
    end: float
    began: float
    final: float = 0.0
    full_at: float | None = None
    is_whole: bool = False


@dataclass
class Month:
    """The readings and the truth of each limit: ``session`` (not in every regime) and ``weekly``.

    ``decimals`` is how precisely the server gives percents: in whole numbers, or in tenths.
    """

    regime: str
    seed: int
    decimals: int = 0
    readings: dict[str, list[Sample]] = field(default_factory=dict)
    truth: dict[str, list[TrueWindow]] = field(default_factory=dict)


Rates = list[float]
"""Work in each step of the month, in units an hour: a user who works as usual does 1 an hour."""


def _steady(random: Random) -> Rates:
    begin = random.uniform(8, 10)
    return _days(random, lambda _: [(begin + random.gauss(0, 0.2), begin + 9)], lambda: 1.0)


def _bursty(random: Random) -> Rates:
    state = {"left": 0.0, "on": False}

    def pulse() -> float:
        state["left"] -= STEP_S / 60
        if state["left"] <= 0:
            state["on"] = not state["on"]
            state["left"] = random.expovariate(1 / (25 if state["on"] else 60))
        return random.uniform(1.5, 4) if state["on"] else 0.0

    return _days(random, lambda _: [(8.5, 22.5)], pulse)


def _nights_off(random: Random) -> Rates:
    level = {"log": 0.0}

    def drift() -> float:
        level["log"] = 0.985 * level["log"] + random.gauss(0, 0.14)
        return math.exp(level["log"])

    return _days(random, lambda _: [(7.5, 12.5), (13.5, random.uniform(20, 24))], drift)


def _weekends_off(random: Random) -> Rates:
    def hours(day: int) -> list[tuple[float, float]]:
        if day % 7 >= 5:
            return [(11, 12.5)] if random.random() < 0.1 else []
        return [(9 + random.gauss(0, 0.3), 12.2), (13, 17.5 + random.gauss(0, 0.5))]

    return _days(random, hours, lambda: random.gammavariate(2, 0.5))


def _two_machines(random: Random) -> Rates:
    mine = _weekends_off(random)
    for _ in range(int(MONTH_DAYS * random.uniform(0.7, 1.6))):  # jobs at any hour, on the other machine
        begin = random.uniform(0, MONTH_DAYS) * DAY_S
        length, rate = random.uniform(1, 6) * HOUR_S, random.uniform(0.6, 1.6)
        for step in range(int(begin / STEP_S), min(len(mine), int((begin + length) / STEP_S))):
            mine[step] += rate
    return mine


def _after_lunch(random: Random) -> Rates:
    def hours(day: int) -> list[tuple[float, float]]:
        morning = [(8.5 + random.gauss(0, 0.3), 12.2 + random.gauss(0, 0.2))]
        return morning + ([(14, 15.5)] if random.random() < 0.15 or day % 7 == 2 else [])

    return _days(random, hours, lambda: random.gammavariate(3, 0.4))


def _ultra(random: Random) -> Rates:
    day, night = _nights_off(random), _two_machines(random)
    return [a + 0.5 * b for a, b in zip(day, night, strict=True)]


REGIMES: dict[str, Callable[[Random], Rates]] = {
    "steady": _steady,
    "bursty": _bursty,
    "nights off": _nights_off,
    "weekends off": _weekends_off,
    "two machines": _two_machines,
    "abandoned after lunch": _after_lunch,
    "no session": _ultra,
    "granted resets": _nights_off,
}


def month(regime: str, seed: int) -> Month:
    """Return the month of ``regime`` with that seed; the same each time."""
    random = Random(f"{regime}/{seed}")  # noqa: S311 - a simulation, not a secret
    rates = REGIMES[regime](random)
    grants = _grants(random) if regime == "granted resets" else ()
    return _Account(regime, seed, random, rates, grants).lived()


def _days(
    random: Random, hours: Callable[[int], Sequence[tuple[float, float]]], rate: Callable[[], float]
) -> Rates:
    """Return the work of a user with those hours; days differ, and now and then one is free."""
    rates = [0.0] * (MONTH_DAYS * DAY_S // STEP_S)
    spread = random.uniform(0.1, 0.5)
    for day in range(MONTH_DAYS):
        effort = 0.0 if random.random() < 0.04 else math.exp(random.gauss(0, spread))
        for begin, end in hours(day):
            first, last = (int((day * 24 + hour) * HOUR_S / STEP_S) for hour in (begin, end))
            for step in range(max(0, first), min(len(rates), last)):
                noise = random.gammavariate(4, 0.25)
                rates[step] = effort * rate() * noise
    return rates


def _grants(random: Random) -> tuple[float, ...]:
    count = random.randrange(2, 6)
    return tuple(sorted(START_S + random.uniform(0, MONTH_DAYS) * DAY_S for _ in range(count)))


class _Account:
    """Lives through a month step by step: work raises the limits, and a poller reads them."""

    def __init__(
        self, regime: str, seed: int, random: Random, rates: Rates, grants: tuple[float, ...]
    ) -> None:
        self._random = random
        self._rates = rates
        self._grants = list(grants)
        names = ("weekly",) if regime == "no session" else ("session", "weekly")
        self._month = Month(
            regime,
            seed,
            0 if random.random() < 0.7 else 1,
            {name: [] for name in names},
            {name: [] for name in names},
        )
        usual_hour = sum(rates) / max(1, sum(1 for rate in rates if rate > 0.0))
        usual_week = sum(rates) * STEP_S / HOUR_S / MONTH_DAYS * 7
        # So much of a session is full after 5 usual hours, and of a week after a usual week.
        self._points = {
            "session": 100 * min(2.0, random.lognormvariate(-0.3, 0.5)) / (5 * usual_hour),
            "weekly": 100 * min(2.0, random.lognormvariate(-0.3, 0.4)) / usual_week,
        }
        self._used = dict.fromkeys(names, 0.0)
        self._week_begins: float = START_S + random.randrange(7 * 24) * HOUR_S - WEEK_S
        self._sleeps = random.random() < 0.6
        self._is_used = self._near_work() if self._sleeps else [True] * len(rates)

    def _near_work(self) -> list[bool]:
        """Return in which steps a computer is on that its user closes an hour after the work."""
        on, last = [False] * len(self._rates), -math.inf
        for step, rate in enumerate(self._rates):
            last = step if rate > 0 else last
            on[step] = step - last < HOUR_S / STEP_S
        return on

    def lived(self) -> Month:
        next_poll, unchanged = 0.0, 0
        before: tuple[float, ...] = ()
        for step, rate in enumerate(self._rates):
            now = START_S + step * STEP_S
            self._begin_windows(now, works=rate > 0)
            self._work(now, rate)
            if self._is_used[step] and now >= next_poll:
                shown = self._read(now)
                unchanged = unchanged + 1 if shown == before else 0
                before = shown
                pause_s = poll_intervals.STILL_S if unchanged else poll_intervals.MOVING_S
                next_poll = now + pause_s * self._random.uniform(0.9, 1.1) - STEP_S / 2
        return self._month

    def _begin_windows(self, now: float, *, works: bool) -> None:
        if self._grants and self._grants[0] <= now:
            self._grants.pop(0)
            for name in self._used:
                self._end(name, now)
            if self._random.random() < 0.5:  # nobody knows whether a granted reset moves the week
                self._week_begins = now
        for name in self._used:
            current = self._current(name)
            if current is not None and current.end <= now:
                self._end(name, now)
        if self._current("session") is None and "session" in self._used and works:
            self._month.truth["session"].append(TrueWindow(now, now + SESSION_S, now))
        if self._current("weekly") is None:
            end = self._week_begins + (math.floor((now - self._week_begins) / WEEK_S) + 1) * WEEK_S
            self._month.truth["weekly"].append(TrueWindow(end - WEEK_S, end, now))

    def _current(self, name: str) -> TrueWindow | None:
        windows = self._month.truth.get(name, [])
        return windows[-1] if windows and name in self._used and not self._is_closed(windows[-1]) else None

    def _is_closed(self, window: TrueWindow) -> bool:
        return window.is_whole or window.final < 0

    def _end(self, name: str, now: float) -> None:
        window = self._current(name)
        if window is not None:
            window.final = self._used[name] if window.end <= now else -1.0
            window.is_whole = window.end <= now
        self._used[name] = 0.0

    def _work(self, now: float, rate: float) -> None:
        if any(used >= 100 for used in self._used.values()):
            return  # a full limit keeps the user from working
        for name in self._used:
            self._used[name] = min(100.0, self._used[name] + rate * STEP_S / HOUR_S * self._points[name])
            window = self._current(name)
            if window is not None and window.full_at is None and self._used[name] >= 100:
                window.full_at = now + STEP_S

    def _read(self, now: float) -> tuple[float, ...]:
        shown = []
        for name, used in self._used.items():
            window = self._current(name)
            if window is not None:
                value = round(used, self._month.decimals)
                jitter = self._random.uniform(-1, 1)
                self._month.readings[name].append(Sample(now + 1, value, window.end + jitter))
                shown.append(value)
        return tuple(shown)


def window_at(windows: Sequence[TrueWindow], at: float) -> TrueWindow | None:
    """Return the window in which ``at`` lies."""
    place = bisect_right([window.start for window in windows], at) - 1
    return windows[place] if place >= 0 and at < windows[place].end else None
