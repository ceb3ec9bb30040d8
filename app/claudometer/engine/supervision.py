"""Keeps long-lived coroutines running: when one ends, it is logged, reported and started again. No GUI."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

log = logging.getLogger(__name__)

FIRST_PAUSE_S = 1.0
"""Wait before the first restart. Every restart that does not last doubles it."""

LONGEST_PAUSE_S = 300.0
"""A fault that does not pass then costs a traceback in five minutes. A click ends the pause."""

STEADY_S = 60.0
"""A coroutine that has run this long has recovered, and its next pause is the first one again."""

STOP_TIMEOUT_S = 5.0
"""Tasks end at their next ``await``. The window and the socket need the rest of the tray's 15 s to end."""


class Supervisor:
    """Runs coroutines that must not end before :meth:`stop`. Use it on the loop's thread only.

    Args:
        on_failure: called with ``True`` whenever a coroutine has ended, and with ``False`` once all of them
            run steadily again.
    """

    def __init__(self, on_failure: Callable[[bool], None]) -> None:
        self._on_failure = on_failure
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._hurried: dict[str, asyncio.Event] = {}
        self._unsteady: set[str] = set()
        self._stopped = False

    def start(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run ``work`` in a task of its own until :meth:`stop`.

        Args:
            name: what the log calls it; used once per supervisor.
            work: called for the first run and for each restart.

        Raises:
            RuntimeError: a task of this name exists, or the supervisor was stopped.
        """
        if self._stopped or name in self._tasks:
            raise RuntimeError(f"cannot start {name}")
        self._tasks[name] = asyncio.create_task(self.run(name, work), name=name)

    async def run(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run ``work`` in the calling task, and restart it whenever it ends, until that task is canceled.

        For coroutines that belong to another one, such as those of a ``TaskGroup``.
        """
        loop = asyncio.get_running_loop()
        pause_s = FIRST_PAUSE_S
        try:
            while True:
                started_s = loop.time()
                await self._run_once(name, work)
                # A fault once a day should not wait for minutes because there were others last week.
                if loop.time() - started_s >= STEADY_S:
                    pause_s = FIRST_PAUSE_S
                self._unsteady.add(name)
                self._report(present=True)
                log.info("%s starts again in %g s", name, pause_s)
                await self._pause(name, pause_s)
                pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
        finally:
            self._recover(name)

    def hurry(self, name: str) -> None:
        """End the pause before the next restart of this task, if it is in one: a person is waiting for it."""
        if name in self._hurried:
            self._hurried[name].set()

    async def stop(self) -> None:
        """Cancel every task and wait for their end, :data:`STOP_TIMEOUT_S` at most. Nothing starts again."""
        self._stopped = True
        # Nothing starts from here on, so the view cannot change while it is read.
        tasks = self._tasks.values()
        for task in tasks:
            task.cancel()
        if tasks:
            _, pending = await asyncio.wait(tasks, timeout=STOP_TIMEOUT_S)
            for task in pending:
                log.error("%s did not stop within %g s", task.get_name(), STOP_TIMEOUT_S)

    async def _pause(self, name: str, pause_s: float) -> None:
        hurried = self._hurried[name] = asyncio.Event()
        try:
            with suppress(TimeoutError):
                await asyncio.wait_for(hurried.wait(), pause_s)
        finally:
            del self._hurried[name]

    async def _run_once(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Return when ``work`` has ended in any way except by the cancellation of this task."""
        steady = asyncio.get_running_loop().call_later(STEADY_S, self._recover, name)
        try:
            await work()
            if not _is_cancelled():
                log.error("%s returned, though it should run until it is canceled", name)
        except asyncio.CancelledError:
            # A canceled future inside `work` raises the same error, although nobody canceled this task.
            if not _is_cancelled():
                log.exception("%s stopped unexpectedly", name)
        except Exception:  # barrier
            log.exception("%s stopped unexpectedly", name)
        finally:
            steady.cancel()
        if _is_cancelled():  # also when `work` swallowed the cancellation, or failed while it cleaned up
            raise asyncio.CancelledError

    def _recover(self, name: str) -> None:
        if name in self._unsteady:
            self._unsteady.remove(name)
            if not self._unsteady and not self._stopped:  # what was stopped has not recovered
                self._report(present=False)

    def _report(self, *, present: bool) -> None:
        try:
            self._on_failure(present)
        except Exception:  # barrier - a report that fails must not end what it reports about
            log.exception("a failed task could not be reported")


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
