"""The keyring as the loop sees it: each call has a deadline, and none that is given up undoes a later one."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, TypeVar

from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.engine.blocking import run_blocking

if TYPE_CHECKING:
    from collections.abc import Callable

    from claudometer.domain.secret import Secret
    from claudometer.vault.base import SecretStore

T = TypeVar("T")

log = logging.getLogger(__name__)

QUIET_TIMEOUT_S = 10.0
PROMPT_TIMEOUT_S = 120.0
"""A person may take a while to type the keyring's password."""


class AsyncSecretStore:
    """A ``SecretStore`` off the loop. Raises ``ClaudometerError``, also when it is late.

    A call that was given up may still do its work whenever the keyring answers. So writing and deleting take
    turns: a delete after a late write comes after it in truth, or says that it could not.

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
        self._turn = threading.Lock()

    async def read(self, *, prompt: bool) -> Secret | None:
        """Return the secret, ``None`` when none is kept."""
        return await self._call(lambda: self._store.read(prompt=prompt), None, prompt=prompt)

    async def write(self, secret: Secret, *, prompt: bool) -> None:
        """Keep ``secret``, in place of any earlier one."""
        await self._call(lambda: self._store.write(secret, prompt=prompt), self._turn, prompt=prompt)

    async def delete(self, *, prompt: bool) -> None:
        """Forget the secret."""
        await self._call(lambda: self._store.delete(prompt=prompt), self._turn, prompt=prompt)

    async def check(self) -> None:
        """Raise if the keyring cannot be used now. Never prompts."""
        await self._call(self._store.check, None, prompt=False)

    async def _call(self, call: Callable[[], T], turn: threading.Lock | None, *, prompt: bool) -> T:
        timeout_s = self._timeouts_s[prompt]
        try:
            return await run_blocking(call, timeout_s=timeout_s, turn=turn)
        except TimeoutError:
            log.warning("the keyring did not answer within %s s", timeout_s)
            raise ClaudometerError(ErrorCode.KEYRING_FAILED) from None
