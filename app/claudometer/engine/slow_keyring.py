"""Calls the keyring off the loop: calls take turns, and one that takes too long is abandoned.

A person may take minutes for a dialog. The threads are daemons, so that none keeps the program from ending.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, TypeVar

from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.system.off_loop import Lane

if TYPE_CHECKING:
    from collections.abc import Callable

    from claudometer.domain.secret import Secret
    from claudometer.vault.base import SecretStore

T = TypeVar("T")

log = logging.getLogger(__name__)

QUIET_TIMEOUT_S = 10.0
"""Without a dialog a keyring answers at once, or after seconds if the call has to start its service."""

PROMPT_TIMEOUT_S = 120.0
"""A person may take a while to type the keyring's password."""


class AsyncSecretStore:
    """A ``SecretStore`` off the loop. Raises ``ClaudometerError``, also for a call that takes too long.

    An abandoned call may still do its work whenever the keyring responds. Therefore writing and deleting take
    turns: a delete that follows a late write really happens after it, or raises. Reading and checking do not
    wait for a dialog of a write, and fail at once while an abandoned call of their kind hangs: however often
    they are called, a keyring that hangs costs one thread for each kind.

    Args:
        quiet_timeout_s: how long a call may take that does not ask the user.
        prompt_timeout_s: how long one may take that does.
    """

    def __init__(
        self,
        store: SecretStore,
        *,
        quiet_timeout_s: float = QUIET_TIMEOUT_S,
        prompt_timeout_s: float = PROMPT_TIMEOUT_S,
    ) -> None:
        self._store = store
        self._timeouts_s = {False: quiet_timeout_s, True: prompt_timeout_s}
        self._reading = {prompt: Lane(fails_fast=True) for prompt in (False, True)}
        self._checking = Lane(fails_fast=True)
        self._changing = Lane(fails_fast=False)

    async def read(self, *, prompt: bool) -> Secret | None:
        """Return the secret, ``None`` when there is none."""
        return await self._call(lambda: self._store.read(prompt=prompt), self._reading[prompt], prompt=prompt)

    async def write(self, secret: Secret, *, prompt: bool) -> None:
        """Store ``secret`` in place of any earlier one."""
        await self._call(lambda: self._store.write(secret, prompt=prompt), self._changing, prompt=prompt)

    async def delete(self, *, prompt: bool) -> None:
        """Delete the secret."""
        await self._call(lambda: self._store.delete(prompt=prompt), self._changing, prompt=prompt)

    async def check(self) -> None:
        """Raise if the keyring cannot be used now. Never prompts."""
        await self._call(self._store.check, self._checking, prompt=False)

    async def _call(self, call: Callable[[], T], lane: Lane, *, prompt: bool) -> T:
        timeout_s = self._timeouts_s[prompt]
        try:
            return await lane.run(call, timeout_s=timeout_s)
        except TimeoutError:
            log.warning("the keyring does not respond (timeout %g s)", timeout_s)
            raise ClaudometerError(ErrorCode.KEYRING_FAILED) from None
