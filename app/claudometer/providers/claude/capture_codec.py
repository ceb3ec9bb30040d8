"""Decodes captures from Claude Code's ``rate_limits`` and from the file that keeps them. Pure.

As cheap to import as ``capture``, for the same reason.
"""

from __future__ import annotations

import math

from claudometer.providers.claude.capture import WINDOW_LENGTHS, Capture

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from claudometer.providers.claude.capture import Windows

MAX_PERCENT = 99_999.0
# The longest known window has 7 days. A reset time much further ahead is a mistake.
MAX_AHEAD_S = 20 * 24 * 3600
# A spend limit may be for a month, and an unknown window for longer.
MAX_AHEAD_OTHER_S = 400 * 24 * 3600
MAX_WINDOWS = 8
MAX_NAME = 40
MAX_DOLLARS = 1e12
SPEND_LIMIT = "spend_limit"
SECONDS_BELOW = 1e10
"""A smaller number counts seconds since 1970, a larger one milliseconds."""

# Processes may write and read the file in the same second, and clocks are adjusted by a little.
CLOCK_SLACK_S = 60.0
VERSION = 1


def read_windows(rate_limits: object, now: float) -> Windows:
    """Read every limit of ``rate_limits`` as Claude Code passes it, without impossible values.

    ``five_hour`` and ``seven_day`` come first. Behind a gateway there may be ``spend_limit``, since version
    2.1.251 of Claude Code. The limits of models were not seen here so far.

    Args:
        rate_limits: decoded JSON of any shape.
        now: seconds since 1970, to tell a possible reset time from an impossible one.
    """
    found: Windows = {}
    for name in _names(_object(rate_limits)):
        window = _object(_object(rate_limits).get(name))
        ahead_s = MAX_AHEAD_S if name in WINDOW_LENGTHS else MAX_AHEAD_OTHER_S
        used = _percent(window.get("used_percentage"))
        if used is None and name == SPEND_LIMIT:
            used = _percent_of(read_dollars(rate_limits))
        read = (used, _reset(window.get("resets_at"), now + ahead_s))
        if read != (None, None):
            found[name] = read
    return found


def read_dollars(rate_limits: object) -> tuple[float, float] | None:
    """Return what is spent of the spend limit, and that limit, in US dollars; ``None`` if one is unknown.

    Claude Code has passed them since version 2.1.284.
    """
    spend = _object(_object(rate_limits).get(SPEND_LIMIT))
    used, limit = _number(spend.get("used_usd")), _number(spend.get("limit_usd"))
    if used is None or limit is None or max(used, limit) > MAX_DOLLARS:
        return None
    return used, limit


def _percent_of(dollars: tuple[float, float] | None) -> float | None:
    return _percent(100 * dollars[0] / dollars[1]) if dollars and dollars[1] else None


def _names(rate_limits: Mapping[str, object]) -> list[str]:
    others = (name for name in rate_limits if name not in WINDOW_LENGTHS and _is_name(name))
    return [*WINDOW_LENGTHS, *others][:MAX_WINDOWS]


def _is_name(name: object) -> bool:
    return isinstance(name, str) and len(name) <= MAX_NAME and name.isascii() and name.isidentifier()


def write_windows(windows: Windows) -> dict[str, dict[str, float | None]]:
    """Return the windows in the form that :func:`read_windows` reads."""
    return {
        name: {"used_percentage": used, "resets_at": resets_at} for name, (used, resets_at) in windows.items()
    }


def to_wire(capture: Capture) -> dict[str, object]:
    """Return the form that is kept on disk: numbers, times, and digests instead of names."""
    return {
        "version": VERSION,
        "captured_at": capture.captured_at,
        "rate_limits": write_windows(capture.windows),
        "session": capture.session,
        "login": capture.login,
        "sessions": {
            name: {"since": since, "rate_limits": write_windows(windows), "login": login}
            for name, (since, windows, login) in capture.sessions.items()
        },
    }


def from_wire(kept: object, now: float) -> Capture:
    """Read what :func:`to_wire` wrote, and ignore anything else.

    Entries from more than a minute in the future are ignored too: the clock was set back since, so their age
    is unknown.
    """
    outer = _object(kept)
    # The next response writes the file again: another version costs one status line its numbers.
    if outer.get("version") != VERSION:
        return Capture()
    sessions = {}
    for name, entry in _object(outer.get("sessions")).items():
        since = _past(_object(entry).get("since"), now)
        if since is not None:
            windows = read_windows(_object(entry).get("rate_limits"), now)
            sessions[name] = (since, windows, _text(_object(entry).get("login")))
    captured_at, session = _past(outer.get("captured_at"), now), outer.get("session")
    windows = read_windows(outer.get("rate_limits"), now)
    if captured_at is None or not windows or not isinstance(session, str):
        return Capture(sessions=sessions)
    return Capture(captured_at, windows, session, _text(outer.get("login")), sessions)


def _object(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) and number >= 0 else None


def _percent(value: object) -> float | None:
    number = _number(value)
    # A hair off a whole number is that number, as for `values.read_percent`.
    return round(number, 9) if number is not None and number <= MAX_PERCENT else None


def _reset(value: object, latest: float) -> float | None:
    moment = _from_iso(value) if isinstance(value, str) else _number(value)
    if moment is not None and moment >= SECONDS_BELOW:
        moment /= 1000
    return moment if moment and moment <= latest else None


def _from_iso(text: str) -> float | None:
    from datetime import UTC, datetime  # noqa: PLC0415 - Claude Code writes numbers: few runs need it

    try:
        moment = datetime.fromisoformat(text.strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def _past(value: object, now: float) -> float | None:
    moment = _number(value)
    return min(moment, now) if moment is not None and moment <= now + CLOCK_SLACK_S else None
