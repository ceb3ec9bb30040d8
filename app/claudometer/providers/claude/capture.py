"""What Claude Code passes to its status line, and which of several sessions has the newest numbers. Pure.

"Windows" here are limit windows. Uses neither dataclasses nor enums, because ``claudometer statusline``
imports this module several times a minute.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    Window = tuple[float | None, float | None]
    """Used percent and reset time (seconds since 1970); ``None`` if unknown."""

    Windows = dict[str, Window]
    """By Claude Code's names: ``five_hour``, ``seven_day``, and any other, such as ``spend_limit``."""

    SessionRecord = tuple[float, Windows, str]
    """When a session first showed its current windows, the windows, and the digest of their account."""

WINDOW_LENGTHS = {"five_hour": 5 * 3600, "seven_day": 7 * 24 * 3600}
"""Length of each limit window in seconds, by Claude Code's names."""

OTHER_LENGTH_S = 24 * 3600
"""Taken for a window of unknown length, only to tell two windows apart by their reset times."""

RESET_SLACK_S = 60.0
"""How far apart two reports of one reset time may be. The server moves it by 1 to 2 s; others round it."""

# Limits the size of the file that keeps the sessions.
MAX_SESSIONS = 200


class Capture:
    """The newest numbers of all sessions, and what each session showed last.

    Attributes:
        captured_at: when ``windows`` were first shown, in seconds since 1970. They were true at that time.
        windows: the newest numbers; empty if there are no numbers yet.
        session: the digest of the session that showed ``windows``.
        login: the digest of the account that ``windows`` belong to; empty if unknown.
        sessions: what each session shows. A session has no windows before its first response.
    """

    __slots__ = ("captured_at", "login", "session", "sessions", "windows")

    def __init__(
        self,
        captured_at: float | None = None,
        windows: Windows | None = None,
        session: str = "",
        login: str = "",
        sessions: dict[str, SessionRecord] | None = None,
    ) -> None:
        self.captured_at = captured_at
        self.windows = windows or {}
        self.session = session
        self.login = login
        self.sessions = sessions or {}


def record(kept: Capture, session: str, windows: Windows, now: float, login: str = "") -> Capture:
    """Record what a session shows now. Returns ``kept`` itself if the session shows nothing new.

    Claude Code does not pass the time of its numbers, and draws the same numbers many times. Only numbers
    that the session has not shown before are new, because they prove that it has received a response.

    Args:
        now: seconds since 1970.
        login: the digest of the account that is logged in now; empty if unknown.
    """
    before = kept.sessions.get(session)
    if before is not None and (not windows or is_same(_without_ended(before[1], windows, now), windows)):
        return kept
    owner = _owner(kept, session, windows, now, login)
    sessions = {**kept.sessions, session: (now, windows, owner)}
    if len(sessions) > MAX_SESSIONS:
        # The one that has shown nothing new for the longest time has most likely ended.
        del sessions[min(sessions, key=lambda name: sessions[name][0])]
    # Numbers of another account than the present login never become the newest.
    is_present = windows and not are_different_accounts(owner, login)
    if is_present and (
        _is_newer(kept, session, windows, now) or _is_other_account(kept, login, windows, now)
    ):
        return Capture(now, windows, session, login, sessions)
    return Capture(kept.captured_at, kept.windows, kept.session, kept.login, sessions)


def choose(kept: Capture, session: str, login: str, now: float) -> tuple[float | None, Windows]:
    """Choose the windows to show in a session. Return when they were first seen, and the windows.

    They are the newest of all sessions, unless those cannot belong to the account of this session's own
    numbers. Then they are the session's own, which may be older but are of the right account. Numbers of
    another account than ``login`` are never returned.

    Args:
        now: seconds since 1970, as is the returned time; ``None`` with it if there is nothing to show.
    """
    since, own, owner = kept.sessions.get(session, (None, {}, ""))
    if are_different_accounts(owner, login):
        since, own = None, {}
    if are_different_accounts(kept.login, login) or not may_be_same_account(own, kept.windows, now):
        return since if own else None, own
    return kept.captured_at, kept.windows


def are_different_accounts(login: str, other: str) -> bool:
    """Return whether two digests are known and differ."""
    return bool(login and other) and login != other


