"""A month of an account whose 30 requests an hour other programs use, too: the present policy and the former.

``python -m tests.accelerated.shared_month`` prints the table of the page about polling (some minutes).
"""

from __future__ import annotations

import asyncio
import logging
import random as chance
import statistics
import tempfile
from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from claudometer.domain.events import SnapshotChanged
from claudometer.domain.freshness import TRUST_FOR, shown_percent
from claudometer.domain.outcome import Status
from claudometer.domain.usage import LimitKind, origin_of
from claudometer.engine.dependencies import LocalSources
from tests.accelerated.account import DAY_S, HOUR_S, live
from tests.accelerated.endpoint import Endpoint
from tests.accelerated.former_policy import FORMER_BUDGET, FORMER_INTERVAL_S, decide_as_before
from tests.accelerated.limiters import FixedDeadline, Neighbor, SharedBudget
from tests.accelerated.machine import TOKEN_LIFE_S, Machine, MemoryState
from tests.accelerated.status_line import StatusLine
from tests.accelerated.virtual_time import VirtualTime, run_virtually, until

if TYPE_CHECKING:
    from datetime import datetime

    from claudometer.domain.snapshot import Snapshot

CAPACITY = 30
"""Requests an hour that the account accepts, from all programs together; then it refuses for an hour."""

OTHERS = {"light": 6, "medium": 12, "heavy": 20}
"""Requests an hour of the account's other programs, day and night. They obey ``Retry-After``."""

MESSAGE_EVERY_S = 15.0
"""Claude Code at work sends a message about this often, and tells its status line each time."""

LOOK_EVERY_S = 60.0
MOVING_S = 300.0
"""The account's numbers move while its last message is younger than this."""

WORKING_HOURS = (9.0, 18.0)
SEED = 2026


@dataclass(frozen=True, slots=True)
class Case:
    """One month.

    Attributes:
        others: requests an hour of the other programs.
        former: with the policy and the budget of commit 83baf42.
        check_every_s: how often local sources and login are checked; seldom makes the simulation faster.
    """

    others: int
    status_line: bool
    former: bool
    days: int = 30
    check_every_s: float = 7.0


@dataclass(slots=True)
class Measured:
    """The measurements of a month.

    Attributes:
        requests: true times of all requests, in seconds.
        ages_s: age of the session's number at each look while the account was in use; ``inf`` without one.
        model_ages_s: the same of the model's week.
        old_s: seconds in which a number that is shown was older than 15 minutes.
        blocked_s: seconds in which a refusal kept us waiting.
    """

    days: int
    requests: list[float] = field(default_factory=list)
    refusals: int = 0
    ages_s: list[float] = field(default_factory=list)
    model_ages_s: list[float] = field(default_factory=list)
    old_s: float = 0.0
    blocked_s: float = 0.0

    @property
    def an_hour(self) -> float:
        """Requests an hour on average, nights included."""
        return len(self.requests) / (24 * self.days)

    @property
    def an_hour_at_work(self) -> float:
        """Requests an hour on average in the working hours of working days."""
        begin, end = (hour * HOUR_S for hour in WORKING_HOURS)
        sent = [at for at in self.requests if begin <= at % DAY_S < end and _is_working_day(at)]
        days = sum(_is_working_day(day * DAY_S) for day in range(self.days))
        return len(sent) / (days * (end - begin) / HOUR_S)

    @property
    def old_share(self) -> float:
        """Share of the month with a number older than 15 minutes."""
        return self.old_s / (self.days * DAY_S)

    @property
    def age_s(self) -> float:
        """Median age of the session's number while it moves."""
        return statistics.median(self.ages_s)


class _Meter:
    """Measures the snapshots once a minute."""

    def __init__(self, machine: Machine, days: int) -> None:
        self.measured = Measured(days)
        self._machine = machine
        self._snapshot: Snapshot | None = None
        machine.bus.subscribe(SnapshotChanged, self._take)

    def _take(self, event: SnapshotChanged) -> None:
        self._snapshot = event.snapshot

    def look(self) -> None:
        snapshot, now_s = self._snapshot, self._machine.time.elapsed_s
        if snapshot is None:
            return
        measured, now = self.measured, self._machine.clock.now()
        measured.blocked_s += LOOK_EVERY_S * (snapshot.status is Status.RATE_LIMITED)
        ages = _ages(snapshot, now)
        measured.old_s += LOOK_EVERY_S * (max(ages.values(), default=timedelta.max) > TRUST_FOR)
        messages = self._machine.endpoint.account.messages
        number = bisect_right(messages, now_s)
        if number and now_s - messages[number - 1] < MOVING_S:
            measured.ages_s.append(_seconds(ages.get(LimitKind.SESSION)))
            measured.model_ages_s.append(_seconds(ages.get(LimitKind.WEEKLY_MODEL)))


