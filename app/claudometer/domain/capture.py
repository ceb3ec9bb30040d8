"""What Claude Code tells its status line, and which of several sessions heard from Claude last. Pure.

Neither a dataclass nor an enum: ``claudometer statusline`` loads this several times a minute.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    Window = tuple[float | None, float | None]
    """Used percent and reset time (seconds since 1970); ``None`` is unknown."""

    Windows = dict[str, Window]

WINDOW_LENGTHS = {"five_hour": 5 * 3600, "seven_day": 7 * 24 * 3600}
"""In seconds, by Claude Code's names."""

MAX_PERCENT = 99_999.0
MAX_AHEAD_S = 20 * 24 * 3600
SECONDS_BELOW = 1e10
"""A smaller number counts seconds since 1970, a larger one milliseconds."""

CLOCK_SLACK_S = 60.0
MAX_SESSIONS = 200
VERSION = 1


def read_windows(rate_limits: object, now: float) -> Windows:
    """Read ``rate_limits`` as Claude Code writes it; what cannot be true is left out.

    Args:
        rate_limits: decoded JSON of any shape.
        now: seconds since 1970, to tell a possible reset time from an impossible one.
    """
    found: Windows = {}
    for name in WINDOW_LENGTHS:
        window = _object(_object(rate_limits).get(name))
        read = (_percent(window.get("used_percentage")), _reset(window.get("resets_at"), now))
        if read != (None, None):
            found[name] = read
    return found


def write_windows(windows: Windows) -> dict[str, dict[str, float | None]]:
    """Return the windows in the form that :func:`read_windows` reads."""
    return {
        name: {"used_percentage": used, "resets_at": resets_at} for name, (used, resets_at) in windows.items()
    }


class Capture:
    """The newest numbers of all sessions, and what each session showed last.

    Attributes:
        captured_at: when ``windows`` were first seen, so that they were true then; seconds since 1970.
        session: whose they are.
        sessions: by session, since when it shows what; nothing for one that has had no answer yet.
    """

    __slots__ = ("captured_at", "session", "sessions", "windows")

    def __init__(
        self,
        captured_at: float | None = None,
        windows: Windows | None = None,
        session: str = "",
        sessions: dict[str, tuple[float, Windows]] | None = None,
    ) -> None:
        self.captured_at = captured_at
        self.windows = windows or {}
        self.session = session
        self.sessions = sessions or {}


def note(kept: Capture, session: str, windows: Windows, now: float) -> Capture:
    """Take in what a session shows now. Returns ``kept`` itself when that is nothing new.

    Claude Code does not say when it had its numbers from Claude, and draws old ones again and again. New is
    only what a session did not show before: then it has had an answer since.
    """
    before = kept.sessions.get(session)
    if before is not None and (not windows or before[1] == windows):
        return kept
    sessions = {**kept.sessions, session: (now, windows)}
    if len(sessions) > MAX_SESSIONS:
        del sessions[min(sessions, key=lambda name: sessions[name][0])]
    if windows and _is_newer(kept, session, windows, now):
        return Capture(now, windows, session, sessions)
    return Capture(kept.captured_at, kept.windows, kept.session, sessions)


def to_wire(capture: Capture) -> dict[str, object]:
    """Return what is kept on disk: numbers and times, and digests in place of names."""
    return {
        "version": VERSION,
        "captured_at": capture.captured_at,
        "rate_limits": write_windows(capture.windows),
        "session": capture.session,
        "sessions": {
            name: {"since": since, "rate_limits": write_windows(windows)}
            for name, (since, windows) in capture.sessions.items()
        },
    }


def from_wire(kept: object, now: float) -> Capture:
    """Read what :func:`to_wire` wrote; anything else is left out.

    So are times still to come, but for a minute: clocks are set, and processes overtake each other.
    """
    outer = _object(kept)
    if outer.get("version") != VERSION:
        return Capture()
    sessions = {}
    for name, entry in _object(outer.get("sessions")).items():
        since = _past(_object(entry).get("since"), now)
        if since is not None:
            sessions[name] = (since, read_windows(_object(entry).get("rate_limits"), now))
    captured_at, session = _past(outer.get("captured_at"), now), outer.get("session")
    windows = read_windows(outer.get("rate_limits"), now)
    if captured_at is None or not windows or not isinstance(session, str):
        return Capture(sessions=sessions)
    return Capture(captured_at, windows, session, sessions)


def _is_newer(kept: Capture, session: str, windows: Windows, now: float) -> bool:
    """Tell whether what a session shows for the first time is newer than what is kept.

    It is when the session showed something else after the kept numbers were seen. Otherwise the numbers must
    speak for themselves, since within a window they only grow.
    """
    before = kept.sessions.get(session)
    if kept.captured_at is None or session == kept.session:
        return True
    if before is not None and before[0] >= kept.captured_at:
        return True
    signs = [_compare(name, windows[name], kept.windows[name]) for name in windows if name in kept.windows]
    if before is None:
        # Seen for the first time, and with numbers: they may be hours old.
        return min(signs, default=0) >= 0 and (max(signs, default=0) > 0 or _all_reset(kept.windows, now))
    return min(signs, default=0) >= 0


def _compare(name: str, first: Window, second: Window) -> int:
    """Return 1 when the first was certainly true later than the second, -1 the other way round, else 0."""
    if first[1] is not None and second[1] is not None:
        later_s = first[1] - second[1]
        if abs(later_s) >= WINDOW_LENGTHS[name] / 4:
            return 1 if later_s > 0 else -1
    if first[0] is None or second[0] is None:
        return 0
    return (first[0] > second[0]) - (first[0] < second[0])


def _all_reset(windows: Windows, now: float) -> bool:
    return all(resets_at is not None and resets_at <= now for _, resets_at in windows.values())


def _object(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


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
    return number if number is not None and number <= MAX_PERCENT else None


def _reset(value: object, now: float) -> float | None:
    moment = _from_iso(value) if isinstance(value, str) else _number(value)
    if moment is not None and moment >= SECONDS_BELOW:
        moment /= 1000
    return moment if moment and moment <= now + MAX_AHEAD_S else None


def _from_iso(text: str) -> float | None:
    try:
        moment = datetime.fromisoformat(text.strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def _past(value: object, now: float) -> float | None:
    moment = _number(value)
    return min(moment, now) if moment is not None and moment <= now + CLOCK_SLACK_S else None
