"""The exit codes of ``claudometer status``. Kept free of imports: the quick command line loads it."""

FRESH = 0
OVER_LIMIT = 1
USAGE = 64
NO_NUMBERS = 69
STALE = 75
CREDENTIALS = 77


def exit_code_of(report: dict[str, object]) -> int:
    """Return what ``status`` ends with: bad credentials, no numbers, stale ones, a full limit, or 0."""
    limits = report["limits"]
    has_numbers = report["spend"] is not None or any(
        limit["percent"] is not None
        for limit in limits  # type: ignore[attr-defined]
    )
    if report["status"] in {"missing_credentials", "unauthorized"}:
        return CREDENTIALS
    if not has_numbers:
        return NO_NUMBERS
    if report["stale"]:
        return STALE
    full = any((limit["percent"] or 0) >= 100 for limit in limits)  # type: ignore[attr-defined]
    return OVER_LIMIT if full else FRESH