def _ages(snapshot: Snapshot, now: datetime) -> dict[LimitKind, timedelta]:
    """Return the age of each number that is known."""
    reading = snapshot.reading
    if reading is None:
        return {}
    known = [limit for limit in reading.limits if shown_percent(limit, now) is not None]
    return {limit.kind: now - origin_of(limit, reading).fetched_at for limit in known}


def _seconds(age: timedelta | None) -> float:
    return float("inf") if age is None else age.total_seconds()


def _is_working_day(at_s: float) -> bool:
    return at_s // DAY_S % 7 < 5  # the simulation begins on a Monday


def live_through(case: Case, folder: Path) -> Measured:
    """Simulate a month with the real engine and return what was measured."""
    random, time = Random(SEED), VirtualTime()  # noqa: S311 - a simulation, not a secret
    account = live(random, case.days, message_every_s=MESSAGE_EVERY_S)
    endpoint = Endpoint(time, random, account, budget=_budget(random, case.others))
    machine = Machine(folder, endpoint, MemoryState())
    machine.check_every_s = case.check_every_s
    if case.former:
        machine.policy, machine.budget = decide_as_before, FORMER_BUDGET
        machine.interval_s = int(FORMER_INTERVAL_S)
    if case.status_line:

        async def written_at() -> datetime:
            return time.truth(machine.token_ends_s - TOKEN_LIFE_S)

        machine.local = LocalSources((StatusLine(account, time),), written_at)
    meter = _Meter(machine, case.days)
    before = chance.getstate()
    chance.seed(SEED)  # the poller adds random jitter to its polls
    try:
        run_virtually(time, _run(machine, meter, case.days * DAY_S))
    finally:
        chance.setstate(before)
    meter.measured.requests, meter.measured.refusals = endpoint.requests, len(endpoint.refusals)
    return meter.measured


def _budget(random: Random, others: int) -> SharedBudget:
    """Return the account's budget and two programs that poll now slower and now faster."""
    mean_s = 2 * HOUR_S / others
    neighbors = tuple(Neighbor(random, (mean_s / 2, mean_s * 1.5), obeys=True) for _ in range(2))
    return SharedBudget(FixedDeadline(random, capacity=CAPACITY), neighbors)


async def _run(machine: Machine, meter: _Meter, until_s: float) -> None:
    machine.renew_login()
    machine.start()
    renewing = asyncio.create_task(_renew(machine))
    while machine.time.elapsed_s < until_s:
        await until(machine.time, machine.time.elapsed_s + LOOK_EVERY_S)
        meter.look()
    renewing.cancel()
    await machine.stop()


async def _renew(machine: Machine) -> None:
    """Renew the login before it expires: an unused login would hide what the policy does at night."""
    while True:
        await until(machine.time, machine.token_ends_s - HOUR_S)
        machine.renew_login()


HEADINGS = (
    "| others | status line | policy | requests | at work | 429 | blocked | over 15 min | age | model |",
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
)


def main() -> None:
    """Simulate every case and print a row for it."""
    logging.disable(logging.CRITICAL)
    print(*HEADINGS, sep="\n", flush=True)  # noqa: T201 - prints its table
    for others in OTHERS.values():
        for status_line in (False, True):
            for former in (True, False):
                case = Case(others, status_line, former, check_every_s=7.0 if status_line else 30.0)
                with tempfile.TemporaryDirectory() as folder:
                    print(_row(case, live_through(case, Path(folder))), flush=True)  # noqa: T201 - the same


def _row(case: Case, measured: Measured) -> str:
    cells = (
        str(case.others),
        "yes" if case.status_line else "no",
        "83baf42" if case.former else "now",
        f"{measured.an_hour:.1f}",
        f"{measured.an_hour_at_work:.1f}",
        str(measured.refusals),
        f"{measured.blocked_s / HOUR_S:.1f} h",
        f"{100 * measured.old_share:.1f} %",
        f"{measured.age_s:.0f} s",
        f"{statistics.median(measured.model_ages_s):.0f} s",
    )
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
