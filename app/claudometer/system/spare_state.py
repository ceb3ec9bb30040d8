"""The state, with a spare file in the runtime folder for as long as its own place cannot be written.

So a full disk or a read-only home costs neither the numbers nor the memory of a wait that Claude asked for;
otherwise each command would start with a full budget. Usually the runtime folder is emptied at boot.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from claudometer.domain.bucket_codec import DAMAGED, with_one_left
from claudometer.system.file_locks import locked
from claudometer.system.state import LOCK_TIMEOUT_S, JsonState
from claudometer.system.write_faults import cause_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from claudometer.domain.json_object import JsonObject

    class StateFile(Protocol):
        """See ``engine.dependencies.StateFile``."""

        def read(self) -> JsonObject: ...
        def change(self, edit: Callable[[JsonObject], None], *, durable: bool = True) -> None: ...


log = logging.getLogger(__name__)


class SparedState:
    """One JSON object on disk, in one of two places. Its methods block.

    Args:
        own: where the state belongs.
        spare: a file that has the state for as long as ``own`` cannot be written.
        folder: of ``own``.

    Attributes:
        is_spare: whether the last change could only be written to the spare file.
        fault: why the last one could not be written where it belongs: see ``system/write_faults.py``.
    """

    def __init__(self, own: StateFile, spare: Path, *, folder: Path) -> None:
        self._own = own
        self._folder = folder
        self._spare = JsonState(spare)
        self._spare_path = spare
        self.is_spare = False
        self.fault: dict[str, str] = {}

    def read(self) -> JsonObject:
        """Return the object; empty without a file, ``{DAMAGED: True}`` for a file that cannot be used."""
        if not self._spare_path.exists():
            return self._own.read()
        kept = self._spare.read()
        # An older state is better than none.
        return self._own.read() if not kept or DAMAGED in kept else kept

    def change(self, edit: Callable[[JsonObject], None], *, durable: bool = True) -> None:
        """Edit the object and write it. A spare file is newer, and moves back to the state's own place first.

        ``edit`` may be called twice, each time with an unedited object.

        Raises:
            OSError: it could be written in neither place, and is unchanged.
        """
        try:
            self._change_own(edit, durable=durable)
        except OSError as error:
            self.fault = cause_of(error, self._folder)
            try:
                self._change_spare(edit)
            except OSError as second:
                log.debug("the spare state file cannot be written: %s", second)
                raise error from None
            if not self.is_spare:
                log.warning("the state is kept in %s for now: %s", self._spare_path.parent, error)
            self.is_spare = True
        else:
            self.is_spare, self.fault = False, {}

    def _change_own(self, edit: Callable[[JsonObject], None], *, durable: bool) -> None:
        if not self._spare_path.exists():
            self._own.change(edit, durable=durable)
            return
        with locked(self._spare_path.with_suffix(".lock"), timeout_s=LOCK_TIMEOUT_S):
            kept = self._spare.read()

            def move_back(state: JsonObject) -> None:
                if kept and DAMAGED not in kept:
                    state.clear()
                    state.update(kept)
                edit(state)

            self._own.change(move_back)
            self._spare_path.unlink(missing_ok=True)

    def _change_spare(self, edit: Callable[[JsonObject], None]) -> None:
        def edit_copy(state: JsonObject) -> None:
            if not state or DAMAGED in state:
                state.clear()
                state.update(self._own.read())
            if DAMAGED in state:  # it may only be unreadable: allow one request, so that there are numbers
                state.clear()
                state.update(with_one_left(datetime.now(UTC)))
            edit(state)

        self._spare.change(edit_copy)
