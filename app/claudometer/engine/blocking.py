"""Calls that may block for long, made from the loop: the keyring with its dialogs, and the system's settings.

A person may take minutes for a dialog. The threads are daemons, so that none keeps the program from ending,
and a call that outlives its timeout is abandoned. Calls on files go through ``system/off_loop.py``.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from concurrent.futures import Future
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from claudometer.domain.errors import ClaudometerError, ErrorCode

if TYPE_CHECKING:
    from collections.abc import Callable

    from claudometer.domain.secret import Secret
    from claudometer.vault.base import SecretStore

T = TypeVar("T")

log = logging.getLogger(__name__)

QUIET_TIMEOUT_S = 10.0
PROMPT_TIMEOUT_S = 120.0
"""A person may take a while to type the keyring's password."""


def _start(call: Callable[[], T]) -> Future[T]:
    future: Future[T] = Future()
    future.set_running_or_notify_cancel()  # from here on it cannot be cancelled: a thread cannot, either

    def work() -> None:
        try:
            future.set_result(call())
        except BaseException as error:  # noqa: BLE001 - handed to the caller, who decides
            future.set_exception(error)

    # Not a pool: Python joins the threads of pools at exit, and this one may hang in a dialog.
    threading.Thread(target=work, name="claudometer-blocking", daemon=True).start()
    return future


class Lane:
    """Runs calls of one kind one after another, so that a call that hangs costs no more than one thread."""

    def __init__(self, *, fails_fast: bool) -> None:
        self._fails_fast = fails_fast
        self._running: Future[Any] | None = None
        self._is_abandoned = False

    async def run(self, call: Callable[[], T], *, timeout_s: float) -> T:
        """Run ``call`` in its turn.

        Raises:
            TimeoutError: it took longer than ``timeout_s`` seconds, or its turn did not come: then it never
                runs. A lane that fails fast does not wait for its turn behind a call that was abandoned.
        """
        async with asyncio.timeout(timeout_s):
            while self._running is not None and not self._running.done():
                if self._is_abandoned and self._fails_fast:
                    raise TimeoutError
                await _end_of(self._running)
            future = _start(call)
            # Set before the first await, so that no other call starts beside this one.
            self._running, self._is_abandoned = future, False
            try:
                return await asyncio.wrap_future(future)
            except asyncio.CancelledError:
                self._is_abandoned = True
                raise


async def _end_of(running: Future[Any]) -> None:
    ended, loop = asyncio.Event(), asyncio.get_running_loop()

    def wake(_future: Future[Any]) -> None:
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(ended.set)

    running.add_done_callback(wake)
    await ended.wait()


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
