"""What Claude Code passes to its status line, and which of several sessions has the newest answer. Pure.

Neither a dataclass nor an enum: ``claudometer statusline`` loads this several times a minute.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    Window = tuple[float | None, float | None]
    """Used percent and reset time (seconds since 1970); ``None`` is unknown."""

    Windows = dict[str, Window]

    Showing = tuple[float, Windows, str]
    """Since when a session shows which windows, and the digest of the account they belong to."""

WINDOW_LENGTHS = {"five_hour": 5 * 3600, "seven_day": 7 * 24 * 3600}
"""In seconds, by Claude Code's names."""

RESET_SLACK_S = 60.0
"""How far two reports of one reset may be apart: the server moves it by a second or two, others round it."""

MAX_SESSIONS = 200


class Capture:
    """The newest numbers of all sessions, and what each session showed last.

    Attributes:
        captured_at: when ``windows`` were first seen, so that they were true then; seconds since 1970.
        session: which session showed them.
        login: a digest of the account they belong to; empty when that is not known.
        sessions: by session, since when it shows what; no windows before its first answer.
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
    """Record what a session shows now. Returns ``kept`` itself when that is nothing new.

    Claude Code does not say when it received its numbers, and draws old ones again and again. Only what a
    session did not show before is new: it has had an answer since.

    Args:
        login: a digest of the account that is logged in now; empty when that is not known.
    """
    before = kept.sessions.get(session)
    if before is not None and (not windows or is_same(before[1], windows)):
        return kept
    owner = _owner(kept, session, windows, now, login)
    sessions = {**kept.sessions, session: (now, windows, owner)}
    if len(sessions) > MAX_SESSIONS:
        del sessions[min(sessions, key=lambda name: sessions[name][0])]
    is_present = windows and not differ(owner, login)
    if is_present and (_is_newer(kept, session, windows, now) or _is_other(kept, login, windows, now)):
        return Capture(now, windows, session, login, sessions)
    return Capture(kept.captured_at, kept.windows, kept.session, kept.login, sessions)


def choose(kept: Capture, session: str, login: str, now: float) -> tuple[float | None, Windows]:
    """Return since when which windows are shown in a session; none of them when they are another account's.

    The newest numbers of all sessions, unless they cannot belong to the account of this session's own
    numbers. Then its own: they may be older, but they are not somebody else's.
    """
    since, own, owner = kept.sessions.get(session, (None, {}, ""))
    if differ(owner, login):
        since, own = None, {}
    if differ(kept.login, login) or not may_be_one(own, kept.windows, now):
        return since if own else None, own
    return kept.captured_at, kept.windows


def differ(login: str, other: str) -> bool:
    """Return whether two digests certainly belong to two accounts."""
    return bool(login and other) and login != other


def may_be_one(first: Windows, second: Windows, now: float) -> bool:
    """Return whether two sets of windows may belong to one account at one time.

    An account has one next reset for each window. Two that differ belong to two accounts, or the server has
    reset early in between.
    """
    return all(_is_one_reset(a, b) for a, b in _open_resets(first, second, now))


def is_same(first: Windows, second: Windows) -> bool:
    """Return whether two sets of windows have the same numbers, and the same resets within the slack."""
    return first.keys() == second.keys() and all(
        first[name][0] == second[name][0] and _is_one_reset(first[name][1], second[name][1]) for name in first
    )


def _is_one_reset(first: float | None, second: float | None) -> bool:
    if first is None or second is None:
        return first is second
    return abs(first - second) <= RESET_SLACK_S


def _open_resets(first: Windows, second: Windows, now: float) -> list[tuple[float, float]]:
    """Return both reset times of each window that is known in both sets and over in neither."""
    pairs = [(first[name][1], second[name][1]) for name in first if name in second]
    return [(a, b) for a, b in pairs if a is not None and b is not None and min(a, b) > now]


def _is_newer(kept: Capture, session: str, windows: Windows, now: float) -> bool:
    """Return whether what a session shows for the first time is newer than what is kept.

    It is when the session showed something else after the kept numbers were seen. Otherwise the numbers
    decide, since within a window they only grow.
    """
    before = kept.sessions.get(session)
    if kept.captured_at is None or session == kept.session:
        return True
    if before is not None and before[0] >= kept.captured_at:
        return True
    signs = [_compare(name, windows[name], kept.windows[name]) for name in windows if name in kept.windows]
    if before is None:
        # A session that appears with numbers may have had them for hours, from an earlier account.
        if not may_be_one(windows, kept.windows, now):
            return False
        return min(signs, default=0) >= 0 and (max(signs, default=0) > 0 or _all_reset(kept.windows, now))
    return min(signs, default=0) >= 0


def _is_other(kept: Capture, login: str, windows: Windows, now: float) -> bool:
    """Return whether the windows are another account's than the kept ones, by its login and its resets."""
    return differ(kept.login, login) and not may_be_one(windows, kept.windows, now)


def _owner(kept: Capture, session: str, windows: Windows, now: float, login: str) -> str:
    """Return the digest of the account that a session's windows belong to.

    After a new login, sessions go on showing the previous account's numbers, under new names after ``/clear``
    and with resets that moved by a second. So an account is recognized by the resets of what it showed
    before; only numbers that no other account has shown belong to the login.
    """
    owners = {
        name: owner
        for name, (_, shown, owner) in kept.sessions.items()
        if _is_one_account(shown, windows, now)
    }
    if login in owners.values():
        return login
    return owners.get(session) or next(filter(None, owners.values()), login)


def _is_one_account(first: Windows, second: Windows, now: float) -> bool:
    if not first or not second:
        return False
    return is_same(first, second) or (
        bool(_open_resets(first, second, now)) and may_be_one(first, second, now)
    )


def _compare(name: str, first: Window, second: Window) -> int:
    """Return 1 when the first is certainly the later one, -1 when the second is, else 0."""
    if first[1] is not None and second[1] is not None:
        later_s = first[1] - second[1]
        if abs(later_s) >= WINDOW_LENGTHS[name] / 4:
            return 1 if later_s > 0 else -1
    if first[0] is None or second[0] is None:
        return 0
    return (first[0] > second[0]) - (first[0] < second[0])


def _all_reset(windows: Windows, now: float) -> bool:
    return all(resets_at is not None and resets_at <= now for _, resets_at in windows.values())
