"""What is known of session keys: whose each is, and when it ends. Holds digests, never a key."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from claudometer.domain.key_ends import ENDS, read_ends, texts_of
from claudometer.system.off_loop import off_loop

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from claudometer.domain.json_object import JsonObject
    from claudometer.domain.secret import Secret
    from claudometer.engine.dependencies import StateFile

log = logging.getLogger(__name__)

MOST_KEPT = 8
"""Older keys are of no use: the keyring holds one of the last few."""

SAME_END = timedelta(hours=1)
"""A server that says how long a key lasts from now on says another end in each response."""

_NAMES = "key_names"


class KeyRecords:
    """Knows the account of each key, which is named by its first key, and the end of each."""

    def __init__(self, state: StateFile, own_name_of: Callable[[Secret], str]) -> None:
        self._state = state
        self._own_name_of = own_name_of
        self._names: dict[str, str] = {}
        self._ends: dict[str, datetime] = {}
        self._kept: frozenset[str] = frozenset()
        self._loaded = False

    async def load(self) -> None:
        """Read what earlier runs knew, once. Skips what is damaged: such an account gets a new name."""
        if self._loaded:
            return
        try:
            kept = await off_loop(self._state.read)
        except OSError as error:
            log.warning("the names of session keys cannot be read: %s", error)
            return
        # What this run has learned meanwhile is newer.
        self._names = texts_of(kept.get(_NAMES)) | self._names
        self._kept = frozenset(texts_of(kept.get(ENDS)))
        self._ends = read_ends(kept) | self._ends
        self._loaded = True

    def name_of(self, key: Secret) -> str:
        """Return the name of the account that ``key`` belongs to."""
        own = self._own_name_of(key)
        return self._names.get(own, own)

    def end_of(self, key: Secret | None) -> datetime | None:
        """Return when a key ends, aware UTC, ``None`` while that is not known."""
        return None if key is None or not self._ends else self._ends.get(self._own_name_of(key))

    async def pass_on(self, old: Secret, new: Secret) -> None:
        """Give ``new`` the name of ``old``, also after a restart."""
        name, own = self.name_of(old), self._own_name_of(new)
        self._names[own] = name
        await self._change(lambda state: _put(state, _NAMES, own, name))

    def note_end(self, key: Secret, ends_at: datetime | None) -> bool:
        """Note for this run when a key ends, and return whether that is news."""
        own = self._own_name_of(key)
        known = self._ends.get(own)
        if known == ends_at or (known and ends_at and abs(known - ends_at) < SAME_END):
            return False
        if ends_at is None:
            del self._ends[own]
        else:
            self._ends[own] = ends_at
        return True

    async def keep_end(self, key: Secret, *, lasts: bool = True) -> None:
        """Keep the end of a key for later runs, or forget it there if the key does not last."""
        own = self._own_name_of(key)
        end = self._ends.get(own) if lasts else None
        if end is None and own not in self._kept:
            return
        text = None if end is None else end.isoformat()
        self._kept = self._kept - {own} if text is None else self._kept | {own}
        await self._change(lambda state: _put(state, ENDS, own, text))

    async def _change(self, edit: Callable[[JsonObject], None]) -> None:
        try:
            await off_loop(self._state.change, edit)
        except OSError as error:
            log.warning("what is known of the session key is kept in memory only: %s", error)


def _put(state: JsonObject, section: str, own: str, text: str | None) -> None:
    """Write a text for a key as the newest of its section, or remove it."""
    kept = texts_of(state.get(section))
    if kept.pop(own, None) is None and text is None:
        return
    newest = [*kept.items(), *([] if text is None else [(own, text)])]
    state[section] = dict(newest[-MOST_KEPT:])
