"""How long to wait until another request can tell something new, in seconds. Pure."""

from __future__ import annotations

MOVING_S = 300
"""Automatic pace of a source with a budget while the numbers move: 12 an hour of the 20 that can be kept.

A wish for a shorter interval cannot be kept, so it is the automatic pace, too.
"""

STILL_S = 600
"""While the numbers stand still: 6 an hour, and with jitter still under the 15 minutes of trust."""

NEAR_LIMIT_S = 180
"""While a moving number is near its limit: as fast as the bucket refills."""

NEAR_LIMIT_PERCENT = 90.0

COVERED_S = 720
"""Model limits need a request, and must not grow older than 15 minutes, jitter included."""

SLOWEST_S = COVERED_S
"""Slower than this no account is asked because its budget is shared: the numbers would grow stale."""

FULLY_COVERED_S = 1800
"""Nothing is shown that needs a request; one still confirms the local numbers from time to time."""

NO_LIMITS_S = 3600
"""A plan without any limit has nothing that could move. Somebody may assign one."""

REFUSED_FIRST_S = 300
REFUSED_MOST_S = 3600
"""A refusal that nobody can explain: the same request may be refused again and again."""

RETRY_FIRST_S = 30
RETRY_MOST_S = 300
"""Most faults of a network pass soon. After one that lasts we try as often as when all is well."""


def slowed_s(delay_s: float, share: float) -> float:
    """Return the pace of an account that may use only a share of its budget, 0.25 to 1."""
    return max(delay_s, min(delay_s / share, SLOWEST_S))


def retry_s(failures: int) -> float:
    """Return the wait after a number of failures in a row: 30 s, doubling to 5 minutes."""
    return float(min(RETRY_MOST_S, RETRY_FIRST_S * 2 ** min(max(0, failures - 1), 10)))


def refused_s(failures: int) -> float:
    """Return the wait after unexplained refusals in a row: 5 minutes, doubling to an hour."""
    return float(min(REFUSED_MOST_S, REFUSED_FIRST_S * 2 ** min(max(0, failures - 1), 10)))
