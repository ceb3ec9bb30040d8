"""How the server counts requests: the regimes that were measured, as small models."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from random import Random

HOUR_S = 3600.0


class Limiter(Protocol):
    """Decides on one request at a true time."""

    def ask(self, at_s: float) -> float | None:
        """Return ``None`` to let it pass, or the ``Retry-After`` of a 429 in seconds. Times never go back."""
        ...


class NoLimit:
    """An account that nobody limits."""

    def ask(self, at_s: float) -> float | None:
        return None


@dataclass(slots=True)
class FixedDeadline:
    """Regime a, counted for the account: a full hour blocks until a fixed instant that probing does not move.

    Attributes:
        capacity: requests that any 60 minutes take.
        counts_refused: refused requests fill the hour too, so that whoever knocks all the time stays outside.
        relapse: the chance that the first request within 15 minutes of the deadline blocks anew, whatever was
            sent; 20 of 35 measured blocks did.
    """

    random: Random
    capacity: int = 28
    counts_refused: bool = False
    relapse: float = 0.0
    _taken: deque[float] = field(default_factory=deque)
    _until: float = -HOUR_S
    _fresh: bool = False

    def ask(self, at_s: float) -> float | None:
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
    """Regime b, counted for the access token: ``Retry-After: 0`` while its bucket is empty."""

    capacity: float = 27.0
    refill_s: float = 150.0
    _tokens: float = 27.0
    _at: float = 0.0

    def ask(self, at_s: float) -> float | None:
        self._tokens = min(self.capacity, self._tokens + (at_s - self._at) / self.refill_s)
        self._at = at_s
        if self._tokens < 1.0:
            return 0.0
        self._tokens -= 1.0
        return None


@dataclass(slots=True)
class RollingEdge:
    """Regime b again, read as a rolling hour: ``Retry-After: 0`` until the oldest request is an hour old."""

    capacity: int = 28
    _taken: deque[float] = field(default_factory=deque)

    def ask(self, at_s: float) -> float | None:
        while self._taken and self._taken[0] <= at_s - HOUR_S:
            self._taken.popleft()
        if len(self._taken) >= self.capacity:
            return 0.0
        self._taken.append(at_s)
        return None


class Neighbour:
    """Another program of the same account, on another machine or this one, that polls without a thought.

    Args:
        every_s: the shortest and the longest time between its requests.
        obeys: it waits for ``Retry-After``, to the second; else it goes on as if nothing were.
    """

    def __init__(self, random: Random, every_s: tuple[float, float], *, obeys: bool = False) -> None:
        self._random = random
        self._every_s = every_s
        self._obeys = obeys
        self.next_s = random.uniform(*every_s)
        self.sent = self.refused = 0

    def ask(self, limiter: Limiter) -> None:
        """Send what is due at ``next_s``."""
        at = self.next_s
        wait = limiter.ask(at)
        self.sent += 1
        self.refused += wait is not None
        pause = self._random.uniform(*self._every_s)
        self.next_s = at + (max(pause, wait) if self._obeys and wait else pause)


@dataclass(slots=True)
class SharedBudget:
    """One limiter and all who draw on it, asked in the order of true time."""

    limiter: Limiter
    neighbours: tuple[Neighbour, ...] = ()

    def ask(self, at_s: float) -> float | None:
        self.catch_up(at_s)
        return self.limiter.ask(at_s)

    def catch_up(self, at_s: float) -> None:
        """Let the others send what they would have sent until now."""
        while due := [one for one in self.neighbours if one.next_s <= at_s]:
            min(due, key=lambda one: one.next_s).ask(self.limiter)
