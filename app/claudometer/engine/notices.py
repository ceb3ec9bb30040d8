"""Problems that are shown beside the numbers, for as long as they last.

One of them is a limit that Claude Code has just hit: it stays until newer numbers say which. Sends nothing.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from claudometer.domain.errors import ErrorCode
from claudometer.domain.freshness import shown_percent
from claudometer.domain.snapshot import Problem
from claudometer.domain.usage import SESSION_WINDOW_S, Mode, Source

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping
    from datetime import datetime

    from claudometer.domain.clock import Clock
    from claudometer.domain.snapshot import Snapshot
    from claudometer.engine.bus import SnapshotStore
    from claudometer.engine.recording_history import History
    from claudometer.providers.base import LimitHitSource

SETTLED_BY_SAVING = frozenset(
    {
        ErrorCode.SETTINGS_BROKEN,
        ErrorCode.SETTINGS_UNREADABLE,
        ErrorCode.SETTINGS_UNWRITABLE,
        ErrorCode.ORGANIZATION_UNKNOWN,
        ErrorCode.LOCAL_ONLY,
    }
)
"""Problems that a save of the settings ends. Others, such as a missing tray host, outlast it."""

HISTORY = (
    ErrorCode.HISTORY_BROKEN,
    ErrorCode.HISTORY_NEWER,
    ErrorCode.HISTORY_REPLACED,
    ErrorCode.HISTORY_UNKEPT,
    ErrorCode.HISTORY_WITHOUT_SQLITE,
)
"""The problems of the database. Each is shown for as long as the history reports it."""

_OF_THE_FOLDER = ("denied_folder", "failing", "foreign_folder", "full", "not_folder", "quota", "read_only")
"""Reasons why the history is not saved that the notice about the state in the same folder implies."""

HIT_SHOWN_FOR = timedelta(seconds=SESSION_WINDOW_S)
"""A session's limit has reset by then. A hit does not say whether it was of a longer one."""

ASK_AGAIN_S = 600.0
"""Shortest time between requests because of hits: each prompt at a limit is one, and they share a budget."""

_LOCAL = frozenset({Source.STATUS_LINE, Source.CLAUDE_CODE})


class Notices:
    """Shows notices and takes them back.

    Args:
        log_folder: where people find the log, for the notice about a fault.
        state_folder: the folder of the state file, for the notice that it cannot be written.
        history: the history, in the same database as the state; ``None`` if none is kept.
    """

    def __init__(
        self, snapshots: SnapshotStore, log_folder: str, state_folder: str, history: History | None
    ) -> None:
        self._snapshots = snapshots
        self._log_folder = log_folder
        self._history = history
        self._state_facts = (("folder", state_folder),)

    def show(self, problem: Problem, *, present: bool) -> None:
        """Show a problem, or take it back."""
        notices = self._snapshots.snapshot.notices
        # At most one of a code: a later one has newer facts.
        others = tuple(notice for notice in notices if notice.code is not problem.code)
        self._snapshots.change(notices=(*others, problem) if present else others)

    def show_restart(self, present: bool) -> None:
        """Show that a part of the program failed by a fault of ours and is started again."""
        facts = (("restarted", "yes"), ("folder", self._log_folder))
        self.show(Problem(ErrorCode.INTERNAL, facts=facts), present=present)

    def show_state(self, error: ErrorCode | None, cause: Mapping[str, str]) -> None:
        """Show what is wrong with the state, ``None`` if nothing is; then the same for the history.

        Args:
            cause: the facts about why it cannot be written, empty if not known.
        """
        if error is ErrorCode.STATE_BROKEN and self._history is not None and self._history.problems:
            error = None  # they are the cause: both are in one database
        for code in (ErrorCode.STATE_UNWRITABLE, ErrorCode.STATE_UNKEPT, ErrorCode.STATE_BROKEN):
            self.show(Problem(code, facts=self._state_facts + tuple(cause.items())), present=error is code)
        self.show_history()

    def show_history(self) -> None:
        """Show what is wrong with the history, unless the same is said of the state in the same folder."""
        problems = () if self._history is None else self._history.problems
        shown = {notice.code for notice in self._snapshots.snapshot.notices}
        is_said = bool(shown & {ErrorCode.STATE_UNWRITABLE, ErrorCode.STATE_UNKEPT})
        found = {problem.code: problem for problem in problems}
        for code in HISTORY:
            is_needed = code in found and not (is_said and _is_of_the_folder(found[code]))
            self.show(found.get(code, Problem(code)), present=is_needed)

    def show_leftover(self, present: bool, cause: Mapping[str, str]) -> None:
        """Show that forgotten numbers are still on the disk, and the facts about why."""
        facts = self._state_facts + tuple(cause.items())
        self.show(Problem(ErrorCode.NUMBERS_LEFT, facts=facts), present=present)

    def show_unsaved(self, present: bool) -> None:
        """Show that a renewed session key is in use which the keyring did not take."""
        self.show(Problem(ErrorCode.SESSION_KEY_UNSAVED), present=present)

    def show_local_only(self, present: bool) -> None:
        """Show what the local mode leaves out."""
        self.show(Problem(ErrorCode.LOCAL_ONLY), present=present)

    def settle_by_saving(self) -> None:
        """Take back what a save of the settings has settled."""
        notices = self._snapshots.snapshot.notices
        self._snapshots.change(
            notices=tuple(notice for notice in notices if notice.code not in SETTLED_BY_SAVING)
        )


