"""How long nothing is sent after a 429: by the server's ``Retry-After``, with a margin. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from claudometer.domain.token_bucket import MAX_BLOCK_S

if TYPE_CHECKING:
    from datetime import datetime

    from claudometer.domain.token_bucket import Bucket

MIN_BLOCK_S = 300
MAX_GUESSED_BLOCK_S = 900
"""Longest block after a 429 that does not say for how long."""

MARGIN_S = 30
"""Added to the server's ``Retry-After``, since clocks and roundings differ a little."""


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
