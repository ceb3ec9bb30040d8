"""The loop's thread: calls are kept while it starts, it ends at once, and its failure is kept."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from typing import TYPE_CHECKING

import pytest

from claudometer.processes.loop_thread import LoopThread

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any


async def forever() -> None:
    await asyncio.Event().wait()


class Started:
    """A loop thread, and what came of it."""

    def __init__(self, main: Callable[[], Coroutine[Any, Any, None]] = forever) -> None:
        self.ended = threading.Event()
        self.thread = LoopThread(main, on_end=self.ended.set)
        self.thread.start()

    def stop(self) -> float:
        """Stop it; return how long that took."""
        began = time.monotonic()
        self.thread.stop(10)
        return time.monotonic() - began


def test_a_call_runs_on_the_loops_thread() -> None:
    started, names, done = Started(), list[str](), threading.Event()

    async def work() -> None:
        names.append(threading.current_thread().name)
        done.set()

    started.thread.call(work())
    assert done.wait(5)
    started.stop()
    assert names == ["claudometer-loop"]


def test_a_stop_in_the_first_moment_ends_it_at_once() -> None:
    for _ in range(20):
        started = Started()
        assert started.stop() < 5
        assert started.thread.has_ended
        assert started.thread.failure is None
        assert started.ended.is_set()


def test_a_stop_does_not_wait_for_a_call_into_the_system_that_hangs() -> None:
    hangs, entered = threading.Event(), threading.Event()

    def hang() -> None:
        entered.set()
        hangs.wait(30)

    started = Started(lambda: asyncio.to_thread(hang))
    assert entered.wait(5)
    assert started.stop() < 5
    assert started.thread.has_ended
    hangs.set()


def test_what_main_leaves_to_do_is_done_before_the_end() -> None:
    undone = list[str]()

    async def main() -> None:
        try:
            await forever()
        finally:
            await asyncio.sleep(0.1)
            undone.append("all of it")

    started = Started(main)
    time.sleep(0.1)
    started.stop()
    assert undone == ["all of it"]


def test_what_main_raises_is_kept_and_the_end_is_told(caplog: pytest.LogCaptureFixture) -> None:
    error = OSError("the socket is a folder")

    async def main() -> None:
        raise error

    started = Started(main)
    assert started.ended.wait(5)
    started.stop()
    assert started.thread.failure is error
    assert "the socket is a folder" in caplog.text


def test_a_future_that_somebody_cancelled_is_a_failure_and_not_a_quiet_end() -> None:
    async def main() -> None:
        raise asyncio.CancelledError

    started = Started(main)
    assert started.ended.wait(5)
    assert isinstance(started.thread.failure, RuntimeError)


def test_a_call_that_fails_is_logged_and_hurts_nobody(caplog: pytest.LogCaptureFixture) -> None:
    started, done = Started(), threading.Event()

    async def fail() -> None:
        raise OSError("no such thing")

    async def work() -> None:
        done.set()

    started.thread.call(fail())
    started.thread.call(work())
    assert done.wait(5)
    started.stop()
    assert "no such thing" in caplog.text
    assert started.thread.failure is None


def test_calls_that_wait_end_with_the_loop_and_later_ones_are_dropped(
    caplog: pytest.LogCaptureFixture,
) -> None:
    started, waiting, cancelled = Started(), threading.Event(), threading.Event()

    async def work() -> None:
        waiting.set()
        try:
            await forever()
        finally:
            cancelled.set()

    started.thread.call(work())
    assert waiting.wait(5)
    started.stop()
    assert cancelled.is_set()
    started.thread.call(work())
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_a_thread_that_the_system_refuses_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    thread = LoopThread(forever, on_end=lambda: None)
    with pytest.raises(RuntimeError):
        thread.start()
    assert thread.has_ended
    thread.call(forever())
