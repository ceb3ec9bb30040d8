"""A simulated account: the user's messages, and the limit windows that they opened."""

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
"""Measured: responses may omit a new session window for this long after its first message."""

MESSAGE_EVERY_S = 150.0
"""Average time between two messages while the user works."""

MODEL = "Fable"


@dataclass(slots=True)
class Window:
    """A limit window. Times are true seconds since the start of the simulation.

    Attributes:
        serial: unique within the limit.
        ends_s: the actual end, which may be an early reset.
        planned_s: the reset time that the server reports at the end of the window.
        drift_s: how much earlier the reported reset time is at first; the difference shrinks linearly to 0.
        visible_s: responses have the window from this time on.
        times: of the messages, ascending.
        percents: the used share after each message.
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
        """Record a message."""
        self.percents.append((self.percents[-1] if self.percents else 0.0) + percent)
        self.times.append(at_s)

    def percent_at(self, at_s: float) -> float:
        """Return the used share at ``at_s``, in percent."""
        index = bisect_right(self.times, at_s)
        return self.percents[index - 1] if index else 0.0

    def named_end_s(self, at_s: float) -> float:
        """Return the reset time that the server reports at ``at_s``, without jitter."""
        left = (self.planned_s - at_s) / max(1.0, self.planned_s - self.opened_s)
        return self.planned_s - self.drift_s * max(0.0, min(1.0, left))


@dataclass(slots=True)
class TrueAccount:
    """The times of all messages, and the windows of each limit. ``week`` and ``model`` end together."""

    messages: list[float]
    session: list[Window] = field(default_factory=list)
    week: list[Window] = field(default_factory=list)
    model: list[Window] = field(default_factory=list)

    def window_at(self, windows: list[Window], at_s: float) -> Window | None:
        """Return the window that responses have at ``at_s``."""
        index = bisect_right(windows, at_s, key=lambda window: window.opened_s)
        found = windows[index - 1] if index else None
        return found if found and found.visible_s <= at_s < found.ends_s else None

    def next_message(self, after_s: float) -> float | None:
        """Return the time of the next message after ``after_s``."""
        index = bisect_right(self.messages, after_s)
        return self.messages[index] if index < len(self.messages) else None


def live(
    random: Random,
    days: float,
    early_resets: tuple[float, ...] = (),
    *,
    message_every_s: float = MESSAGE_EVERY_S,
    heavier: float = 1.0,
) -> TrueAccount:
    """Generate an account with workdays and idle nights. The server clears all limits at ``early_resets``.

    Args:
        message_every_s: the average time between two messages. The shorter it is, the less each of them uses.
        heavier: multiplies what each message uses.
    """
    frequency = MESSAGE_EVERY_S / message_every_s
    account = TrueAccount([at for day in range(int(days + 1)) for at in _messages(random, day, frequency)])
    _open_weeks(account, random, days * DAY_S, early_resets)
    for at in account.messages:
        _use(account, random, at, early_resets, frequency / heavier)
    return account


def _messages(random: Random, day: int, frequency: float) -> Iterator[float]:
    """Yield the times of a day's messages; ``frequency`` 1 means one every ``MESSAGE_EVERY_S``."""
    weekend = day % 7 >= 5
    blocks = [(9.0, 12.5), (13.3, 18.0)] if not weekend else [(14.0, 17.0)] * (random.random() < 0.5)
    if random.random() < 0.4:
        blocks.append((20.0, 22.5))
    for begin, end in blocks:
        at = day * DAY_S + (begin + random.uniform(-0.5, 0.5)) * HOUR_S
        while at < day * DAY_S + end * HOUR_S:
            yield at
            pauses = random.random() >= 1 - 0.03 / frequency
            at += random.uniform(900, 2700) if pauses else random.expovariate(frequency / MESSAGE_EVERY_S)


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


def _use(
    account: TrueAccount, random: Random, at: float, early_resets: tuple[float, ...], divisor: float
) -> None:
    if not account.session or account.session[-1].ends_s <= at:
        planned = at - at % TEN_MINUTES_S + SESSION_WINDOW_S
        ends = min([early for early in early_resets if at < early < planned], default=planned)
        visible = at + random.uniform(0, LONGEST_LAG_S)
        account.session.append(Window(len(account.session), at, ends, planned, visible_s=visible))
    share = random.uniform(0.1, 1.0) / divisor
    account.session[-1].use(at, share)
    index = bisect_right(account.week, at, key=lambda window: window.opened_s) - 1
    account.week[index].use(at, share * 0.12)
    if random.random() < 0.6:
        account.model[index].use(at, share * 0.2)
