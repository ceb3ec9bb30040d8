"""The session key in use: from the environment, from memory, or from the keyring, in this order."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.domain.outcome import MissingCredentials
from claudometer.engine.blocking import run_blocking

if TYPE_CHECKING:
    from collections.abc import Callable

    from claudometer.domain.secret import Secret
    from claudometer.vault.base import SecretStore

log = logging.getLogger(__name__)

QUIET_TIMEOUT_S = 10.0
PROMPT_TIMEOUT_S = 120.0
"""A person may take a while to type the keyring's password."""

_ABSENT = frozenset({ErrorCode.KEYRING_MISSING})
_OUT_OF_ORDER = _ABSENT | {ErrorCode.KEYRING_FAILED}
"""A key that is to live in memory must not need a keyring that works."""


@dataclass(frozen=True, slots=True)
class KeyState:
    """The key in use, and whether it lies in the keyring."""

    key: Secret | None
    stored: bool
    remember: bool


class SessionKeys:
    """Knows the session key and where it is kept. Reads the keyring once, then remembers.

    Args:
        from_environment: a key for this run alone; comes before every other.
        remember: keys are kept in the keyring.
        expected: settings were saved before, so a key may be there. Without that the keyring is left alone: a
            newcomer is asked for a key, not told about a keyring.
    """

    def __init__(
        self, store: SecretStore, *, from_environment: Secret | None, remember: bool, expected: bool
    ) -> None:
        self.expected = expected
        self._store = store
        self._from_environment = from_environment
        self._in_memory: Secret | None = None
        self._in_store = False
        self.remember = remember
        self.may_prompt = False
        """Whether the next read may raise the keyring's unlock dialog: only when the user just asked."""

    @property
    def place(self) -> str | None:
        """Where the key in use is kept: ``environment``, ``memory``, ``keyring`` or ``None``."""
        if self._from_environment is not None:
            return "environment"
        if self._in_memory is None:
            return None
        return "keyring" if self._in_store else "memory"

    async def read(self) -> Secret | MissingCredentials:
        """Return the key, or why there is none."""
        known = self._from_environment or self._in_memory
        if known is not None:
            return known
        if not (self.remember and self.expected):
            return MissingCredentials(ErrorCode.SESSION_KEY_MISSING)
        return await self._read_store()

    async def _read_store(self) -> Secret | MissingCredentials:
        prompt, self.may_prompt = self.may_prompt, False
        timeout_s = PROMPT_TIMEOUT_S if prompt else QUIET_TIMEOUT_S
        try:
            kept = await run_blocking(lambda: self._store.read(prompt=prompt), timeout_s=timeout_s)
        except ClaudometerError as error:
            log.warning("the keyring gave no session key: %s %s", error.code, error.facts)
            return MissingCredentials(error.code)
        except TimeoutError:
            log.warning("the keyring did not answer within %s s", timeout_s)
            return MissingCredentials(ErrorCode.KEYRING_FAILED)
        if kept is None:
            return MissingCredentials(ErrorCode.SESSION_KEY_MISSING)
        self._in_memory, self._in_store = kept, True
        return kept

    async def problem(self) -> ErrorCode | None:
        """Say why the keyring cannot be used now, ``None`` when it can. Never prompts."""
        try:
            await run_blocking(self._store.check, timeout_s=QUIET_TIMEOUT_S)
        except ClaudometerError as error:
            return error.code
        except TimeoutError:
            return ErrorCode.KEYRING_FAILED
        return None

    async def keep(self, key: Secret | None, *, remember: bool) -> None:
        """Use ``key`` (``None``: the one in use) from now on, kept in the keyring or only in memory.

        Raises:
            ClaudometerError: the keyring did not do its part; nothing has changed then.
        """
        new = key or self._in_memory
        if new is not None and remember and not (self._in_store and new == self._in_memory):
            await self._in_vault(lambda: self._store.write(new, prompt=True))
        if not remember and (self._in_store or (self.remember and self.expected)):
            await self._forget_stored(tolerated=_OUT_OF_ORDER)
        self._in_memory, self._in_store, self.remember = new, remember and new is not None, remember
        self.expected = True

    async def state(self) -> KeyState:
        """Return what :meth:`restore` needs to bring the present key back."""
        if self.remember and self._in_memory is None:
            await self._read_store()
        return KeyState(self._in_memory, stored=self._in_store, remember=self.remember)

    async def restore(self, state: KeyState) -> None:
        """Bring back an earlier state after a save that failed half-way."""
        if self._in_store and not state.stored:
            await self._forget_stored()
        elif state.stored and state.key is not None and (state.key != self._in_memory or not self._in_store):
            earlier = state.key
            await self._in_vault(lambda: self._store.write(earlier, prompt=True))
        self._in_memory, self._in_store, self.remember = state.key, state.stored, state.remember

    async def forget(self) -> None:
        """Remove the key everywhere but the environment.

        Raises:
            ClaudometerError: it is still in the keyring.
        """
        if self._in_store or self.remember:
            await self._forget_stored()
        self._in_memory, self._in_store = None, False

    async def _forget_stored(self, *, tolerated: frozenset[ErrorCode] = _ABSENT) -> None:
        """Delete the stored key; a ``tolerated`` error counts only if one is known to be there."""
        try:
            await self._in_vault(lambda: self._store.delete(prompt=True))
        except ClaudometerError as error:
            if self._in_store or error.code not in tolerated:
                raise
            log.warning("the keyring could not be asked to forget: %s", error.code)

    async def _in_vault(self, call: Callable[[], None]) -> None:
        try:
            await run_blocking(call, timeout_s=PROMPT_TIMEOUT_S)
        except TimeoutError:
            raise ClaudometerError(ErrorCode.KEYRING_FAILED) from None