def _is_of_the_folder(problem: Problem) -> bool:
    """Return whether a problem of the history is one of everything in its folder."""
    reason = dict(problem.facts).get("reason")
    return problem.code is ErrorCode.HISTORY_UNKEPT and reason in {None, *_OF_THE_FOLDER}


class LimitHits:
    """Follows the limit hits that our hook in Claude Code writes down.

    They are about Claude Code's login, so the claude.ai mode ignores them.
    """

    def __init__(
        self, source: LimitHitSource | None, snapshots: SnapshotStore, notices: Notices, clock: Clock
    ) -> None:
        self._source = source
        self._snapshots = snapshots
        self._notices = notices
        self._clock = clock
        self._stamp: Hashable = None
        self._hit_at: datetime | None = None
        self._was_read = False
        self._asked_s: float | None = None

    async def check(self, *, may_have_changed: bool = True) -> bool:
        """Show a hit or take it back, and return whether to request numbers because of it.

        Args:
            may_have_changed: whether the hook may have written since the last call.
        """
        # Files are read only when something has changed, but the notice is checked each time: it ends with
        # the clock.
        is_new = may_have_changed and await self._read()
        shown = self._hit_at
        is_open = shown is not None and _is_unexplained(self._snapshots.snapshot, shown, self._clock.now())
        self._notices.show(Problem(ErrorCode.LIMIT_HIT, at=shown if is_open else None), present=is_open)
        now_s = self._clock.boottime()
        is_time = self._asked_s is None or now_s - self._asked_s >= ASK_AGAIN_S
        if not (is_new and is_open and is_time and self._snapshots.snapshot.mode is Mode.CLI):
            return False
        self._asked_s = now_s
        return True

    async def _read(self) -> bool:
        """Return whether there is a hit that was not there at the last call."""
        if self._source is None:
            return False
        stamp = await self._source.stamp()
        if self._was_read and stamp == self._stamp:
            return False
        before, was_read = self._hit_at, self._was_read
        found = await self._source.read()
        skew = timedelta(seconds=self._clock.skew_s)  # the file's time is this computer's
        self._hit_at = None if found is None else found + skew
        self._stamp, self._was_read = stamp, True
        # What the first call finds happened before the start, and the first poll comes anyway.
        return was_read and self._hit_at is not None and self._hit_at != before


def _is_unexplained(snapshot: Snapshot, hit_at: datetime, now: datetime) -> bool:
    """Return whether a hit is recent, and nothing that is shown says which limit it was."""
    if snapshot.mode is Mode.WEB or not timedelta() <= now - hit_at < HIT_SHOWN_FOR:
        return False
    reading = snapshot.reading
    if reading is None:
        return True
    # The server has answered since the hit, so what it says counts.
    if reading.source not in _LOCAL and reading.fetched_at >= hit_at:
        return False
    return all((shown_percent(limit, now) or 0.0) < 100 for limit in reading.limits)
