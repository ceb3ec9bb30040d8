"""The session key in use, where it is kept, and which account it belongs to."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import ref

from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.domain.outcome import MissingCredentials
from claudometer.engine.slow_keyring import AsyncSecretStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from weakref import ReferenceType

    from claudometer.domain.secret import Secret
    from claudometer.engine.key_records import KeyRecords
    from claudometer.vault.base import SecretStore

log = logging.getLogger(__name__)

_ABSENT = frozenset({ErrorCode.KEYRING_MISSING})  # without a keyring, no key can be left in it
_OUT_OF_ORDER = _ABSENT | {ErrorCode.KEYRING_FAILED}
"""A key that is kept in memory only must not need a keyring that works."""


@dataclass(slots=True, weakref_slot=True)
class KeyInUse:
    """A state of ``SessionKeys`` to return to. Follows a renewal for as long as it is referenced.

    Attributes:
        key: the key in use, ``None`` without one.
        stored: whether the keyring has it.
        remember, expected: see :class:`SessionKeys`.
    """

    key: Secret | None
    stored: bool
    remember: bool
    expected: bool


class SessionKeys:
    """Holds the session key: from the environment, from memory, or from the keyring, in this order.

    Reads the keyring once.

    Args:
        records: knows which account a key belongs to, and when it ends.
        from_environment: a key for this run only.
        remember: whether keys are kept in the keyring.
        expected: whether a key may be in the keyring, since settings were saved before. Otherwise the keyring
            is left alone: new users are asked for a key, and not bothered with a locked keyring.
    """

    def __init__(
        self,
        store: SecretStore,
        records: KeyRecords,
        *,
        from_environment: Secret | None,
        remember: bool,
        expected: bool,
    ) -> None:
        self.expected = expected
        self._store = AsyncSecretStore(store)
        self._records = records
        self._from_environment = from_environment
        self._in_memory: Secret | None = None
        self._in_store = False
        self._uses = 0  # how often the key in use was set: a slow read is out of date after that
        self.remember = remember
        self.may_prompt = False
        """Whether the next read may open the keyring's unlock dialog: only after a click."""
        self.on_unsaved: Callable[[bool], None] = lambda _unsaved: None
        """Called with whether a renewed key is in use that the keyring did not take."""
        self.on_end: Callable[[datetime | None], None] = lambda _ends_at: None
        """Called with when the key in use ends, aware UTC; with ``None`` while that is not known."""
        self._unsaved = False
        self._to_restore: ReferenceType[KeyInUse] | None = None
        self._changing = asyncio.Lock()  # the user and the server may change the key at the same time

    @property
    def place(self) -> str | None:
        """Where the key in use is kept: ``environment``, ``memory``, ``keyring`` or ``None``."""
        if self._from_environment is not None:
            return "environment"
        if self._in_memory is None:
            return None
        return "keyring" if self._in_store and not self._unsaved else "memory"

    @property
    def unsaved(self) -> bool:
        """Whether the key in use is a renewed one, while the keyring still holds the old one."""
        return self._unsaved

    @property
    def ends_at(self) -> datetime | None:
        """When the key in use ends, aware UTC; ``None`` while no server has said so."""
        return self._records.end_of(self._from_environment or self._in_memory)

    def name_of(self, key: Secret) -> str:
        """Return a name for the key's account. A renewal does not change it."""
        return self._records.name_of(key)

    async def read(self) -> Secret | MissingCredentials:
        """Return the key, or the reason why there is none."""
        await self._records.load()
        known = self._from_environment or self._in_memory
        if known is not None:
            await self._save_late()
            return known
        if not (self.remember and self.expected):
            return self._missing()
        return await self._read_store()

    def _missing(self) -> MissingCredentials:
        # Who has chosen a source is not new here: the key was removed, perhaps in the keyring itself.
        facts = (("chosen", "yes"),) if self.expected else ()
        return MissingCredentials(ErrorCode.SESSION_KEY_MISSING, facts=facts)

    async def _read_store(self) -> Secret | MissingCredentials:
        prompt, self.may_prompt = self.may_prompt, False
        uses = self._uses  # the read may take as long as an unlock dialog is open
        try:
            kept = await self._store.read(prompt=prompt)
        except ClaudometerError as error:
            log.warning("the session key cannot be read from the keyring: %s %s", error.code, error.facts)
            return MissingCredentials(error.code)
        if uses == self._uses and kept is not None:
            self._use(kept, stored=True)
        # Otherwise the user or the server changed the key meanwhile, and what was read is out of date.
        return self._in_memory or self._missing()

    def _use(self, key: Secret | None, *, stored: bool) -> None:
        self._in_memory, self._in_store = key, stored
        self._uses += 1
        self.on_end(self.ends_at)

    async def _save_late(self) -> None:
        """Try again to store a renewed key, now that the user is there to unlock the keyring."""
        if self._unsaved and self.may_prompt:
            self.may_prompt = False
            async with self._changing:
                await self._replace_stored(prompt=True)

    async def pass_on(self, old: Secret, new: Secret) -> None:
        """Note that ``new`` belongs to the same account as ``old``."""
        await self._records.load()
        await self._records.pass_on(old, new)

    async def note_end(self, key: Secret, ends_at: datetime | None) -> None:
        """Note when a key ends; of one in the keyring, also for later runs."""
        await self._records.load()
        is_new = self._records.note_end(key, ends_at)
        if is_new and self._in_store and key == self._in_memory:
            await self._records.keep_end(key)
        self.on_end(self.ends_at)

    async def renew(self, old: Secret, new: Secret) -> None:
        """Use ``new`` instead of ``old``, kept in the same place. A change by the user wins."""
        async with self._changing:
            # A save that fails later goes back to it, and must not bring the replaced key back.
            state = self._to_restore() if self._to_restore is not None else None
            if state is not None and state.key == old:
                await self.pass_on(old, new)
                state.key = new
            if old != (self._from_environment or self._in_memory):
                log.info("claude.ai renewed a session key that is no longer in use")
                return
            await self.pass_on(old, new)
            log.info("claude.ai renewed the session key")
            if self._from_environment is not None:  # for this run only: never stored
                self._from_environment = new
                return
            self._use(new, stored=self._in_store)
            if self._in_store:
                await self._replace_stored(prompt=False)

    async def _replace_stored(self, *, prompt: bool) -> None:
        """Store the key in use. If the keyring refuses, it still holds the old one."""
        if self._in_memory is None:
            return
        try:
            await self._store.write(self._in_memory, prompt=prompt)
        except ClaudometerError as error:
            log.warning("the keyring did not take the renewed session key: %s", error.code)
            self._note_unsaved(unsaved=True)
        else:
            self._note_unsaved(unsaved=False)

    def _note_unsaved(self, *, unsaved: bool) -> None:
        self._unsaved = unsaved
        self.on_unsaved(unsaved)

    async def problem(self) -> ErrorCode | None:
        """Return why the keyring cannot be used now, ``None`` if it can. Never prompts."""
        try:
            await self._store.check()
        except ClaudometerError as error:
            return error.code
        return None

    async def keep(self, key: Secret | None, *, remember: bool) -> None:
        """Use ``key`` from now on (``None``: the one in use), kept in the keyring or only in memory.

        Raises:
            ClaudometerError: the keyring failed; nothing has changed.
        """
        async with self._changing:
            new = key or self._in_memory
            is_saved = self._in_store and new == self._in_memory and not self._unsaved
            if new is not None and remember and not is_saved:
                await self._store.write(new, prompt=True)
            if not remember and (self._in_store or (self.remember and self.expected)):
                await self._forget_stored(tolerated=_OUT_OF_ORDER)
            self._use(new, stored=remember and new is not None)
            self.remember, self.expected = remember, True
            self._note_unsaved(unsaved=False)
            if new is not None:
                await self._records.keep_end(new, lasts=remember)

    async def state(self) -> KeyInUse:
        """Return the present state, for :meth:`restore`. Reads the keyring if that was not done."""
        if self.remember and self._in_memory is None:
            await self._read_store()
        state = KeyInUse(self._in_memory, self._in_store, self.remember, self.expected)
        self._to_restore = ref(state)
        return state

    async def restore(self, state: KeyInUse) -> None:
        """Return to an earlier state, after a save that failed later. Raises ``ClaudometerError``."""
        async with self._changing:
            if self._in_store and not state.stored:
                await self._forget_stored()
            elif (
                state.stored
                and state.key is not None
                and (state.key != self._in_memory or not self._in_store)
            ):
                await self._store.write(state.key, prompt=True)
            self._use(state.key, stored=state.stored)
            self.remember, self.expected = state.remember, state.expected

    async def forget(self) -> None:
        """Remove the key from memory and keyring. Its numbers are ``ReadingCache``'s to forget.

        Raises:
            ClaudometerError: it is still in the keyring; nothing has changed.
        """
        async with self._changing:
            if self._in_store or self.remember:
                await self._forget_stored()
            if self._in_memory is not None:
                await self._records.keep_end(self._in_memory, lasts=False)
            self._use(None, stored=False)
            self._note_unsaved(unsaved=False)

    async def _forget_stored(self, *, tolerated: frozenset[ErrorCode] = _ABSENT) -> None:
        """Delete the stored key. A ``tolerated`` error counts only if a key is known to be stored."""
        try:
            await self._store.delete(prompt=True)
        except ClaudometerError as error:
            if await self._is_surely_gone():
                return
            if self._in_store or error.code not in tolerated:
                raise
            log.warning("the keyring could not be asked to delete the key: %s", error.code)

    async def _is_surely_gone(self) -> bool:
        """Return whether a keyring that reported a failure has deleted the key nevertheless."""
        try:
            return await self._store.read(prompt=False) is None
        except ClaudometerError:
            return False
