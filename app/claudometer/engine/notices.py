"""Problems that are shown beside the numbers, for as long as they last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.domain.errors import ErrorCode
from claudometer.domain.snapshot import Problem

if TYPE_CHECKING:
    from claudometer.engine.bus import SnapshotStore

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
    ErrorCode.HISTORY_UNKEPT,
    ErrorCode.HISTORY_WITHOUT_SQLITE,
)


class Notices:
    """Shows notices and takes them back.

    Args:
        log_folder: where people find the log, for the notice about a fault.
        state_folder: the folder of the state file, for the notice that it cannot be written.
    """

    def __init__(self, snapshots: SnapshotStore, log_folder: str, state_folder: str) -> None:
        self._snapshots = snapshots
        self._log_folder = log_folder
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

    def show_state(self, error: ErrorCode | None) -> None:
        """Show what is wrong with the state file, ``None`` if nothing is."""
        for code in (ErrorCode.STATE_UNWRITABLE, ErrorCode.STATE_UNKEPT, ErrorCode.STATE_BROKEN):
            self.show(Problem(code, facts=self._state_facts), present=error is code)

    def show_history(self, problems: tuple[Problem, ...]) -> None:
        """Show what is wrong with the history, unless the same is said of the state in the same folder."""
        shown = {notice.code for notice in self._snapshots.snapshot.notices}
        is_said = bool(shown & {ErrorCode.STATE_UNWRITABLE, ErrorCode.STATE_UNKEPT})
        found = {problem.code: problem for problem in problems}
        for code in HISTORY:
            is_needed = code in found and not (is_said and code is ErrorCode.HISTORY_UNKEPT)
            self.show(found.get(code, Problem(code)), present=is_needed)

    def show_leftover(self, present: bool) -> None:
        """Show that forgotten numbers are still on the disk."""
        self.show(Problem(ErrorCode.NUMBERS_LEFT, facts=self._state_facts), present=present)

    def show_unsaved(self, present: bool) -> None:
        """Show that a renewed session key is in use which the keyring did not take."""
        self.show(Problem(ErrorCode.SESSION_KEY_UNSAVED), present=present)

    def show_local_only(self, present: bool) -> None:
        """Show what the local mode leaves out."""
        self.show(Problem(ErrorCode.LOCAL_ONLY), present=present)

    def settle_by_saving(self) -> None:
        """Take back what a save of the settings has mended."""
        notices = self._snapshots.snapshot.notices
        self._snapshots.change(
            notices=tuple(notice for notice in notices if notice.code not in SETTLED_BY_SAVING)
        )
