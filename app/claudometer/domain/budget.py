"""How many requests may still be sent: token buckets and 429 blocks. Pure arithmetic over wall time.

``engine.buckets`` stores the uptime beside each bucket. Until the computer restarts, it counts by uptime and
shifts the stored times to fit, so that setting the clock forward and back again gains nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

MIN_BLOCK_S = 300
MAX_BLOCK_S = 4500  # the longest Retry-After that was seen, 3600 s, and a quarter of it
MAX_GUESSED_BLOCK_S = 900
"""Longest block after a 429 that does not say for how long."""

MARGIN_S = 30
"""Added to the server's ``Retry-After``, since clocks and roundings differ a little."""


@dataclass(frozen=True, slots=True)
class BucketRule:
    """A token bucket: ``capacity`` requests at once, one more every ``refill_s`` seconds."""

    capacity: int
    refill_s: float


OAUTH_BUDGET = BucketRule(capacity=8, refill_s=180)
"""The OAuth endpoint was measured to allow about 28 to 30 requests in any 60 minutes: 8 + 3600/180 = 28."""

BROWSER_PAUSE_S = 300
BROWSER_RUNS = BucketRule(capacity=1, refill_s=BROWSER_PAUSE_S)
"""A browser takes 200 MB for some seconds: at most one automatic run in 5 minutes."""

BROWSER_TESTS = BucketRule(capacity=3, refill_s=BROWSER_PAUSE_S)
"""A user who has just pasted a key waits for its test, perhaps twice: tests have a bucket of their own."""


@dataclass(frozen=True, slots=True)
class Uptime:
    """A moment by a clock that cannot be set.

    Attributes:
        boot: names the start of the computer (or of the program) from which the seconds count.
        seconds: ``Clock.boottime()``.
    """

    boot: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Bucket:
    """What one account has left.

    Attributes:
        tokens: requests that could be sent at ``counted_at``; fractional while one refills.
        blocked_until: the end of the server's last 429 block, ``None`` when there is none.
        refusals: 429 responses in a row.
    """

    tokens: float
    counted_at: datetime
    blocked_until: datetime | None = None
    refusals: int = 0


def full(rule: BucketRule, now: datetime) -> Bucket:
    """Return the bucket of an account that never sent a request."""
    return Bucket(tokens=float(rule.capacity), counted_at=now)


def refill(bucket: Bucket, rule: BucketRule, now: datetime) -> Bucket:
    """Add the tokens that have come back since. A clock that was set back adds none and prolongs no block."""
    gained = max(0.0, (now - bucket.counted_at).total_seconds()) / rule.refill_s
    blocked_until = bucket.blocked_until
    if blocked_until is not None:
        # No block is longer than this when it is set: if it looks longer now, the clock was set back.
        longest = now + timedelta(seconds=MAX_BLOCK_S)
        blocked_until = min(blocked_until, longest) if blocked_until > now else None
    tokens = min(float(rule.capacity), bucket.tokens + gained)
    return replace(bucket, tokens=tokens, counted_at=now, blocked_until=blocked_until)


def shifted(bucket: Bucket, counted_at: datetime) -> Bucket:
    """Return the bucket by a clock that was set since; by it, the bucket was counted at ``counted_at``."""
    shift = counted_at - bucket.counted_at
    until = bucket.blocked_until
    return replace(bucket, counted_at=counted_at, blocked_until=None if until is None else until + shift)


def allowed_at(bucket: Bucket, rule: BucketRule, now: datetime, *, reserve: float = 0.0) -> datetime:
    """Return when the next request may be sent, ``now`` if at once, with ``reserve`` tokens left over."""
    current = refill(bucket, rule, now)
    # A bucket of one token, such as the browser's, can keep no reserve: it would never allow a request.
    missing = max(0.0, 1.0 + min(reserve, rule.capacity - 1.0) - current.tokens)
    at = now + timedelta(seconds=missing * rule.refill_s)
    return max(at, current.blocked_until) if current.blocked_until else at


def take(bucket: Bucket, rule: BucketRule, now: datetime) -> Bucket | None:
    """Take a token for one request, or return ``None`` when none may be sent now."""
    current = refill(bucket, rule, now)
    # Refilling adds fractions: after exactly `refill_s` they may come to a hair less than a whole token.
    if current.blocked_until is not None or current.tokens < 1.0 - 1e-9:
        return None
    return replace(current, tokens=max(0.0, current.tokens - 1.0))


def block_s(retry_after_s: float | None, refusals: int) -> float:
    """Return how long to send nothing after a 429, in seconds (300 to 4500).

    A request just after the stated time succeeds, before other programs of the account have used up the limit
    again. But some blocks start over for a request that early, so every second refusal in a row adds a
    quarter of the time, 15 minutes at most. Without a ``Retry-After``, or with 0, the block doubles from 5 to
    15 minutes. ``.github/architecture/polling-and-budget.md`` has the simulations behind these numbers.
    """
    if retry_after_s is None or retry_after_s <= 0:
        return float(min(MAX_GUESSED_BLOCK_S, MIN_BLOCK_S * 2 ** min(refusals, 10)))
    margin = min(900.0, retry_after_s / 4) if refusals % 2 else MARGIN_S
    return min(float(MAX_BLOCK_S), max(float(MIN_BLOCK_S), retry_after_s + margin))


def block(bucket: Bucket, now: datetime, retry_after_s: float | None) -> Bucket:
    """Return the bucket after a 429 at ``now``."""
    until = now + timedelta(seconds=block_s(retry_after_s, bucket.refusals))
    return replace(bucket, blocked_until=until, refusals=bucket.refusals + 1)


def unblock(bucket: Bucket) -> Bucket:
    """Return the bucket after a response that was not a 429."""
    return replace(bucket, blocked_until=None, refusals=0)
