"""How young a moving number can be beside 20 requests of others an hour: policies, and what they know.

A small model of the shared month without the engine, so that each policy lives through twelve months.
``python -m tests.accelerated.policy_bounds`` prints the table of the page about polling (some minutes).
"""

from __future__ import annotations

import statistics
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from functools import lru_cache
from math import inf
from random import Random
from typing import TYPE_CHECKING, Protocol

from claudometer.domain.next_poll import JITTER, RESERVE
from claudometer.domain.poll_intervals import MOVING_S, STILL_S, slowed_s
from claudometer.domain.token_bucket import GIVEN_BACK, OAUTH_BUDGET, in_force
from tests.accelerated.account import DAY_S, HOUR_S, TrueAccount, live
from tests.accelerated.limiters import FixedDeadline, Neighbor, SharedBudget
from tests.accelerated.shared_month import CAPACITY, MESSAGE_EVERY_S, OTHERS
from tests.accelerated.shared_month import MOVING_S as IN_USE_S

if TYPE_CHECKING:
    from collections.abc import Callable

DAYS = 30
STEP_S = 5
LOOK_EVERY_S = 60
SEEDS = range(20, 32)
TRUSTED_S = 900
MARGIN_S = 30.0  # as `domain.block_after_429` adds to `Retry-After`


@dataclass(slots=True)
class Known:
    """What a policy may go by. Times are true seconds.

    Attributes:
        sent: own requests of the last hour, ascending.
        used_ago_s: how long ago the account was used last; only some policies look at it.
        changed: whether the last answer had other numbers than the one before.
        factor: a random factor around 1, drawn with each answer.
        is_reset_due: a known reset has passed since the last answer.
    """

    now_s: float = 0.0
    sent: list[float] = field(default_factory=list)
    used_ago_s: float = inf
    changed: bool = True
    factor: float = 1.0
    is_reset_due: bool = True

    @property
    def since_s(self) -> float:
        """Time since the last request."""
        return self.now_s - self.sent[-1] if self.sent else inf


class Policy(Protocol):
    """Decides at each step whether to send a request."""

    spread: float
    """Share by which its paces vary at random."""

    def wants(self, known: Known) -> bool: ...
    def end(self, *, refused: bool) -> None: ...


class Now:
    """The present policy: the pace divided by the share, which a refusal halves and answers give back."""

    spread = JITTER

    def __init__(self) -> None:
        self.share = 1.0
        self._tokens, self._at_s = float(OAUTH_BUDGET.capacity), 0.0

    def wants(self, known: Known) -> bool:
        rule, pace_s = in_force(OAUTH_BUDGET, self.share), MOVING_S if known.changed else STILL_S
        gained = (known.now_s - self._at_s) / rule.refill_s
        self._tokens, self._at_s = min(float(rule.capacity), self._tokens + gained), known.now_s
        wanted = known.is_reset_due or known.since_s >= slowed_s(pace_s, self.share) * known.factor
        wants = wanted and self._tokens >= (1.0 if known.is_reset_due else 1.0 + RESERVE)
        self._tokens -= wants
        return wants

    def end(self, *, refused: bool) -> None:
        halved = max(OAUTH_BUDGET.least_share, self.share / 2)
        self.share = halved if refused else min(1.0, self.share + GIVEN_BACK)


@dataclass(frozen=True, slots=True)
class Rule:
    """At most ``cap`` own requests in any hour, at least ``pace_s`` apart; ``still_s`` while nothing moves.

    Attributes:
        sees_use: knows at every moment whether the account is in use; else goes by the last two answers.
        still_cap: while nothing moves, asks only with fewer requests than this in the last hour.
        at_most_s: asks after this time in any case, whatever the caps say.
    """

    cap: int
    pace_s: float
    sees_use: bool
    still_s: float = 840.0
    still_cap: int = 99
    at_most_s: float = inf


