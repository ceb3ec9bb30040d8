"""The plans that are simulated: a month, random days, an hour of restarts, a day with greedy neighbors."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from claudometer.domain.usage import Mode
from tests.accelerated.account import DAY_S, HOUR_S
from tests.accelerated.endpoint import Fault, Spell
from tests.accelerated.limiters import FixedDeadline, Neighbor, RollingEdge, SaturatedEdge, SharedBudget
from tests.accelerated.simulation import Plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.accelerated.limiters import Limiter

MINUTE_S = 60.0
GREEDY_S = (60.0, 180.0)


def month() -> Plan:
    """Return thirty days of a computer that is alone on the account, with every kind of fault."""
    random = Random(2026)  # noqa: S311 - a simulation, not a secret
    return Plan(
        days=30,
        seed=2026,
        budget=alone,
        spells=tuple(_spells(random, 30)),
        early_resets=(3.2 * DAY_S, 16.65 * DAY_S),
        sleeps=tuple(_lid_closed(random, 30)),
        wrong_clocks=(
            (8.45 * DAY_S, -HOUR_S),
            (8.50 * DAY_S, 0.0),
            (11.40 * DAY_S, 365 * DAY_S),
            (11.42 * DAY_S, 0.0),
            (22.6 * DAY_S, -90.0),
        ),
        restarts=tuple(random.uniform(0, 30) * DAY_S for _ in range(40)),
        clicks=tuple(random.uniform(0, 30) * DAY_S for _ in range(60)),
    )


def short_week(seed: int) -> Plan:
    """Return two to four days with random events, every fourth seed in web mode."""
    random = Random(seed)  # noqa: S311 - a simulation, not a secret
    days = random.uniform(2, 4)
    return Plan(
        days=days,
        seed=seed,
        mode=Mode.WEB if seed % 4 == 0 else Mode.CLI,
        budget=alone,
        spells=tuple(_spells(random, int(days))),
        early_resets=(random.uniform(0.5, days) * DAY_S,) if random.random() < 0.3 else (),
        sleeps=tuple(_lid_closed(random, int(days))),
        wrong_clocks=((random.uniform(0, days) * DAY_S, random.uniform(-2, 2) * HOUR_S),),
        restarts=tuple(random.uniform(0, days) * DAY_S for _ in range(random.randrange(12))),
        clicks=tuple(random.uniform(0, days) * DAY_S for _ in range(random.randrange(40))),
    )


def restless_hour(restarts: int = 50) -> Plan:
    """Return half a day with that many restarts, and as many clicks, within an hour."""
    begin, step = 10 * HOUR_S, HOUR_S / restarts
    return Plan(
        days=0.5,
        budget=alone,
        restarts=tuple(begin + step * number for number in range(restarts)),
        clicks=tuple(begin + step * (number + 0.5) for number in range(restarts)),
    )


def shared_day(limiter: Callable[[Random], Limiter], *, seed: int = 1) -> Plan:
    """Return a day with two laptops that poll every 60 to 180 s, one of which obeys ``Retry-After``."""

    def budget(random: Random) -> SharedBudget:
        both = (Neighbor(random, GREEDY_S), Neighbor(random, GREEDY_S, obeys=True))
        return SharedBudget(limiter(random), both)

    return Plan(days=1, seed=seed, budget=budget)


def deadline(random: Random) -> Limiter:
    """Return a limiter that blocks for an hour, until a fixed time."""
    return FixedDeadline(random)


def rolling_edge(_random: Random) -> Limiter:
    """Return a limiter with ``Retry-After: 0`` until the oldest request is an hour old."""
    return RollingEdge()


def saturated_edge(_random: Random) -> Limiter:
    """Return a limiter with ``Retry-After: 0`` while a token bucket is empty."""
    return SaturatedEdge()


def alone(random: Random) -> SharedBudget:
    """Return the account's 28 requests an hour, without neighbors."""
    return SharedBudget(FixedDeadline(random))


def _spells(random: Random, days: int) -> list[Spell]:
    """Return a fault of 2 minutes to 4 hours for each day, and some nights without a network."""
    spells = []
    for day in range(days):
        begin = (day + random.random()) * DAY_S
        length = random.choice([2, 5, 20, 60, 240]) * MINUTE_S
        spells.append(Spell(random.choice(list(Fault)), begin, begin + length))
        if random.random() < 0.25:
            night = (day + 23 / 24) * DAY_S
            spells.append(Spell(Fault.OFFLINE, night, night + 9 * HOUR_S))
    return spells


def _lid_closed(random: Random, days: int) -> list[tuple[float, float]]:
    """Return begin and length of some nights and some lunch breaks, in seconds."""
    nights = [((day + 23.2 / 24) * DAY_S, 8.5 * HOUR_S) for day in range(days) if random.random() < 0.4]
    lunches = [((day + 12.8 / 24) * DAY_S, 0.5 * HOUR_S) for day in range(days) if random.random() < 0.2]
    return nights + lunches
