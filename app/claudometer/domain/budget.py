"""How many requests a source may still be sent. Pure arithmetic over wall time, kept across restarts.

Who keeps allowances also notes the uptime, and rebases what was noted in the same run of the machine: a clock
that is set forth and back gains nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

MIN_BLOCK_S = 300
MAX_BLOCK_S = 4500
MAX_UNSAID_BLOCK_S = 900
SOON_S = 30


@dataclass(frozen=True, slots=True)
class BudgetRule:
    """A token bucket: ``capacity`` requests at once, one more every ``refill_s`` seconds."""

    capacity: int
    refill_s: float


OAUTH_BUDGET = BudgetRule(capacity=8, refill_s=180)
"""The OAuth endpoint was measured to allow about 28 to 30 requests in any 60 minutes: 8 + 3600/180 = 28."""

BROWSER_PAUSE_S = 300
BROWSER_RUNS = BudgetRule(capacity=1, refill_s=BROWSER_PAUSE_S)
"""A browser is 200 MB for some seconds: at most one run in 5 minutes by itself."""

BROWSER_TESTS = BudgetRule(capacity=3, refill_s=BROWSER_PAUSE_S)
"""Somebody waits who has just pasted a key, perhaps a second time: tests have an allowance of their own."""


@dataclass(frozen=True, slots=True)
class Uptime:
    """A moment by the clock that nobody sets.

    Attributes:
        boot: names the run of the machine (or of the program) whose seconds these are.
        seconds: ``Clock.boottime()``.
    """

    boot: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one source and account has left.

    Attributes:
        tokens: requests in hand at the time ``counted_at``; fractional while one refills.
        blocked_until: the end of the server's last 429 block, ``None`` when there is none.
        strikes: 429 answers in a row.
    """

    tokens: float
    counted_at: datetime
    blocked_until: datetime | None = None
    strikes: int = 0


def full(rule: BudgetRule, now: datetime) -> Allowance:
    """Return the allowance of an account that was never asked."""
    return Allowance(tokens=float(rule.capacity), counted_at=now)


def refill(allowance: Allowance, rule: BudgetRule, now: datetime) -> Allowance:
    """Add what has come back since. A clock that was set back adds nothing and blocks for no longer."""
    gained = max(0.0, (now - allowance.counted_at).total_seconds()) / rule.refill_s
    blocked_until = allowance.blocked_until
    if blocked_until is not None:
        longest = now + timedelta(seconds=MAX_BLOCK_S)
        blocked_until = min(blocked_until, longest) if blocked_until > now else None
    tokens = min(float(rule.capacity), allowance.tokens + gained)
    return replace(allowance, tokens=tokens, counted_at=now, blocked_until=blocked_until)


def rebased(allowance: Allowance, counted_at: datetime) -> Allowance:
    """Tell an allowance by a clock that was set since: ``counted_at`` is what it would have said then."""
    shift = counted_at - allowance.counted_at
    until = allowance.blocked_until
    return replace(allowance, counted_at=counted_at, blocked_until=None if until is None else until + shift)


def allowed_at(allowance: Allowance, rule: BudgetRule, now: datetime, *, reserve: float = 0.0) -> datetime:
    """Return when the next request may go, ``now`` if at once, leaving ``reserve`` requests untouched."""
    current = refill(allowance, rule, now)
    missing = max(0.0, 1.0 + min(reserve, rule.capacity - 1.0) - current.tokens)
    at = now + timedelta(seconds=missing * rule.refill_s)
    return max(at, current.blocked_until) if current.blocked_until else at


def take(allowance: Allowance, rule: BudgetRule, now: datetime) -> Allowance | None:
    """Spend one request, or return ``None`` when none may go now."""
    current = refill(allowance, rule, now)
    if current.blocked_until is not None or current.tokens < 1.0 - 1e-9:
        return None
    return replace(current, tokens=max(0.0, current.tokens - 1.0))


def block_s(retry_after_s: float | None, strikes: int) -> float:
    """Return how long to stay away after a 429, in seconds (300 to 4500).

    Who comes just after the stated time finds room before the account's other programs have used it up again,
    but some blocks are renewed for whoever comes that early. So every second refusal in a row waits for a
    quarter more, 15 minutes at most. An absent or zero ``Retry-After`` doubles from 5 to 15 minutes.
    """
    if retry_after_s is None or retry_after_s <= 0:
        return float(min(MAX_UNSAID_BLOCK_S, MIN_BLOCK_S * 2 ** min(strikes, 10)))
    margin = min(900.0, retry_after_s / 4) if strikes % 2 else SOON_S
    return min(float(MAX_BLOCK_S), max(float(MIN_BLOCK_S), retry_after_s + margin))


def struck(allowance: Allowance, now: datetime, retry_after_s: float | None) -> Allowance:
    """Note a 429: blocked from ``now``, one strike more."""
    until = now + timedelta(seconds=block_s(retry_after_s, allowance.strikes))
    return replace(allowance, blocked_until=until, strikes=allowance.strikes + 1)


def relieved(allowance: Allowance) -> Allowance:
    """Note an answer that was not a 429."""
    return replace(allowance, blocked_until=None, strikes=0)