class Capped:
    """A policy that keeps a :class:`Rule`."""

    spread = 0.03

    def __init__(self, rule: Rule) -> None:
        self._rule = rule

    def wants(self, known: Known) -> bool:
        rule, count = self._rule, len(known.sent)
        if known.is_reset_due or known.since_s >= rule.at_most_s:
            return True
        if known.used_ago_s < IN_USE_S if rule.sees_use else known.changed:
            return known.since_s >= rule.pace_s * known.factor and count < rule.cap
        return known.since_s >= rule.still_s * known.factor and count < min(rule.cap, rule.still_cap)

    def end(self, *, refused: bool) -> None:
        """Learns nothing: its cap is the best one for this month."""


class Foreseeing(Capped):
    """Also knows every request that the others will send, and causes no refusal, of its own or of theirs."""

    def __init__(self, rule: Rule, others: list[float]) -> None:
        super().__init__(rule)
        self._others = others

    def wants(self, known: Known) -> bool:
        return super().wants(known) and self._fits(known)

    def _fits(self, known: Known) -> bool:
        """Return whether no request of the next hour would be one too many."""
        first, last = (bisect_left(self._others, known.now_s + ahead) for ahead in (0.0, HOUR_S))
        moments = [known.now_s, *self._others[first:last]]
        return all(self._taken(at, known) < CAPACITY for at in moments)

    def _taken(self, at: float, known: Known) -> int:
        others = bisect_right(self._others, at) - bisect_right(self._others, at - HOUR_S)
        return others + sum(at - HOUR_S < own for own in known.sent)


@dataclass(slots=True)
class Lived:
    """The measurements of a month."""

    ages_s: list[float] = field(default_factory=list)
    at_work: int = 0
    refusals: int = 0
    blocked_s: float = 0.0
    old_s: float = 0.0


@lru_cache
def account_of(seed: int) -> tuple[TrueAccount, list[float]]:
    """Return an account, and how long ago it was used last at each step."""
    account = live(Random(seed), DAYS, message_every_s=MESSAGE_EVERY_S)  # noqa: S311 - a simulation
    ago, at, messages = [], 0, account.messages
    for now_s in range(0, int(DAYS * DAY_S), STEP_S):
        while at < len(messages) and messages[at] <= now_s:
            at += 1
        ago.append(now_s - messages[at - 1] if at else inf)
    return account, ago


def others_of(seed: int) -> tuple[Neighbor, ...]:
    """Return the two other programs, whose requests come as in the month of the real engine."""
    random, mean_s = Random(1000 + seed), 2 * HOUR_S / OTHERS["heavy"]  # noqa: S311 - a simulation
    return tuple(Neighbor(random, (mean_s / 2, mean_s * 1.5), obeys=True) for _ in range(2))


class _Count:
    """A limiter that refuses nothing and keeps the times."""

    def __init__(self) -> None:
        self.times: list[float] = []

    def request(self, at_s: float) -> float | None:
        self.times.append(at_s)
        return None


def foreseen(seed: int) -> list[float]:
    """Return the times of the others' requests in a month without any refusal."""
    count = _Count()
    SharedBudget(count, others_of(seed)).catch_up(DAYS * DAY_S + HOUR_S)
    return count.times


