"""How many requests may still be sent: token buckets and shares. Pure arithmetic over wall time.

How long a 429 blocks is in ``domain.block_after_429``.

``engine.buckets`` stores the uptime beside each bucket. Until the computer restarts, it counts by uptime and
shifts the stored times to fit, so that setting the clock forward and back again gains nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from claudometer.domain.lasting_refusal import Refusal
    from claudometer.domain.usage import Organization

MAX_BLOCK_S = 4500
"""No 429 blocks for longer: the longest ``Retry-After`` that was seen, 3600 s, and a quarter of it."""

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class BucketRule:
    """A token bucket: ``capacity`` requests at once, one more every ``refill_s`` seconds.

    ``least_share`` is the smallest share of both that refusals can leave which other programs caused; 1 for a
    bucket that no other program uses.
    """

    capacity: int
    refill_s: float
    least_share: float = 1.0


OAUTH_BUDGET = BucketRule(capacity=8, refill_s=180, least_share=0.25)
"""The OAuth endpoint was measured to allow about 28 to 30 requests in any 60 minutes: 8 + 3600/180 = 28.

A quarter of it is a request every 12 minutes: with a slower one, every number would grow stale in between.
"""

OWN_FAULT = 25
"""From so many requests of ours in an hour, a refusal is our own doing: 28 to 30 are accepted."""

GIVEN_BACK = 1 / 800
"""Share that an answer gives back: at 4 to 12 answers an hour, an eighth takes one to two days of use."""

BURST_LEFT = 3
"""Tokens that a bucket holds at any share: two are kept for a click and for waking up."""

UNLIMITED = BucketRule(capacity=1_000_000, refill_s=0.001)
"""For sources without a budget: only their 429 blocks count."""

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
        share: the part of the rule that we use, down to its ``least_share``; less than 1 while other programs
            seem to use up the same limit.
        sent: when requests were sent in the 60 minutes before ``counted_at``, ascending.
        refusal: the server's last answer, if it was a lasting refusal.
        organizations: those that the account can choose from, if the last answer was none with numbers.
    """

    tokens: float
    counted_at: datetime
    blocked_until: datetime | None = None
    refusals: int = 0
    share: float = 1.0
    sent: tuple[datetime, ...] = ()
    refusal: Refusal | None = None
    organizations: tuple[Organization, ...] = ()


def in_force(rule: BucketRule, share: float) -> BucketRule:
    """Return the rule for an account that uses only a share of it."""
    if share >= 1.0:
        return rule
    capacity = max(min(rule.capacity, BURST_LEFT), round(rule.capacity * share))
    return replace(rule, capacity=capacity, refill_s=rule.refill_s / share)


def full(rule: BucketRule, now: datetime) -> Bucket:
    """Return the bucket of an account that never sent a request."""
    return Bucket(tokens=float(rule.capacity), counted_at=now)


def refill(bucket: Bucket, rule: BucketRule, now: datetime) -> Bucket:
    """Add the tokens that have come back since. A clock that was set back adds none and prolongs no block."""
    rule = in_force(rule, bucket.share)
    gained = max(0.0, (now - bucket.counted_at).total_seconds()) / rule.refill_s
    blocked_until = bucket.blocked_until
    if blocked_until is not None:
        # No block is longer than this when it is set: if it looks longer now, the clock was set back.
        longest = now + timedelta(seconds=MAX_BLOCK_S)
        blocked_until = min(blocked_until, longest) if blocked_until > now else None
    tokens = min(float(rule.capacity), bucket.tokens + gained)
    sent = tuple(at for at in bucket.sent if abs(now - at) < HOUR)
    refusal = bucket.refusal
    if refusal is not None:
        refusal = replace(refusal, at=min(refusal.at, now))  # likewise
    return replace(
        bucket,
        tokens=tokens,
        counted_at=now,
        blocked_until=blocked_until,
        sent=sent,
        refusal=refusal,
    )


def shifted(bucket: Bucket, counted_at: datetime) -> Bucket:
    """Return the bucket by a clock that was set since; by it, the bucket was counted at ``counted_at``."""
    shift = counted_at - bucket.counted_at
    until, refusal = bucket.blocked_until, bucket.refusal
    return replace(
        bucket,
        refusal=None if refusal is None else replace(refusal, at=refusal.at + shift),
        counted_at=counted_at,
        blocked_until=None if until is None else until + shift,
        sent=tuple(at + shift for at in bucket.sent),
    )


def allowed_at(bucket: Bucket, rule: BucketRule, now: datetime, *, reserve: float = 0.0) -> datetime:
    """Return when the next request may be sent, ``now`` if at once, with ``reserve`` tokens left over."""
    current, rule = refill(bucket, rule, now), in_force(rule, bucket.share)
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
    sent = (*current.sent, now) if rule.least_share < 1.0 else ()  # of no use to other rules
    return replace(current, tokens=max(0.0, current.tokens - 1.0), sent=sent)


def cut(bucket: Bucket, rule: BucketRule, now: datetime) -> Bucket:
    """Return the bucket after a refusal by the server itself at ``now``, before it is blocked.

    If our own requests do not explain it, other programs use up the same limit, and the share is halved. A
    second refusal in a row proves nothing: between the two we sent nothing.
    """
    own = sum(abs(now - at) < HOUR for at in bucket.sent)
    if bucket.refusals or own >= OWN_FAULT:
        return bucket
    return replace(bucket, share=max(rule.least_share, bucket.share / 2))


def give_back(bucket: Bucket) -> Bucket:
    """Return the bucket after an answer with numbers: a little of the share comes back."""
    return replace(bucket, share=min(1.0, bucket.share + GIVEN_BACK))
