"""Tests in virtual time that the supervisor restarts its tasks however they end."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.domain.region import UTC_REGION
from claudometer.engine.supervision import LONGEST_PAUSE_S, STEADY_S, STOP_TIMEOUT_S, Supervisor
from claudometer.present.messages.errors import message_for
from claudometer.present.messages.local_errors import WITH_FACT
from claudometer.present.report import report_for
from tests.accelerated.virtual_time import VirtualTime, run_virtually
from tests.views import view

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

    from tests.engine.sources import Bench


class Work:
    """A coroutine function whose n-th run takes the n-th of ``lasting_s`` and then calls ``end``.

    Once these are used up, it runs until it is canceled.
    """

    def __init__(self, time: VirtualTime, end: Callable[[], None], *lasting_s: float) -> None:
        self._time = time
        self._end = end
        self._lasting_s = list(lasting_s)
        self.started_s: list[float] = []
        self.canceled = 0

    async def __call__(self) -> None:
        self.started_s.append(self._time.elapsed_s)
        try:
            await asyncio.sleep(self._lasting_s.pop(0) if self._lasting_s else 1e9)  # until canceled
        except asyncio.CancelledError:
            self.canceled += 1
            raise
        self._end()


def fail() -> None:
    raise OSError("the disk is gone")


def lose_a_future() -> None:
    raise asyncio.CancelledError  # as awaiting a future raises it when another task canceled the future


def pauses(work: Work) -> list[float]:
    return [
        round(later - earlier, 3) for earlier, later in zip(work.started_s, work.started_s[1:], strict=False)
    ]


def supervise(
    time: VirtualTime, for_s: float, *works: Callable[[], Coroutine[Any, Any, None]]
) -> list[tuple[float, bool]]:
    """Run the coroutines under a supervisor for ``for_s`` seconds, and return its reports.

    A report is the time in seconds, and whether there is a failing task.
    """
    reports: list[tuple[float, bool]] = []

    async def main() -> None:
        supervisor = Supervisor(lambda present: reports.append((time.elapsed_s, present)))
        for number, work in enumerate(works, 1):
            supervisor.start(f"task {number}", work)
        await asyncio.sleep(for_s)
        await supervisor.stop()
        assert asyncio.all_tasks() == {asyncio.current_task()}, "nothing is left after the stop"

    run_virtually(time, main())
    return reports


@pytest.mark.parametrize("end", [fail, lambda: None, lose_a_future], ids=["raises", "returns", "is canceled"])
def test_a_task_that_ends_is_reported_and_restarted_and_the_report_is_withdrawn(
    end: Callable[[], None], caplog: pytest.LogCaptureFixture
) -> None:
    time = VirtualTime()
    work = Work(time, end, 5)
    assert supervise(time, 200, work) == [(5, True), (6 + STEADY_S, False)]
    assert work.started_s == [0, 6]
    assert [record.name for record in caplog.records if record.levelno == logging.ERROR] == [
        "claudometer.engine.supervision"
    ]
    assert "task 1" in caplog.text


def test_the_log_has_the_traceback(caplog: pytest.LogCaptureFixture) -> None:
    time = VirtualTime()
    supervise(time, 20, Work(time, fail, 5))
    assert "OSError: the disk is gone" in caplog.text


def test_the_pause_doubles_up_to_five_minutes() -> None:
    time = VirtualTime()
    work = Work(time, fail, *[0] * 12)
    supervise(time, 3000, work)
    assert pauses(work) == [1, 2, 4, 8, 16, 32, 64, 128, 256, *[LONGEST_PAUSE_S] * 3]


def test_the_pause_is_short_again_after_a_task_ran_steadily() -> None:
    time = VirtualTime()
    work = Work(time, fail, 0, 0, 0, STEADY_S)
    supervise(time, 300, work)
    assert pauses(work) == [1, 2, 4, STEADY_S + 1]


def test_a_task_that_keeps_failing_stays_reported() -> None:
    time = VirtualTime()
    reports = supervise(time, 3000, Work(time, fail, *[STEADY_S / 2] * 100))
    assert {present for _, present in reports} == {True}


def test_the_report_is_withdrawn_when_all_tasks_run_steadily() -> None:
    time = VirtualTime()
    reports = supervise(time, 200, Work(time, fail, 5), Work(time, fail, 30), Work(time, fail))
    assert reports == [(5, True), (30, True), (31 + STEADY_S, False)]


def test_one_failing_task_leaves_the_others_alone() -> None:
    time = VirtualTime()
    steady = Work(time, fail)
    supervise(time, 100, Work(time, fail, *[0] * 10), steady)
    assert steady.started_s == [0]
    assert steady.canceled == 1


def test_a_task_restarts_even_if_the_report_raises(
    caplog: pytest.LogCaptureFixture,
) -> None:
    time = VirtualTime()
    work = Work(time, fail, 5)

    def refuse(_present: bool) -> None:
        raise OSError("nobody listens")

    async def main() -> None:
        supervisor = Supervisor(refuse)
        supervisor.start("task", work)
        await asyncio.sleep(200)
        await supervisor.stop()

    run_virtually(time, main())
    assert work.started_s == [0, 6]
    assert "nobody listens" in caplog.text


def test_a_coroutine_supervised_inside_another_task_ends_with_that_task() -> None:
    time = VirtualTime()
    work, reports = Work(time, fail, 5), list[bool]()

    async def main() -> None:
        supervisor = Supervisor(reports.append)
        task = asyncio.create_task(supervisor.run("task", work))
        await asyncio.sleep(20)
        task.cancel()
        await asyncio.wait({task})
        assert task.cancelled()

    run_virtually(time, main())
    assert work.started_s == [0, 6]
    assert reports == [True, False]


def test_a_stop_ends_the_pause_before_a_restart() -> None:
    time = VirtualTime()
    work = Work(time, fail, *[0] * 12)
    supervise(time, 130, work)
    assert time.elapsed_s == pytest.approx(130)
    assert len(work.started_s) == 8  # at 0, 1, 3, 7, 15, 31, 63 and 127 s


def test_a_task_can_be_restarted_before_its_pause_is_over() -> None:
    time = VirtualTime()
    work = Work(time, fail, *[0] * 12)

    async def main() -> None:
        supervisor = Supervisor(lambda _present: None)
        supervisor.start("task", work)
        supervisor.hurry("a task that does not exist")
        await asyncio.sleep(70)
        supervisor.hurry("task")
        await asyncio.sleep(1)
        await supervisor.stop()

    run_virtually(time, main())
    assert work.started_s == [0, 1, 3, 7, 15, 31, 63, 70]


def test_a_task_that_ignores_cancellation_does_not_block_the_stop(
    caplog: pytest.LogCaptureFixture,
) -> None:
    time = VirtualTime()

    async def stubborn() -> None:
        while time.elapsed_s < 100:
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(100)

    async def main() -> float:
        supervisor = Supervisor(lambda _: None)
        supervisor.start("stubborn", stubborn)
        await asyncio.sleep(1)
        await supervisor.stop()
        return time.elapsed_s

    assert run_virtually(time, main()) == pytest.approx(1 + STOP_TIMEOUT_S)
    assert "stubborn did not stop within 5 s" in caplog.text


@pytest.mark.parametrize("end", [fail, lambda: None], ids=["fails", "returns"])
def test_a_canceled_task_that_returns_or_raises_another_exception_is_not_restarted(
    end: Callable[[], None],
) -> None:
    time = VirtualTime()
    starts = []

    async def careless() -> None:
        starts.append(time.elapsed_s)
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(100)
        end()

    assert supervise(time, 10, careless) == []
    assert starts == [0]


def test_a_start_with_a_name_in_use_or_after_the_stop_raises() -> None:
    time = VirtualTime()

    async def main() -> None:
        supervisor = Supervisor(lambda _: None)
        supervisor.start("task", Work(time, fail))
        with pytest.raises(RuntimeError):
            supervisor.start("task", Work(time, fail))
        await supervisor.stop()
        with pytest.raises(RuntimeError):
            supervisor.start("another task", Work(time, fail))

    run_virtually(time, main())


def test_a_supervisor_without_tasks_stops() -> None:
    asyncio.run(Supervisor(lambda _: None).stop())


def test_a_notice_reports_a_restart_until_the_task_runs_steadily(bench: Bench) -> None:
    time = VirtualTime()
    engine = bench.engine()
    before = engine.snapshot.notices

    async def main() -> None:
        engine.tasks.start("task", Work(time, fail, 5))
        await asyncio.sleep(10)
        (notice,) = engine.snapshot.notices
        assert message_for(notice, UTC_REGION).title == WITH_FACT[ErrorCode.INTERNAL, "restarted"].title
        assert (
            report_for(view(engine.snapshot, time.now()))["message"]
            == WITH_FACT[ErrorCode.INTERNAL, "restarted"].title
        )
        await asyncio.sleep(STEADY_S)
        assert engine.snapshot.notices == before
        await engine.tasks.stop()

    run_virtually(time, main())
