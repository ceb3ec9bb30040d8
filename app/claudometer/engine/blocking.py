"""The one place where the loop hands out calls that may block for long: the keyring and its dialogs.

``asyncio.to_thread`` is not used for these: a pool thread that waits for an unlock dialog would keep the
program from ending. These threads are daemons; a call that outlives its timeout is abandoned.
"""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from contextlib import nullcontext
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

T = TypeVar("T")


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
