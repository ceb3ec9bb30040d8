"""The truth of a made-up account: when it was used, which windows that opened, and when each ended."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from claudometer.domain.usage import SESSION_WINDOW_S, WEEK_WINDOW_S

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

HOUR_S = 3600.0
DAY_S = 24 * HOUR_S
TEN_MINUTES_S = 600.0
LONGEST_LAG_S = 300.0
"""A window that a first message opened was seen to be missing from the answers for this long."""

MODEL = "Fable"


@dataclass(slots=True)
class Window:
    """One window of one limit, times in true seconds since the start.

    Attributes:
        serial: unique within the limit.
        ends_s: when it truly ends, an early reset included.
        planned_s: the end that the server names at the end of the window.
        drift_s: how far off the named end is in the beginning; it creeps to ``planned_s``.
        visible_s: when the server begins to speak of it.
    """

    serial: int
    opened_s: float
    ends_s: float
    planned_s: float
    drift_s: float = 0.0
    visible_s: float = 0.0
    times: list[float] = field(default_factory=list)
    percents: list[float] = field(default_factory=list)

    def use(self, at_s: float, percent: float) -> None:
        """Note a message."""
        self.percents.append((self.percents[-1] if self.percents else 0.0) + percent)
        self.times.append(at_s)

    def percent_at(self, at_s: float) -> float:
        """Return the used share."""
        index = bisect_right(self.times, at_s)
        return self.percents[index - 1] if index else 0.0

    def named_end_s(self, at_s: float) -> float:
        """Return the end that the server would name at ``at_s``, without jitter."""
        left = (self.planned_s - at_s) / max(1.0, self.planned_s - self.opened_s)
        return self.planned_s - self.drift_s * max(0.0, min(1.0, left))


@dataclass(slots=True)
class TrueAccount:
    """All windows of a stretch of days. ``week`` and ``model`` share their ends."""

    messages: list[float]
    session: list[Window] = field(default_factory=list)
    week: list[Window] = field(default_factory=list)
    model: list[Window] = field(default_factory=list)

    def window_at(self, windows: list[Window], at_s: float) -> Window | None:
        """Return the window that the server speaks of."""
        index = bisect_right(windows, at_s, key=lambda window: window.opened_s)
        found = windows[index - 1] if index else None
        return found if found and found.visible_s <= at_s < found.ends_s else None

    def next_message(self, after_s: float) -> float | None:
        """Return when the user works again."""
        index = bisect_right(self.messages, after_s)
        return self.messages[index] if index < len(self.messages) else None


def live(random: Random, days: float, early_resets: tuple[float, ...] = ()) -> TrueAccount:
    """Make up a life of work and idle nights. ``early_resets`` clear every limit, out of goodwill."""
    account = TrueAccount([at for day in range(int(days + 1)) for at in _messages(random, day)])
    _open_weeks(account, random, days * DAY_S, early_resets)
    for at in account.messages:
        _use(account, random, at, early_resets)
    return account


def _messages(random: Random, day: int) -> Iterator[float]:
    weekend = day % 7 >= 5
    blocks = [(9.0, 12.5), (13.3, 18.0)] if not weekend else [(14.0, 17.0)] * (random.random() < 0.5)
    if random.random() < 0.4:
        blocks.append((20.0, 22.5))
    for begin, end in blocks:
        at = day * DAY_S + (begin + random.uniform(-0.5, 0.5)) * HOUR_S
        while at < day * DAY_S + end * HOUR_S:
            yield at
            at += random.expovariate(1 / 150) if random.random() < 0.97 else random.uniform(900, 2700)


def _open_weeks(
    account: TrueAccount, random: Random, until_s: float, early_resets: tuple[float, ...]
) -> None:
    opened, serial = -random.uniform(2, 5) * DAY_S, 0
    while opened < until_s:
        moved = opened + WEEK_WINDOW_S + random.uniform(-3, 3) * HOUR_S
        planned = HOUR_S * round(moved / HOUR_S)
        ends = min([at for at in early_resets if opened < at < planned], default=planned)
        drift = random.uniform(-1, 1) * HOUR_S
        for windows in (account.week, account.model):
            windows.append(Window(serial, opened, ends, planned, drift, visible_s=opened))
        opened, serial = ends, serial + 1


def _use(account: TrueAccount, random: Random, at: float, early_resets: tuple[float, ...]) -> None:
    if not account.session or account.session[-1].ends_s <= at:
        planned = at - at % TEN_MINUTES_S + SESSION_WINDOW_S
        ends = min([early for early in early_resets if at < early < planned], default=planned)
        visible = at + random.uniform(0, LONGEST_LAG_S)
        account.session.append(Window(len(account.session), at, ends, planned, visible_s=visible))
    share = random.uniform(0.1, 1.0)
    account.session[-1].use(at, share)
    index = bisect_right(account.week, at, key=lambda window: window.opened_s) - 1
    account.week[index].use(at, share * 0.12)
    if random.random() < 0.6:
        account.model[index].use(at, share * 0.2)