def may_be_same_account(first: Windows, second: Windows, now: float) -> bool:
    """Return whether two sets of windows may belong to one account at one time.

    An account has one next reset time for each window. Different reset times mean different accounts, or an
    early reset by the server in between.
    """
    return all(_is_same_reset(a, b) for a, b in _open_resets(first, second, now))


def is_same(first: Windows, second: Windows) -> bool:
    """Return whether two sets of windows have equal percentages, and reset times within ``RESET_SLACK_S``."""
    return first.keys() == second.keys() and all(
        first[name][0] == second[name][0] and _is_same_reset(first[name][1], second[name][1])
        for name in first
    )


def _without_ended(shown: Windows, windows: Windows, now: float) -> Windows:
    """Return ``shown`` without the windows that are over and that ``windows`` lacks.

    When a window's reset passes, Claude Code (since 2.1.243) drops it and runs the status line at once, with
    what is left. That is not a new response, and the missing window has ended; the limit still exists.
    """
    return {
        name: window
        for name, window in shown.items()
        if name in windows or window[1] is None or window[1] > now + RESET_SLACK_S
    }


def _is_same_reset(first: float | None, second: float | None) -> bool:
    if first is None or second is None:
        return first is second
    return abs(first - second) <= RESET_SLACK_S


def _open_resets(first: Windows, second: Windows, now: float) -> list[tuple[float, float]]:
    """Return both reset times of each window whose reset time is known and in the future in both sets."""
    pairs = [(first[name][1], second[name][1]) for name in first if name in second]
    return [(a, b) for a, b in pairs if a is not None and b is not None and min(a, b) > now]


def _is_newer(kept: Capture, session: str, windows: Windows, now: float) -> bool:
    """Return whether windows that a session shows for the first time are newer than the kept windows.

    They are if the session has shown other windows since the kept ones were captured. Otherwise the
    percentages decide, because they only grow within a window.
    """
    before = kept.sessions.get(session)
    # A session shows its responses in order, so its own next numbers are newer.
    if kept.captured_at is None or session == kept.session:
        return True
    if before is not None and before[0] >= kept.captured_at:
        return True
    signs = [_compare(name, windows[name], kept.windows[name]) for name in windows if name in kept.windows]
    if before is None:
        # A session that is new to us may have had its numbers for hours, from an earlier account.
        if not may_be_same_account(windows, kept.windows, now):
            return False
        return min(signs, default=0) >= 0 and (max(signs, default=0) > 0 or _all_reset(kept.windows, now))
    return min(signs, default=0) >= 0


def _is_other_account(kept: Capture, login: str, windows: Windows, now: float) -> bool:
    """Return whether the windows belong to another account than the kept ones, by login and reset times."""
    return are_different_accounts(kept.login, login) and not may_be_same_account(windows, kept.windows, now)


def _owner(kept: Capture, session: str, windows: Windows, now: float, login: str) -> str:
    """Return the digest of the account that a session's windows belong to.

    After a new login, sessions still show the previous account's numbers, also under a new session id after
    ``/clear``, and with reset times that moved by a second. So an account is recognized by the reset times
    that its sessions showed before. Only numbers that match no known account belong to ``login``.
    """
    owners = {
        name: owner
        for name, (_, shown, owner) in kept.sessions.items()
        if _is_same_account(shown, windows, now)
    }
    if login in owners.values():
        return login
    return owners.get(session) or next(filter(None, owners.values()), login)


def _is_same_account(first: Windows, second: Windows, now: float) -> bool:
    if not first or not second:
        return False
    return is_same(first, second) or (
        bool(_open_resets(first, second, now)) and may_be_same_account(first, second, now)
    )


def _compare(name: str, first: Window, second: Window) -> int:
    """Return 1 if the first window is certainly the later one, -1 if the second is, else 0."""
    if first[1] is not None and second[1] is not None:
        later_s = first[1] - second[1]
        # A quarter of a window is far more than jitter, and far less than the distance of two windows.
        if abs(later_s) >= WINDOW_LENGTHS.get(name, OTHER_LENGTH_S) / 4:
            return 1 if later_s > 0 else -1
    # An unknown percentage is neither higher nor lower.
    if first[0] is None or second[0] is None:
        return 0
    return (first[0] > second[0]) - (first[0] < second[0])


def _all_reset(windows: Windows, now: float) -> bool:
    return all(resets_at is not None and resets_at <= now for _, resets_at in windows.values())
