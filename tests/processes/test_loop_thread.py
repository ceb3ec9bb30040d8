"""The loop's thread: it queues calls while it starts, stops quickly, and keeps the error of a failure."""

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
    """A loop thread that was started, and whether it has reported its end."""

    def __init__(self, main: Callable[[], Coroutine[Any, Any, None]] = forever) -> None:
        self.ended = threading.Event()
        self.thread = LoopThread(main, on_end=self.ended.set)
        self.thread.start()

    def stop(self) -> float:
        """Stop it; return how long that took."""
        began = time.monotonic()
        self.thread.stop(60)
        return time.monotonic() - began


def test_a_call_runs_on_the_loops_thread() -> None:
    started, names, done = Started(), list[str](), threading.Event()

    async def work() -> None:
        names.append(threading.current_thread().name)
        done.set()

    started.thread.call(work())
    assert done.wait(60)
    started.stop()
    assert names == ["claudometer-loop"]


def test_a_stop_in_the_first_moment_ends_it_at_once() -> None:
    for _ in range(20):  # the stop comes at a different moment of the start each time
        started = Started()
        assert started.stop() < 30
        assert started.thread.has_ended
        assert started.thread.failure is None
        assert started.ended.is_set()


def test_a_stop_does_not_wait_for_a_call_into_the_system_that_hangs() -> None:
    hangs, entered = threading.Event(), threading.Event()

    def hang() -> None:
        entered.set()
        hangs.wait(120)

    started = Started(lambda: asyncio.to_thread(hang))
    assert entered.wait(60)
    assert started.stop() < 30
    assert started.thread.has_ended
    hangs.set()


def test_the_cleanup_of_main_is_completed_before_the_end() -> None:
    cleaned_up, waiting = list[str](), threading.Event()

    async def main() -> None:
        try:
            waiting.set()
            await forever()
        finally:
            await asyncio.sleep(0.1)
            cleaned_up.append("all of it")

    started = Started(main)
    assert waiting.wait(60)
    started.stop()
    assert cleaned_up == ["all of it"]


def test_an_exception_of_main_is_kept_and_the_end_is_reported(caplog: pytest.LogCaptureFixture) -> None:
    error = OSError("the socket is a folder")

    async def main() -> None:
        raise error

    started = Started(main)
    assert started.ended.wait(60)
    started.stop()
    assert started.thread.failure is error
    assert "the socket is a folder" in caplog.text


def test_a_main_that_cancels_itself_has_failed() -> None:
    async def main() -> None:
        raise asyncio.CancelledError

    started = Started(main)
    assert started.ended.wait(60)
    assert isinstance(started.thread.failure, RuntimeError)


def test_a_call_that_fails_is_logged_and_affects_no_other(caplog: pytest.LogCaptureFixture) -> None:
    started, done = Started(), threading.Event()

    async def fail() -> None:
        raise OSError("no such thing")

    async def work() -> None:
        done.set()

    started.thread.call(fail())
    started.thread.call(work())
    assert done.wait(60)
    started.stop()
    assert "no such thing" in caplog.text
    assert started.thread.failure is None


def test_waiting_calls_end_with_the_loop_and_later_ones_are_dropped(
    caplog: pytest.LogCaptureFixture,
) -> None:
    started, waiting, canceled = Started(), threading.Event(), threading.Event()

    async def work() -> None:
        waiting.set()
        try:
            await forever()
        finally:
            canceled.set()

    started.thread.call(work())
    assert waiting.wait(60)
    started.stop()
    assert canceled.is_set()
    started.thread.call(work())
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_a_thread_that_cannot_be_started_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    thread = LoopThread(forever, on_end=lambda: None)
    with pytest.raises(RuntimeError):
        thread.start()
    assert thread.has_ended
    thread.call(forever())
