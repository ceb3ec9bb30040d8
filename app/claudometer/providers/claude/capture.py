"""What Claude Code tells its status line, and which of several sessions heard from Claude last. Pure.

Neither a dataclass nor an enum: ``claudometer statusline`` loads this several times a minute.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    Window = tuple[float | None, float | None]
    """Used percent and reset time (seconds since 1970); ``None`` is unknown."""

    Windows = dict[str, Window]

    Showing = tuple[float, Windows, str]
    """Since when a session shows which windows, and whose login lay there then."""

WINDOW_LENGTHS = {"five_hour": 5 * 3600, "seven_day": 7 * 24 * 3600}
"""In seconds, by Claude Code's names."""

RESET_SLACK_S = 60.0
"""One reset is told differently by a second or two, and may be rounded."""

MAX_SESSIONS = 200


class Capture:
    """The newest numbers of all sessions, and what each session showed last.

    Attributes:
        captured_at: when ``windows`` were first seen, so that they were true then; seconds since 1970.
        session: whose they are.
        login: a stand-in for the account that was logged in then; empty when that is not known.
        sessions: by session, since when it shows what; nothing for one that has had no answer yet.
    """

    __slots__ = ("captured_at", "login", "session", "sessions", "windows")

    def __init__(
        self,
        captured_at: float | None = None,
        windows: Windows | None = None,
        session: str = "",
        login: str = "",
        sessions: dict[str, Showing] | None = None,
    ) -> None:
        self.captured_at = captured_at
        self.windows = windows or {}
        self.session = session
        self.login = login
        self.sessions = sessions or {}


def note(kept: Capture, session: str, windows: Windows, now: float, login: str = "") -> Capture:
    """Take in what a session shows now. Returns ``kept`` itself when that is nothing new.

    Claude Code does not say when it had its numbers from Claude, and draws old ones again and again. New is
    only what a session did not show before: then it has had an answer since.

    Args:
        login: a stand-in for the account that is logged in now; empty when that is not known.
    """
    before = kept.sessions.get(session)
    if before is not None and (not windows or before[1] == windows):
        return kept
    whose = login if before is not None else _whose(kept, windows) or login
    sessions = {**kept.sessions, session: (now, windows, whose)}
    if len(sessions) > MAX_SESSIONS:
        del sessions[min(sessions, key=lambda name: sessions[name][0])]
    is_present = windows and not differ(whose, login)
    if is_present and (_is_newer(kept, session, windows, now) or _is_other(kept, login, windows, now)):
        return Capture(now, windows, session, login, sessions)
    return Capture(kept.captured_at, kept.windows, kept.session, kept.login, sessions)


def choose(kept: Capture, session: str, login: str, now: float) -> tuple[float | None, Windows]:
    """Return what to show in a session, and since when it was shown; nothing when that is another account's.

    The newest numbers of all sessions, unless they cannot be of the account that this session was told of:
    then its own, which may be older, but are not somebody else's.
    """
    since, own, whose = kept.sessions.get(session, (None, {}, ""))
    if differ(whose, login):
        since, own = None, {}
    if differ(kept.login, login) or not may_be_one(own, kept.windows, now):
        return since if own else None, own
    return kept.captured_at, kept.windows


def differ(login: str, other: str) -> bool:
    """Tell whether two stand-ins are certainly of two accounts."""
    return bool(login and other) and login != other


def may_be_one(first: Windows, second: Windows, now: float) -> bool:
    """Tell whether two sets of windows may be of one account at one time.

    An account has one reset to come for each window. Two that differ are two accounts', or one is of before
    the server reset early.
    """
    pairs = [(first[name][1], second[name][1]) for name in first if name in second]
    open_ones = [(a, b) for a, b in pairs if a is not None and b is not None and min(a, b) > now]
    return all(abs(a - b) <= RESET_SLACK_S for a, b in open_ones)


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
        # Seen for the first time, and with numbers: they may be hours old, and of an account before.
        if not may_be_one(windows, kept.windows, now):
            return False
        return min(signs, default=0) >= 0 and (max(signs, default=0) > 0 or _all_reset(kept.windows, now))
    return min(signs, default=0) >= 0


def _is_other(kept: Capture, login: str, windows: Windows, now: float) -> bool:
    """Tell whether the windows are another account's than what is kept: by its login, and by its resets."""
    return differ(kept.login, login) and not may_be_one(windows, kept.windows, now)


def _whose(kept: Capture, windows: Windows) -> str:
    """Return whose numbers a session shows that was not met before: ``/clear`` gives old ones a new name."""
    return next((login for _, shown, login in kept.sessions.values() if windows and shown == windows), "")


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
