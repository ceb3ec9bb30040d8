"""Problems that are shown beside the numbers, for as long as they last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.domain.errors import ErrorCode
from claudometer.domain.snapshot import Problem

if TYPE_CHECKING:
    from claudometer.engine.bus import SnapshotStore

SETTLED_BY_SAVING = (ErrorCode.SETTINGS_BROKEN, ErrorCode.SETTINGS_UNREADABLE)
"""Notices about the settings file, which a save writes whole. Other problems outlast a save."""


class Notices:
    """Shows notices and takes them back.

    Args:
        log_folder: where people find the log, for the notice about a fault.
    """

    def __init__(self, snapshots: SnapshotStore, log_folder: str | None) -> None:
        self._snapshots = snapshots
        self._fault = Problem(ErrorCode.INTERNAL, facts=(("folder", log_folder),) if log_folder else ())
        self._faulty: set[str] = set()

    def show(self, problem: Problem, *, present: bool) -> None:
        """Show a problem, or take it back."""
        notices = self._snapshots.snapshot.notices
        others = tuple(notice for notice in notices if notice.code is not problem.code)
        self._snapshots.change(notices=(*others, problem) if present else others)

    def show_fault(self, where: str, *, present: bool) -> None:
        """Show that a part of the program failed by a fault of ours, until every part runs again.

        Args:
            where: names the part.
        """
        (self._faulty.add if present else self._faulty.discard)(where)
        self.show(self._fault, present=bool(self._faulty))

    def show_state(self, trouble: ErrorCode | None) -> None:
        """Show what is wrong with the state file, ``None`` if nothing is."""
        for code in (ErrorCode.STATE_UNWRITABLE, ErrorCode.STATE_BROKEN):
            self.show(Problem(code), present=trouble is code)

    def show_leftover(self, present: bool) -> None:
        """Show that forgotten numbers are still on the disk."""
        self.show(Problem(ErrorCode.NUMBERS_LEFT), present=present)

    def show_unsaved(self, present: bool) -> None:
        """Show that a renewed session key is in use which the keyring did not take."""
        self.show(Problem(ErrorCode.SESSION_KEY_UNSAVED), present=present)

    def settle_by_saving(self) -> None:
        """Take back what a save of the settings has mended."""
        for code in SETTLED_BY_SAVING:
            self.show(Problem(code), present=False)
