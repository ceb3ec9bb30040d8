"""How long to wait before a request can bring something new, in seconds. Pure."""

from __future__ import annotations

MOVING_S = 300
"""Automatic interval of a source with a budget while its numbers change: 12 requests an hour.

The bucket allows 20 an hour in the long run. A user's shorter interval would exceed that, so this one is
used.
"""

STILL_S = 600
"""While the numbers do not change: 6 requests an hour. With jitter, still below ``freshness.TRUST_FOR``."""

NEAR_LIMIT_S = 180
"""While a changing number is near its limit: as often as the bucket gets a new token."""

NEAR_LIMIT_PERCENT = 90.0
"""Used share, in percent, from which on a number is near its limit."""

COVERED_S = 720
"""While local sources report session and week, but something else is shown, such as a model's limit.

That needs a request, and must not grow older than 15 minutes, jitter included.
"""

SLOWEST_S = COVERED_S
"""Longest interval to which a shared budget may lead: with a longer one, the numbers would grow stale."""

FULLY_COVERED_S = 1800
"""While local sources report all that is shown. A request still confirms their numbers."""

NO_LIMITS_S = 3600
"""For a plan without any limit: nothing can change until it is given one."""

REFUSED_FIRST_S = 300
REFUSED_MOST_S = 3600
"""First and longest wait after an unexplained refusal: the server may repeat it for hours."""

RETRY_FIRST_S = 30
RETRY_MOST_S = 300
"""First and longest wait after a network fault. Most pass soon; the longest equals ``MOVING_S``."""


def slowed_s(delay_s: float, share: float) -> float:
    """Return the interval of an account that may use only ``share`` of its budget (0.25 to 1), in seconds."""
    return max(delay_s, min(delay_s / share, SLOWEST_S))


def retry_s(failures: int) -> float:
    """Return the wait after a number of failures in a row: 30 s, doubling to 5 minutes."""
    # The exponent is capped: an outage of days is hundreds of failures.
    return float(min(RETRY_MOST_S, RETRY_FIRST_S * 2 ** min(max(0, failures - 1), 10)))


def refused_s(failures: int) -> float:
    """Return the wait after unexplained refusals in a row: 5 minutes, doubling to an hour."""
    return float(min(REFUSED_MOST_S, REFUSED_FIRST_S * 2 ** min(max(0, failures - 1), 10)))
