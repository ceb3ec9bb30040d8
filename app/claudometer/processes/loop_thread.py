"""Runs the asyncio loop in its own thread; :meth:`LoopThread.call` is the only way onto it.

Knows neither tray nor engine.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import TYPE_CHECKING

from claudometer.system.logs import log_uncaught_in_loop
from claudometer.system.off_loop import finish_calls

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from concurrent.futures import Future
    from typing import Any

log = logging.getLogger(__name__)

REST_TIMEOUT_S = 1.0
"""How long calls that are still running may take to end after the main coroutine has ended."""


class LoopThread:
    """Runs one main coroutine, and the coroutines that :meth:`call` passes to the loop meanwhile.

    Args:
        main: runs until :meth:`stop` cancels it.
        on_end: called on the loop's thread when ``main`` has ended and no call runs any more.
    """

    def __init__(
        self, main: Callable[[], Coroutine[Any, Any, None]], *, on_end: Callable[[], object]
    ) -> None:
        self._main = main
        self._on_end = on_end
        # A daemon, so that the process can end even if the loop hangs; that releases the instance lock.
        self._thread = threading.Thread(target=self._run, name="claudometer-loop", daemon=True)
        self._changing = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None  # `None` while calls are not accepted
        self._task: asyncio.Task[None] | None = None
        self._stopping = False
        self.failure: Exception | None = None
        """The error that ended ``main``, ``None`` if :meth:`stop` did."""

    @property
    def has_ended(self) -> bool:
        """Whether the thread has ended, or never started."""
        return not self._thread.is_alive()

    def start(self) -> None:
        """Start the thread. Calls are accepted from now on, and run as soon as the loop does.

        Raises:
            RuntimeError: the system cannot start another thread.
        """
        loop = asyncio.new_event_loop()
        loop.set_exception_handler(log_uncaught_in_loop)
        self._loop = loop
        self._task = loop.create_task(self._main())
        try:
            self._thread.start()
        except RuntimeError:
            self._task.cancel()
            self._end_loop(loop)
            raise

    def call(self, work: Coroutine[Any, Any, object]) -> None:
        """Run ``work`` on the loop. Call it from any thread. What it raises is logged.

        Before the start and after the end it is dropped without a word: there is nothing to act on.
        """
        with self._changing:
            if self._loop is None:
                work.close()  # otherwise Python warns of a coroutine that was never awaited
                return
            future = asyncio.run_coroutine_threadsafe(work, self._loop)
        future.add_done_callback(_log_failure)

    def stop(self, timeout_s: float) -> None:
        """Cancel the main coroutine, and wait until the thread has ended, ``timeout_s`` at most."""
        with self._changing:
            self._stopping = True
            if self._loop is not None and self._task is not None:
                self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join(timeout_s)
        if not self.has_ended:
            log.error("the loop did not end within %g s", timeout_s)

    def _run(self) -> None:
        loop, task = self._loop, self._task
        if loop is None or task is None:
            raise AssertionError("only start() starts the thread")
        asyncio.set_event_loop(loop)
        try:
            loop.run_until_complete(task)
        except asyncio.CancelledError:
            if not self._stopping:  # `stop` did not do it: `main` awaited a future that somebody canceled
                self._fail(RuntimeError("main task canceled"))
        except Exception as error:  # noqa: BLE001 - barrier: the main thread raises it
            self._fail(error)
        finally:
            self._end_loop(loop)
            self._on_end()

    def _fail(self, error: Exception) -> None:
        log.critical("the program cannot continue", exc_info=error)
        self.failure = error

    def _end_loop(self, loop: asyncio.AbstractEventLoop) -> None:
        with self._changing:
            self._loop = None
        try:
            loop.run_until_complete(_cancel_all())
        finally:
            # Unlike `asyncio.run`, this does not wait for the default executor, where a name lookup may hang.
            loop.close()
            finish_calls()


async def _cancel_all() -> None:
    """Cancel what is still running, including calls that came in a moment ago."""
    await asyncio.sleep(0)  # lets the loop turn those calls into tasks
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    if tasks:
        _, pending = await asyncio.wait(tasks, timeout=REST_TIMEOUT_S)
        for task in pending:
            log.error("%s did not end within %g s", task.get_name(), REST_TIMEOUT_S)


def _log_failure(future: Future[object]) -> None:
    if not future.cancelled() and (error := future.exception()) is not None:
        log.error("a call to the loop failed: %s", type(error).__name__, exc_info=error)
