"""The exit codes of ``claudometer status`` and ``refresh``. No imports: the quick command line loads it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from claudometer.control.wire.report import Report, ReportLimit, ReportSpend

FRESH = 0
OVER_LIMIT = 1
USAGE = 64
NO_NUMBERS = 69
STALE = 75
CREDENTIALS = 77

_REFUSED = frozenset({"missing_credentials", "unauthorized"})


def exit_code_of(report: Report) -> int:
    """Return the exit code of ``status``: bad credentials, no numbers, stale ones, a full limit, or 0.

    The answer of a plan that reports no limit at all counts as fresh numbers.
    """
    # In this order, because a script must first learn what the user has to act on. Old numbers, for example,
    # may be shown although the login was refused.
    limits, spend = report["limits"], report["spend"]
    has_money = spend is not None or bool(report["credits"])
    has_numbers = has_money or any(limit["percent"] is not None for limit in limits)
    if report["status"] == "ok" and not limits and not report["stale"]:
        has_numbers = True
    if report["status"] in _REFUSED:
        return CREDENTIALS
    if not has_numbers:
        return NO_NUMBERS
    if report["stale"]:
        return STALE
    is_full = any(_is_full(limit) for limit in limits) or is_used_up(spend)
    return OVER_LIMIT if is_full else FRESH


def _is_full(limit: ReportLimit) -> bool:
    """Return whether a limit is known to be full: an old number without a reset time no longer tells."""
    is_known = not limit["stale"] or limit["resets_at"] is not None
    return is_known and (limit["percent"] or 0) >= 100


def is_used_up(spend: ReportSpend | None) -> bool:
    """Return whether a spend limit is reached. It is not, if the user turned extra usage off.

    When a spend limit resets is not known, so an old number no longer tells.
    """
    if spend is None or spend["stale"] or spend["stopped_by"] == "user":
        return False
    return spend["stopped_by"] == "cap" or (spend["percent"] or 0) >= 100


def refresh_code_of(status: str) -> int:
    """Return the exit code of ``refresh``, by the status of the request that it led to."""
    if status == "rate_limited":
        return STALE
    return CREDENTIALS if status in _REFUSED else FRESH if status == "ok" else NO_NUMBERS