def live_through(make: Callable[[int], Policy], seed: int) -> Lived:
    """Return what a policy measures in the month ``seed``; ``make`` builds it from the seed."""
    account, ago = account_of(seed)
    random, policy, lived = Random(seed), make(seed), Lived()  # noqa: S311 - a simulation
    budget = SharedBudget(FixedDeadline(random, capacity=CAPACITY), others_of(seed))
    known, answer, answered_s, until_s, next_reset_s, in_a_row = Known(), None, -inf, 0.0, inf, 0
    for step, used_ago_s in enumerate(ago):
        now_s = float(step * STEP_S)
        known.now_s, known.used_ago_s = now_s, used_ago_s
        while known.sent and known.sent[0] <= now_s - HOUR_S:
            known.sent.pop(0)
        known.is_reset_due = answered_s == -inf or now_s >= next_reset_s > answered_s
        if now_s >= until_s and policy.wants(known):
            wait_s = budget.request(now_s)
            known.sent.append(now_s)
            lived.at_work += 9 <= now_s % DAY_S / HOUR_S < 18 and now_s // DAY_S % 7 < 5
            if wait_s is None:
                before, answer, answered_s, in_a_row = answer, _numbers(account, now_s), now_s, 0
                known.changed, next_reset_s = answer != before, _next_reset_s(account, now_s)
            else:
                in_a_row += 1
                until_s = now_s + (wait_s + MARGIN_S) * (1.25 if in_a_row % 2 == 0 else 1.0)
                lived.refusals += 1
            if wait_s is None or in_a_row == 1:
                policy.end(refused=wait_s is not None)
            known.factor = 1 + policy.spread * random.uniform(-1, 1)
        if step % (LOOK_EVERY_S // STEP_S) == 0:
            age_s = now_s - answered_s
            lived.blocked_s += LOOK_EVERY_S * (now_s < until_s)
            lived.old_s += LOOK_EVERY_S * (age_s > TRUSTED_S)
            if used_ago_s < IN_USE_S:
                lived.ages_s.append(age_s)
    return lived


def _numbers(account: TrueAccount, at_s: float) -> list[int | None]:
    windows = (account.window_at(each, at_s) for each in (account.session, account.week, account.model))
    return [None if window is None else round(window.percent_at(at_s)) for window in windows]


def _next_reset_s(account: TrueAccount, at_s: float) -> float:
    windows = (account.window_at(each, at_s) for each in (account.session, account.week))
    return min((window.named_end_s(at_s) + 5 for window in windows if window is not None), default=inf)


def _capped(rule: Rule) -> Callable[[int], Policy]:
    return lambda _seed: Capped(rule)


def _foreseeing(pace_s: float) -> Callable[[int], Policy]:
    return lambda seed: Foreseeing(Rule(99, pace_s, sees_use=True), foreseen(seed))


POLICIES: dict[str, Callable[[int], Policy]] = {
    "now: halved, given back": lambda _seed: Now(),
    "always 7 in any hour, 480 s apart": _capped(Rule(7, 480, sees_use=False, at_most_s=870)),
    "always 7 in any hour, 400 s apart": _capped(Rule(7, 400, sees_use=False, at_most_s=870)),
    "always 8 in any hour, 240 s apart": _capped(Rule(8, 240, sees_use=False)),
    "use seen: 520 s apart": _capped(Rule(99, 520, sees_use=True, at_most_s=870)),
    "use seen: 6 in any hour, 300 s apart": _capped(Rule(6, 300, sees_use=True, at_most_s=870)),
    "use seen: 7 in any hour, 360 s apart": _capped(Rule(7, 360, sees_use=True, at_most_s=870)),
    "use seen: 7 in any hour, 240 s apart": _capped(Rule(7, 240, sees_use=True)),
    "the same, 5 in pauses": _capped(Rule(7, 240, sees_use=True, still_cap=5)),
    "use seen: 8 in any hour, 240 s apart": _capped(Rule(8, 240, sees_use=True)),
    "use seen: 9 in any hour, 240 s apart": _capped(Rule(9, 240, sees_use=True)),
    "all foreseen, 240 s apart": _foreseeing(240),
    "all foreseen, 300 s apart": _foreseeing(300),
    "all foreseen, 360 s apart": _foreseeing(360),
}


def main() -> None:
    """Let each policy live through every month and print a row for it."""
    print("| policy | at work | 429 | blocked | over 15 min | age | of the months | on average |")  # noqa: T201
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")  # noqa: T201 - prints its table
    for name, make in POLICIES.items():
        print(_row(name, [live_through(make, seed) for seed in SEEDS]), flush=True)  # noqa: T201 - the same


def _row(name: str, months: list[Lived]) -> str:
    number = len(months)
    working_h = 9 * sum(day % 7 < 5 for day in range(DAYS))
    medians = [statistics.median(month.ages_s) for month in months]
    cells = (
        name,
        f"{sum(month.at_work for month in months) / number / working_h:.1f}",
        f"{sum(month.refusals for month in months) / number:.0f}",
        f"{sum(month.blocked_s for month in months) / number / HOUR_S:.1f} h",
        f"{100 * sum(month.old_s for month in months) / number / DAYS / DAY_S:.1f} %",
        f"{statistics.mean(medians):.0f} s",
        f"{min(medians):.0f} to {max(medians):.0f}",
        f"{statistics.mean(statistics.mean(month.ages_s) for month in months):.0f} s",
    )
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
