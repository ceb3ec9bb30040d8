"""The one place where the loop hands out calls that may block for long: the keyring and its dialogs.

``asyncio.to_thread`` is not used for these: a pool thread that waits for an unlock dialog would keep the
program from ending. These threads are daemons; a call that outlives its timeout is abandoned.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from concurrent.futures import Future
from contextlib import nullcontext
from typing import TYPE_CHECKING, TypeVar

from claudometer.domain.errors import ClaudometerError, ErrorCode

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from claudometer.domain.secret import Secret
    from claudometer.vault.base import SecretStore

T = TypeVar("T")

log = logging.getLogger(__name__)

QUIET_TIMEOUT_S = 10.0
PROMPT_TIMEOUT_S = 120.0
"""A person may take a while to type the keyring's password."""


async def run_blocking(
    call: Callable[[], T],
    *,
    timeout_s: float,
    turn: AbstractContextManager[object] | None = None,
) -> T:
    """Run ``call`` in a thread of its own and return its result or raise its exception.

    Args:
        turn: held while the call runs, abandoned or not. One that is given up before its turn never runs.

    Raises:
        TimeoutError: it took longer than ``timeout_s`` seconds.
    """
    future: Future[T] = Future()

    def work() -> None:
        with turn or nullcontext():
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(call())
            except BaseException as error:  # noqa: BLE001 - handed to the caller, who decides
                future.set_exception(error)

    threading.Thread(target=work, name="claudometer-blocking", daemon=True).start()
    return await asyncio.wait_for(asyncio.wrap_future(future), timeout_s)


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
