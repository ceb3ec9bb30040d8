"""Runs calls that may block off the event loop, each with a deadline: on a dead network drive, none returns.

``asyncio.to_thread`` is used nowhere, which a test checks: Python waits for its threads when the loop is
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
"""Longer than a disk takes to spin up."""


async def off_loop(call: Callable[P, T], *args: P.args, **options: P.kwargs) -> T:
    """Run a call on files in a thread, and return its result or raise its exception.

    The calls of one object's methods have that object as their place, see :func:`run_abandonable`.

    Raises:
        TimeoutError: it took more than 10 s. It is an ``OSError``, like other failures of a disk. The call
            is abandoned, and may still take effect later.
    """
    place = call.__self__ if isinstance(call, MethodType) else None
    return await run_abandonable(lambda: call(*args, **options), timeout_s=FILE_TIMEOUT_S, place=place)


async def off_loop_at(place: object, call: Callable[[], T]) -> T:
    """Run a call on files as :func:`off_loop` does, at an explicit place, see :func:`run_abandonable`."""
    return await run_abandonable(call, timeout_s=FILE_TIMEOUT_S, place=place)


async def run_abandonable(call: Callable[[], T], *, timeout_s: float | None, place: object = None) -> T:
    """Run a call in a daemon thread of its own, and abandon it when its time is up.

    Args:
        timeout_s: ``None`` to wait as long as it takes.
        place: what the call depends on, such as a folder. While an earlier call with an equal place is
            overdue, a further one fails at once: otherwise each attempt would cost another thread.

    Raises:
        TimeoutError: it took longer, or an earlier call to this place still does.
        OSError: there is no thread for it.
    """
    # By place and not by call: every call that needs the dead drive would hang as well.
    if place is not None and any(thread.is_overdue_at(place) for thread in _running()):
        raise TimeoutError("an earlier call has not returned")
    try:
        call_under_way = asyncio.get_running_loop().run_in_executor(_DaemonThreads(place, timeout_s), call)
    except RuntimeError as error:  # the system has no thread left
        raise OSError(errno.EAGAIN, str(error)) from error
    async with asyncio.timeout(timeout_s):  # `wait_for` can swallow a cancellation before Python 3.12
        return await call_under_way


def finish_calls(*, timeout_s: float = 2.0) -> None:
    """Wait for running calls, so that the end of the process cuts no write short. Blocks."""
    deadline = time.monotonic() + timeout_s
    for thread in _running():
        thread.join(max(0.0, deadline - time.monotonic()))


def has_overdue_call() -> bool:
    """Return whether a call that was abandoned has still not returned."""
    return any(thread.is_overdue for thread in _running())


class _DaemonThreads(Executor):
    """Runs each call in a thread of its own, which Python does not wait for.

    It is an executor because the loop of the tests in virtual time overrides ``run_in_executor``.
    """

    def __init__(self, place: object, timeout_s: float | None) -> None:
        self._place = place
        self._timeout_s = timeout_s

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:  # noqa: ANN401 - any call's
        future: Future[T] = Future()
        _Call(
            lambda: _run_unless_canceled(future, lambda: fn(*args, **kwargs)), self._place, self._timeout_s
        ).start()
        return future


class _Call(threading.Thread):
    """One call. The overdue ones are found in Python's list of threads, so there is no list to maintain."""

    def __init__(self, work: Callable[[], None], place: object, timeout_s: float | None) -> None:
        # A daemon: Python ends without waiting for it.
        super().__init__(target=work, name="claudometer-call", daemon=True)
        self._place = place
        self._overdue_from = float("inf") if timeout_s is None else time.monotonic() + timeout_s

    @property
    def is_overdue(self) -> bool:
        return time.monotonic() >= self._overdue_from

    def is_overdue_at(self, place: object) -> bool:
        return self._place == place and self.is_overdue


def _running() -> list[_Call]:
    return [thread for thread in threading.enumerate() if isinstance(thread, _Call)]


def _run_unless_canceled(future: Future[T], call: Callable[[], T]) -> None:
    if future.set_running_or_notify_cancel():
        _settle(future, call)


def _settle(future: Future[T], call: Callable[[], T]) -> None:
    try:
        future.set_result(call())
    except BaseException as error:  # noqa: BLE001 - passed on to the caller, who decides
        future.set_exception(error)


def _start_in_thread(call: Callable[[], T]) -> Future[T]:
    future: Future[T] = Future()
    future.set_running_or_notify_cancel()  # from here on it cannot be canceled, as a thread cannot
    # Not a pool: Python joins the threads of pools at exit, and this one may hang in a dialog.
    threading.Thread(target=_settle, args=(future, call), name="claudometer-blocking", daemon=True).start()
    return future


class Lane:
    """Runs calls one after another, so that a call that hangs costs one thread, and no more.

    Args:
        fails_fast: whether a call fails at once while an abandoned one still runs, instead of waiting for it.
    """

    def __init__(self, *, fails_fast: bool) -> None:
        self._fails_fast = fails_fast
        self._running: Future[Any] | None = None
        self._is_abandoned = False

    async def run(self, call: Callable[[], T], *, timeout_s: float) -> T:
        """Run ``call`` in its turn, and return its result or raise its exception.

        Raises:
            TimeoutError: it took longer than ``timeout_s`` seconds, and is abandoned; or its turn did not
                come in time, and it never runs.
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
