"""The simulation of a plan: it runs a machine, makes the planned events happen, and returns the results."""

from __future__ import annotations

import asyncio
import random as chance
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from claudometer.domain.usage import Mode
from tests.accelerated.account import DAY_S, HOUR_S, TrueAccount, live
from tests.accelerated.endpoint import Endpoint, Spell
from tests.accelerated.limiters import NoLimit, SharedBudget
from tests.accelerated.machine import Machine, MemoryState
from tests.accelerated.observer import LOOK_EVERY_S, Observer, Seen
from tests.accelerated.told import Told
from tests.accelerated.virtual_time import VirtualTime, run_virtually, until

if TYPE_CHECKING:
    from pathlib import Path

    from claudometer.engine.dependencies import StateFile

Happening = tuple[float, Callable[[], Awaitable[None] | None]]


@dataclass(slots=True)
class Plan:
    """The events of a simulation. Times are true seconds since midnight (UTC) of a Monday.

    Attributes:
        early_resets: when the server clears all limits.
        sleeps: begin and length of each suspend.
        wrong_clocks: when the wall clock changes, and how far ahead it is then in seconds; 0 is right.
        restarts: when the program is stopped and started.
        clicks: when the user clicks "Refresh now".
        check_every_s: how often the poller checks the login, ``None`` for the machine's default.
        heavier: multiplies what each message uses.
    """

    days: float
    seed: int = 1
    mode: Mode = Mode.CLI
    budget: Callable[[Random], SharedBudget] = lambda _random: SharedBudget(NoLimit())
    spells: tuple[Spell, ...] = ()
    early_resets: tuple[float, ...] = ()
    sleeps: tuple[tuple[float, float], ...] = ()
    wrong_clocks: tuple[tuple[float, float], ...] = ()
    restarts: tuple[float, ...] = ()
    clicks: tuple[float, ...] = ()
    check_every_s: float | None = None
    heavier: float = 1.0


@dataclass(slots=True)
class Result:
    """The result of a simulation. ``requests`` and ``refusals`` are true times in seconds."""

    plan: Plan
    account: TrueAccount
    seen: Seen
    endpoint: Endpoint
    requests: list[float] = field(default_factory=list)
    refusals: list[float] = field(default_factory=list)

    @property
    def most_in_an_hour(self) -> int:
        """The greatest number of requests in any 60 minutes."""
        first, most = 0, 0
        for last, at in enumerate(self.requests):
            while self.requests[first] <= at - HOUR_S:
                first += 1
            most = max(most, last - first + 1)
        return most

    @property
    def an_hour(self) -> float:
        """The average number of requests per hour, including nights and suspends."""
        return len(self.requests) / (self.plan.days * 24)

    def recoveries_s(self) -> list[float]:
        """Return the seconds from each 429 to the next successful response, ``inf`` without one."""
        served = [response.at_s for response in self.endpoint.served]
        return [
            next((at - refused for at in served if at > refused), float("inf")) for refused in self.refusals
        ]


class Simulation:
    """Runs a plan."""

    def __init__(
        self, plan: Plan, folder: Path, state: StateFile | None = None, *, history_file: Path | None = None
    ) -> None:
        random = Random(plan.seed)  # noqa: S311 - a simulation, not a secret
        self._plan = plan
        self._time = VirtualTime()
        self._account = live(random, plan.days, plan.early_resets, heavier=plan.heavier)
        self._endpoint = Endpoint(
            self._time, random, self._account, budget=plan.budget(random), spells=plan.spells
        )
        self.machine = Machine(folder, self._endpoint, state or MemoryState(), mode=plan.mode)
        if plan.check_every_s is not None:
            self.machine.check_every_s = plan.check_every_s
        self.machine.history_file = history_file
        self.told = Told(self.machine)
        self._observer = Observer(self.machine)

    def run(self) -> Result:
        """Run the plan and return the result."""
        before = chance.getstate()
        chance.seed(self._plan.seed)  # the poller adds random jitter to its polls
        try:
            run_virtually(self._time, self._live())
        finally:
            chance.setstate(before)
        endpoint = self._endpoint
        result = Result(self._plan, self._account, self._observer.seen, endpoint)
        result.requests, result.refusals = endpoint.requests, endpoint.refusals
        return result

    async def _live(self) -> None:
        self.machine.renew_login()
        self._engine = self.machine.start()
        background = [asyncio.create_task(self._look()), asyncio.create_task(self._renew())]
        for at_s, happen in sorted(self._happenings(), key=lambda happening: happening[0]):
            await until(self._time, at_s)
            if (waiting := happen()) is not None:
                await waiting
            self._observer.glance()
        await until(self._time, self._plan.days * DAY_S)
        for task in background:
            task.cancel()
        await self.machine.stop()

    def _happenings(self) -> list[Happening]:
        plan, time = self._plan, self._time
        return [
            *[(at, _doing(time.suspend, length)) for at, length in plan.sleeps],
            *[(at, _doing(time.set_wrong, by)) for at, by in plan.wrong_clocks],
            *[(at, self._restart) for at in plan.restarts],
            *[(at, self._click) for at in plan.clicks],
        ]

    async def _restart(self) -> None:
        await self.machine.stop()
        self._engine = self.machine.start()

    async def _click(self) -> None:
        await self._engine.refresh()

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            self._observer.look()

    async def _renew(self) -> None:
        """Renew the login at the first message after its expiry, as Claude Code does."""
        while (at := self._account.next_message(self.machine.token_ends_s)) is not None:
            await until(self._time, at)
            self.machine.renew_login()


def _doing(call: Callable[[float], None], value: float) -> Callable[[], None]:
    return lambda: call(value)
