"""Models of the server's rate limits, after the regimes that were measured."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from random import Random

HOUR_S = 3600.0


class Limiter(Protocol):
    """A rate limit. Calls must have ascending times."""

    def request(self, at_s: float) -> float | None:
        """Return ``None`` for a request that passes, or the ``Retry-After`` of a 429 in seconds."""
        ...


class NoLimit:
    """An account without a rate limit."""

    def request(self, at_s: float) -> float | None:
        return None


@dataclass(slots=True)
class FixedDeadline:
    """Regime a, per account: ``capacity`` requests in an hour block the account until a fixed time.

    Further requests do not postpone that time.

    Attributes:
        capacity: requests allowed in any 60 minutes.
        counts_refused: whether refused requests count too, so that a client that never waits stays blocked.
        relapse: the probability that the first request within 15 minutes after a block is blocked again,
            however few requests were sent. This was so after 20 of 35 measured blocks.
    """

    random: Random
    capacity: int = 28
    counts_refused: bool = False
    relapse: float = 0.0
    _taken: deque[float] = field(default_factory=deque)
    _until: float = -HOUR_S
    _fresh: bool = False

    def request(self, at_s: float) -> float | None:
        if at_s < self._until:
            if self.counts_refused:
                self._taken.append(at_s)
            return max(1.0, self._until - at_s)
        while self._taken and self._taken[0] <= at_s - HOUR_S:
            self._taken.popleft()
        relapsed = self._fresh and at_s < self._until + 900 and self.random.random() < self.relapse
        self._fresh = False
        if relapsed or len(self._taken) >= self.capacity:
            self._until, self._fresh = at_s + HOUR_S, True
            return HOUR_S
        self._taken.append(at_s)
        return None


@dataclass(slots=True)
class SaturatedEdge:
    """Regime b, per access token: ``Retry-After: 0`` while its token bucket is empty."""

    capacity: float = 27.0
    refill_s: float = 150.0
    _tokens: float = 27.0
    _at: float = 0.0

    def request(self, at_s: float) -> float | None:
        self._tokens = min(self.capacity, self._tokens + (at_s - self._at) / self.refill_s)
        self._at = at_s
        if self._tokens < 1.0:
            return 0.0
        self._tokens -= 1.0
        return None


@dataclass(slots=True)
class RollingEdge:
    """Regime b, modeled as a rolling hour: ``Retry-After: 0`` until the oldest request is an hour old."""

    capacity: int = 28
    _taken: deque[float] = field(default_factory=deque)

    def request(self, at_s: float) -> float | None:
        while self._taken and self._taken[0] <= at_s - HOUR_S:
            self._taken.popleft()
        if len(self._taken) >= self.capacity:
            return 0.0
        self._taken.append(at_s)
        return None


class Neighbor:
    """Another program that polls with the same account and keeps to no budget.

    Args:
        every_s: the shortest and the longest time between its requests, in seconds.
        obeys: whether it waits exactly ``Retry-After`` seconds after a 429, or ignores it.
    """

    def __init__(self, random: Random, every_s: tuple[float, float], *, obeys: bool = False) -> None:
        self._random = random
        self._every_s = every_s
        self._obeys = obeys
        self.next_s = random.uniform(*every_s)
        self.sent = self.refused = 0

    def send_next(self, limiter: Limiter) -> None:
        """Send the request that is due at ``next_s``."""
        at = self.next_s
        wait = limiter.request(at)
        self.sent += 1
        self.refused += wait is not None
        pause = self._random.uniform(*self._every_s)
        self.next_s = at + (max(pause, wait) if self._obeys and wait else pause)


@dataclass(slots=True)
class SharedBudget:
    """A limiter and the neighbors that share it with the program; requests reach it in the order of time."""

    limiter: Limiter
    neighbors: tuple[Neighbor, ...] = ()

    def request(self, at_s: float) -> float | None:
        self.catch_up(at_s)
        return self.limiter.request(at_s)

    def catch_up(self, at_s: float) -> None:
        """Send the requests of the neighbors that are due until ``at_s``."""
        while due := [neighbor for neighbor in self.neighbors if neighbor.next_s <= at_s]:
            min(due, key=lambda neighbor: neighbor.next_s).send_next(self.limiter)
