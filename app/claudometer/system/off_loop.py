"""Runs calls that may block off the event loop, each with a deadline: on a dead network drive none returns.

``asyncio.to_thread`` is used nowhere, and a test sees to that: Python waits for its threads when the loop is
closed and again at exit, so a single call that hangs would keep the program from ending.
"""

from __future__ import annotations

import asyncio
import errno
import threading
import time
from concurrent.futures import Executor, Future
from contextlib import suppress
from types import MethodType
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
T = TypeVar("T")

FILE_TIMEOUT_S = 10.0
"""A disk that spins up answers within this time."""


async def off_loop(call: Callable[P, T], *args: P.args, **options: P.kwargs) -> T:
    """Run a call on files in a thread, and return its result or raise its exception.

    A method's calls share the fate of its object: while one is overdue, further ones fail at once.

    Raises:
        TimeoutError: it took more than 10 s. It is an ``OSError``, like other failures of a disk. The call
            is abandoned, and may still take effect later.
    """
    place = call.__self__ if isinstance(call, MethodType) else None
    return await run_abandonable(lambda: call(*args, **options), timeout_s=FILE_TIMEOUT_S, place=place)


async def off_loop_at(place: object, call: Callable[[], T]) -> T:
    """Run a call on files as :func:`off_loop` does; calls with equal places share their fate."""
    return await run_abandonable(call, timeout_s=FILE_TIMEOUT_S, place=place)


async def run_abandonable(call: Callable[[], T], *, timeout_s: float | None, place: object = None) -> T:
    """Run a call in a daemon thread of its own, and abandon it when its time is up.

    Args:
        timeout_s: ``None`` to wait as long as it takes.
        place: what the call depends on. While an earlier call to the same place is overdue, none is started:
            every attempt would cost another thread.

    Raises:
        TimeoutError: it took longer, or an earlier call to this place still does.
        OSError: there is no thread for it.
    """
    # By the place and not by the call: whatever needs the dead drive would hang as well.
    if place is not None and any(thread.is_overdue_at(place) for thread in _running()):
        raise TimeoutError("an earlier call has not returned")
    try:
        call_under_way = asyncio.get_running_loop().run_in_executor(_DaemonThreads(place, timeout_s), call)
    except RuntimeError as error:  # the system has no thread left
        raise OSError(errno.EAGAIN, str(error)) from error
    async with asyncio.timeout(timeout_s):  # `wait_for` can swallow a cancellation before Python 3.12
        return await call_under_way


def finish_calls(*, timeout_s: float = 2.0) -> None:
    """Let calls under way end before the process does, so that a write is not cut short. Blocks."""
    deadline = time.monotonic() + timeout_s
    for thread in _running():
        thread.join(max(0.0, deadline - time.monotonic()))


class _DaemonThreads(Executor):
    """Runs each call in a thread of its own, which Python does not wait for. Used through the event loop, so
    that a loop with a clock of its own can run calls as it likes."""

    def __init__(self, place: object, timeout_s: float | None) -> None:
        self._place = place
        self._timeout_s = timeout_s

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:  # noqa: ANN401 - any call's
        future: Future[T] = Future()
        _Call(lambda: _settle(future, lambda: fn(*args, **kwargs)), self._place, self._timeout_s).start()
        return future


class _Call(threading.Thread):
    """One call. Python's own list of threads is what knows the overdue ones."""

    def __init__(self, work: Callable[[], None], place: object, timeout_s: float | None) -> None:
        # A daemon: Python ends without waiting for it.
        super().__init__(target=work, name="claudometer-call", daemon=True)
        self._place = place
        self._overdue_from = float("inf") if timeout_s is None else time.monotonic() + timeout_s

    def is_overdue_at(self, place: object) -> bool:
        return self._place == place and time.monotonic() >= self._overdue_from


def _running() -> list[_Call]:
    return [thread for thread in threading.enumerate() if isinstance(thread, _Call)]


def _settle(future: Future[T], call: Callable[[], T]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(call())
    except BaseException as error:  # noqa: BLE001 - handed to the caller, who decides
        future.set_exception(error)


def _start_in_thread(call: Callable[[], T]) -> Future[T]:
    future: Future[T] = Future()
    future.set_running_or_notify_cancel()  # from here on it cannot be canceled: a thread cannot, either

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
            future = _start_in_thread(call)
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
