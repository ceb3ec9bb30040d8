"""A fortnight of a user in virtual time, restarted at every boundary: exactly the expected notifications."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.accelerated.virtual_time import MONDAY
from tests.processes.alerting import SETTLED_S, Alerting
from tests.readings import fable, reading, session, snapshot, weekly

if TYPE_CHECKING:
    from pathlib import Path

    from claudometer.domain.snapshot import Snapshot
    from claudometer.domain.usage import Limit

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
POLL_EVERY_S = 240.0
WEEK_RESETS = MONDAY + DAY + 17 * HOUR  # on Tuesdays at 17:00

pytestmark = pytest.mark.slow  # two simulated weeks each


@dataclass(frozen=True)
class Work:
    """A session: it begins with the first message, and its use grows evenly to `percent` in three hours."""

    begins: datetime
    percent: float
    week: float = 0.0
    model: float = 0.0


def at(day: int, hour: float) -> datetime:
    return MONDAY + day * DAY + hour * HOUR


# What is used of week and model is what that session adds to each.
WORK = (
    Work(at(0, 9), 60, 5, 8),
    Work(at(0, 14.5), 80, 6, 9),
    Work(at(1, 9), 95, 9, 12),
    Work(at(1, 18), 104, 30, 35),
    Work(at(2, 10), 92, 28, 30),
    Work(at(3, 9), 76, 19, 26),
    Work(at(4, 9), 100, 14, 12),
    Work(at(7, 9), 30, 2, 2),
    Work(at(9, 9), 99, 40, 20),
    Work(at(10, 9), 91, 36, 20),
)
SLEEPS = ((at(4, 13), at(7, 8)), (at(10, 16), at(13, 9)))
"""A weekend from Friday at 13:00, and another from Thursday at 16:00."""


NOTIFICATIONS: list[tuple[str, ...]] = [
    ("Mon 17 17:20", "Session: 75 % used", "Resets at 19:30, in 2 h 9 min."),
    ("Tue 18 11:24", "Session: 76 % used", "Resets at 14:00, in 2 h 35 min."),
    ("Tue 18 11:52", "Session: 90 % used", "Resets at 14:00, in 2 h 7 min."),
    ("Tue 18 14:00", "Your session has reset", "A new one starts with your next message."),
    ("Tue 18 20:12", "Session: 76 % used", "Resets at 23:00, in 2 h 47 min."),
    ("Tue 18 20:36", "Session: 90 % used", "Resets at 23:00, in 2 h 23 min."),
    ("Tue 18 20:56", "Session limit reached", "You can go on at 23:00."),
    ("Tue 18 23:00", "Your session has reset", "A new one starts with your next message."),
    ("Wed 19 12:28", "Session: 75 % used", "Resets at 15:00, in 2 h 31 min."),
    ("Wed 19 13:00", "Session: 92 % used", "Resets at 15:00, in 1 h 59 min."),
    ("Wed 19 15:00", "Your session has reset", "A new one starts with your next message."),
    ("Thu 20 10:12", "Fable: 75 % used", "Resets Tue 17:00, in 5 d 6 h."),
    ("Thu 20 11:44", "Weekly: 75 % used", "Resets Tue 17:00, in 5 d 5 h."),
    ("Thu 20 11:56", "Fable: 90 % used", "Resets Tue 17:00, in 5 d 5 h."),
    ("Thu 20 12:00", "Session: 76 % used", "Resets at 14:00, in 1 h 59 min."),
    (
        "Fri 21 11:16",
        "Fable: weekly limit reached",
        "Other models still work. Resets Tue 17:00.",
        "Session: 75 % used",
    ),
    ("Fri 21 11:44", "Session: 91 % used", "Resets at 14:00, in 2 h 15 min."),
    ("Fri 21 11:48", "Weekly: 90 % used", "Resets Tue 17:00, in 4 d 5 h."),
    ("Fri 21 12:00", "Session limit reached", "You can go on at 14:00."),
    ("Tue 25 17:00", "Your week has reset", "0 % used. The next reset is 1 Sep 17:00.", "Fable has reset"),
    ("Wed 26 11:20", "Session: 77 % used", "Resets at 14:00, in 2 h 39 min."),
    ("Wed 26 11:44", "Session: 90 % used", "Resets at 14:00, in 2 h 15 min."),
    ("Wed 26 14:00", "Your session has reset", "A new one starts with your next message."),
    ("Thu 27 11:32", "Session: 76 % used", "Resets at 14:00, in 2 h 27 min."),
    ("Thu 27 11:56", "Weekly: 75 % used", "Resets Tue 17:00, in 5 d 5 h."),
    ("Thu 27 12:00", "Session: 91 % used", "Resets at 14:00, in 1 h 59 min."),
    ("Thu 27 14:00", "Your session has reset", "A new one starts with your next message."),
]
"""The time of each notification, its title, and the lines of its text. Checked by hand."""


class Account:
    """The true account, and what the server says of it, with its jitter."""

    def __init__(self) -> None:
        self._random = Random(7)  # noqa: S311 - a simulation, not a secret

    def snapshot(self, now: datetime) -> Snapshot:
        return snapshot(reading(*self._limits(now), fetched_at=now))

    def _limits(self, now: datetime) -> tuple[Limit, ...]:
        begun = [work for work in WORK if work.begins <= now]
        current = begun[-1] if begun and now < begun[-1].begins + 5 * HOUR else None
        resets = WEEK_RESETS
        while resets <= now:
            resets += 7 * DAY
        ours = [work for work in begun if work.begins >= resets - 7 * DAY]
        week = sum(work.week * share(work, now) for work in ours)
        model = sum(work.model * share(work, now) for work in ours)
        percent = current.percent * share(current, now) if current else 0.0
        end = self._jittered(current.begins + 5 * HOUR) if current else None
        jittered = self._jittered(resets)
        return session(percent, end), weekly(week, jittered), fable(model, jittered)

    def _jittered(self, moment: datetime) -> datetime:
        return moment + timedelta(seconds=self._random.uniform(-2, 2))


def share(work: Work, now: datetime) -> float:
    return min(1.0, max(0.0, (now - work.begins) / (3 * HOUR)))


def expected(polls: list[datetime]) -> list[tuple[str, set[str]]]:
    """Return the polls with due alerts, and which: computed from the true account, without our rules."""
    found: list[tuple[str, set[str]]] = []
    reported: dict[tuple[str, datetime], int] = {}
    close: dict[str, datetime] = {}
    account = Account()
    for now in polls:
        due: set[str] = set()
        for limit in account._limits(now):
            instance = _rounded(limit.resets_at)
            before = close.get(limit.id)
            if before is not None and before != instance and now >= before - timedelta(seconds=2):
                length = timedelta(seconds=limit.window_s or 0)
                if now - before <= length / 2:
                    due.add(f"{limit.id} reset")
                del close[limit.id]
            percent = limit.percent or 0.0
            crossed = max((each for each in (75, 90, 100) if percent >= each), default=0)
            if instance is not None and crossed > reported.get((limit.id, instance), 0):
                reported[limit.id, instance] = crossed
                due.add(f"{limit.id} {crossed}")
            if instance is not None and percent >= 90:
                close[limit.id] = instance
        if due:
            found.append((now.strftime("%a %d %H:%M"), due))
    return found


def _rounded(moment: datetime | None) -> datetime | None:
    return None if moment is None else (moment + timedelta(seconds=30)).replace(second=0, microsecond=0)


def simulate(alerting: Alerting, *, restarts: bool) -> list[tuple[str, set[str]]]:
    """Simulate the fortnight, with ``restarts`` after each alert; return the polls with alerts, and which."""
    time, account = alerting.time, Account()
    alerting.engine.snapshot = account.snapshot(time.now())
    polls: list[datetime] = []
    seen: list[tuple[str, set[str]]] = []

    async def steps(_: Alerting) -> None:
        while time.now() < at(14, 0):
            for begin, end in SLEEPS:
                if begin <= time.now() < end:
                    time.suspend((end - time.now()).total_seconds())
            now = time.now()
            polls.append(now)
            before = len(alerting.alerts.records)
            await alerting.show(account.snapshot(now))
            due = {
                f"{each.subject} {each.threshold or each.kind}" for each in alerting.alerts.records[before:]
            }
            if due:
                seen.append((now.strftime("%a %d %H:%M"), due))
                if restarts:
                    await alerting.restart()
            await asyncio.sleep(POLL_EVERY_S - SETTLED_S)

    alerting.run(steps)
    assert seen == expected(polls)
    return seen


@pytest.mark.parametrize("restarts", [False, True], ids=["running on", "restarted at every boundary"])
def test_a_fortnight_leads_to_exactly_the_expected_alerts(tmp_path: Path, *, restarts: bool) -> None:
    alerting = Alerting(tmp_path)
    seen = simulate(alerting, restarts=restarts)
    assert len(alerting.bubbles) == len(seen), "each burst is one notification"
    shown = [
        (moment, bubble.title, *bubble.body.splitlines())
        for (moment, _), bubble in zip(seen, alerting.bubbles, strict=True)
    ]
    assert [tuple(text.replace("\u00a0", " ") for text in each) for each in shown] == NOTIFICATIONS
