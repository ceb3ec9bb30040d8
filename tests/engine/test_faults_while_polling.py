"""Tests in virtual time that an exception anywhere in polling is logged and shown, and that polling goes on.

The exception is raised at the n-th point where the poller awaits, for n = 1, 2, 3 and so on, until a run has
fewer than n such points.
"""

from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.domain.events import SnapshotChanged
from claudometer.domain.outcome import Fetched, MissingCredentials, Outcome, Status, Unauthorized
from claudometer.domain.poll_intervals import STILL_S
from claudometer.domain.secret import Secret
from claudometer.domain.usage import CLAUDE, LocalReading, Mode, Reading, Source
from claudometer.engine.dependencies import Overrides
from claudometer.engine.engine import Engine
from claudometer.engine.poller import RETRY_AFTER_FAULT_S
from claudometer.engine.supervision import STEADY_S
from tests.accelerated.machine import MemoryState
from tests.accelerated.virtual_time import BOOTED_S, VirtualLoop, VirtualTime
from tests.engine.sources import Bench, ScriptedLocalSource, ScriptedSource
from tests.readings import account, session, weekly
from tests.simulator.account import SESSION_KEY

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Generator, Hashable
    from pathlib import Path

    from claudometer.domain.next_poll import Why
    from claudometer.domain.usage import AccountId

T = TypeVar("T")

FETCH_S = 16.0
"""A request takes this long, so that the poller checks the credentials while it runs."""

STORY_S = 150.0
"""Everything that polling reacts to happens within this time, and so does the exception."""

RECOVERY_S = RETRY_AFTER_FAULT_S + 2 * STEADY_S
SUPERVISION = "claudometer.engine.supervision"


class FaultError(Exception):
    """An exception that no code of the program expects."""


class Interruption:
    """Counts the points at which a coroutine awaits, and raises an error at the n-th of them."""

    def __init__(self, at: int | None, error: type[BaseException] = FaultError) -> None:
        self.points = 0
        self._at = at
        self._error = error

    @property
    def has_happened(self) -> bool:
        return self._at is not None and self.points >= self._at

    async def into(self, work: Coroutine[Any, Any, T]) -> T:
        return await _Interrupted(work, self)

    def end(self) -> None:
        self._at = self._at if self.has_happened else None

    def is_due(self) -> bool:
        self.points += 1
        return self.points == self._at

    def error(self) -> BaseException:
        return self._error()


class _Interrupted(Generic[T]):
    def __init__(self, work: Coroutine[Any, Any, T], interruption: Interruption) -> None:
        self._steps = work.__await__()
        self._interruption = interruption

    def __await__(self) -> Generator[Any, Any, T]:
        failure: BaseException | None = None
        while True:
            try:
                waits_for = next(self._steps) if failure is None else self._steps.throw(failure)
                if self._interruption.is_due():
                    waits_for = self._steps.throw(self._interruption.error())
            except StopIteration as end:
                value: T = end.value
                return value
            try:
                yield waits_for
            except BaseException as error:  # noqa: BLE001 - thrown into the coroutine in the next step
                failure = error
            else:
                failure = None


class InterruptedEngine(Engine):
    """An engine whose polling is interrupted, but not the supervision around it."""

    interruption = Interruption(None)

    async def run(self) -> None:
        await self.interruption.into(super().run())


class WaitingLoop(VirtualLoop):
    """A virtual loop in which a call in a thread ends one step later, so that its caller really awaits."""

    def run_in_executor(self, executor: Any, func: Callable[..., T], *args: Any) -> asyncio.Future[T]:  # type: ignore[override] # noqa: ANN401
        done = super().run_in_executor(executor, func, *args)
        waiting: asyncio.Future[T] = self.create_future()

        def hand_over() -> None:
            if not waiting.done():
                error = done.exception()
                waiting.set_exception(error) if error else waiting.set_result(done.result())

        self.call_soon(hand_over)
        return waiting


class WaitingSource(ScriptedSource):
    """A source whose every call awaits, and whose percentages differ from request to request."""

    def __init__(self, time: VirtualTime, mode: Mode) -> None:
        super().__init__()
        self._time = time
        self._mode = mode
        self.fetched_at_s: list[float] = []
        self.fails_while_fetching = False
        self.fails_after_sending = False
        self.broken = False
        self._is_fetching = False

    async def identify(self) -> AccountId | MissingCredentials | Unauthorized:
        await asyncio.sleep(0)
        if self.broken:
            raise FaultError
        return await super().identify()

    async def fetch(self, why: Why) -> Outcome:
        self._is_fetching = True
        try:
            await asyncio.sleep(FETCH_S)
        finally:
            self._is_fetching = False
        self.requests += 1
        self.fetched_at_s.append(self._time.elapsed_s)
        if self.fails_after_sending:
            raise FaultError
        percent = 20.0 + self.requests % 50
        limits = (session(percent), weekly())
        return Fetched(Reading(CLAUDE, account(self._mode), Source.OAUTH, self._time.now(), limits))

    async def credentials_mark(self) -> str:
        return ""

    async def credentials_stamp(self) -> Hashable:
        await asyncio.sleep(0)
        if self._is_fetching and self.fails_while_fetching:
            self.fails_while_fetching = False
            raise FaultError
        return await super().credentials_stamp()


class WaitingLocalSource(ScriptedLocalSource):
    """A local source whose every call awaits."""

    async def stamp(self) -> Hashable:
        await asyncio.sleep(0)
        return await super().stamp()

    async def read(self) -> LocalReading | None:
        await asyncio.sleep(0)
        return await super().read()


class Story:
    """A run in which everything happens that polling reacts to, followed by time to recover."""

    def __init__(self, folder: Path, mode: Mode, interruption: Interruption) -> None:
        self.time = VirtualTime()
        self.source = WaitingSource(self.time, mode)
        self.notices: list[bool] = []
        self._local = WaitingLocalSource()
        self._interruption = interruption
        self._mode = mode
        bench = Bench(folder, mode=mode)
        bench.clock = self.time  # type: ignore[assignment]
        bench.state = MemoryState()
        bench.cli = bench.web = self.source
        bench.status_line = self._local
        bench.overrides = Overrides(session_key=Secret(SESSION_KEY) if mode is Mode.WEB else None)
        bench.bus.subscribe(SnapshotChanged, lambda event: self._note(event.snapshot.notices))
        self.engine = InterruptedEngine(bench.parts())
        self.engine.interruption = interruption

    def live(self) -> None:
        self.run(self._live())

    def run(self, work: Coroutine[Any, Any, object]) -> None:
        with asyncio.Runner(loop_factory=lambda: WaitingLoop(self.time)) as runner:
            runner.run(work)

    async def _live(self) -> None:
        self.engine.start_polling()
        await asyncio.sleep(30)
        limits = (session(80.0), weekly())
        self._local.leave(LocalReading(Source.STATUS_LINE, self.time.now(), limits))
        await asyncio.sleep(30)
        self.source.stamp = 1
        await asyncio.sleep(30)
        click = asyncio.create_task(self.engine.refresh())
        await asyncio.sleep(30)
        self.time.suspend(500)
        await asyncio.sleep(STORY_S - self.time.awake_s + BOOTED_S)
        self._interruption.end()
        await asyncio.sleep(RECOVERY_S)
        assert click.done()
        await self.engine.tasks.stop()

    def _note(self, notices: tuple[Any, ...]) -> None:
        shown = ErrorCode.INTERNAL in {notice.code for notice in notices}
        if self.notices[-1:] != [shown]:
            self.notices.append(shown)


@pytest.mark.parametrize(
    ("mode", "error"),
    [
        (Mode.CLI, FaultError),
        (Mode.WEB, asyncio.CancelledError),
        # Each takes as long as hundreds of other tests, and the two above have both modes and both errors.
        pytest.param(Mode.CLI, asyncio.CancelledError, marks=pytest.mark.slow),
        pytest.param(Mode.WEB, FaultError, marks=pytest.mark.slow),
    ],
)
def test_polling_recovers_from_an_exception_at_every_await(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, mode: Mode, error: type[BaseException]
) -> None:
    for number in itertools.count(1):
        caplog.clear()
        interruption = Interruption(number, error)
        story = Story(tmp_path / str(number), mode, interruption)
        story.live()
        if not interruption.has_happened:
            break
        assert story.notices in ([True, False], [False, True, False]), number
        faults = [record for record in caplog.records if record.levelname == "ERROR"]
        assert [record.name for record in faults] == [SUPERVISION], number
        assert faults[0].exc_info is not None
        assert story.source.fetched_at_s[-1] > story.time.elapsed_s - 2 * STILL_S, number
        snapshot = story.engine.snapshot
        assert (snapshot.status, snapshot.problem, snapshot.notices) == (Status.OK, None, ()), number
    assert number > 50, "the run has fewer awaits than expected: it may have skipped a part of polling"


def test_a_poll_that_has_sent_its_request_before_it_failed_is_repeated_after_minutes(tmp_path: Path) -> None:
    story = Story(tmp_path, Mode.CLI, Interruption(None))
    story.source.fails_after_sending = True

    async def poll() -> None:
        story.engine.start_polling()
        await asyncio.sleep(4 * RETRY_AFTER_FAULT_S)
        await story.engine.tasks.stop()

    story.run(poll())
    sent_s = story.source.fetched_at_s
    assert len(sent_s) >= 3
    assert min(later - earlier for earlier, later in itertools.pairwise(sent_s)) >= RETRY_AFTER_FAULT_S


def test_a_single_poll_for_a_command_raises_the_exception(tmp_path: Path) -> None:
    """It neither hangs nor returns numbers; the command exits with code 70 (EX_SOFTWARE)."""
    for number in itertools.count(1):
        interruption = Interruption(number)
        story = Story(tmp_path / str(number), Mode.CLI, interruption)
        try:
            story.run(interruption.into(story.engine.poll_once()))
        except FaultError:
            assert interruption.has_happened
        else:
            assert not interruption.has_happened
            break
    assert number > 10


def test_an_exception_in_the_credentials_check_during_a_request_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    story = Story(tmp_path, Mode.CLI, Interruption(None))
    story.source.fails_while_fetching = True
    story.live()
    assert story.notices == [False, True, False]
    assert "FaultError" in caplog.text


def test_a_click_returns_when_its_poll_fails(tmp_path: Path) -> None:
    story = Story(tmp_path, Mode.CLI, Interruption(None))

    async def click() -> None:
        story.engine.start_polling()
        await asyncio.sleep(2 * FETCH_S)
        clicked = asyncio.create_task(story.engine.refresh())
        await asyncio.sleep(1)
        story.source.fails_while_fetching = True
        await asyncio.sleep(FETCH_S)
        assert True in story.notices, "the poll has failed"
        assert clicked.done()
        await story.engine.tasks.stop()

    story.run(click())


def test_a_click_does_not_wait_for_the_pause_before_a_restart(tmp_path: Path) -> None:
    story = Story(tmp_path, Mode.CLI, Interruption(None))
    engine, source = story.engine, story.source
    source.broken = True

    async def click() -> None:
        engine.start_polling()
        await asyncio.sleep(200)  # the pauses were 1, 2, 4 … 64 s; the one of 128 s has begun
        source.broken = False
        clicked_s, requests = story.time.elapsed_s, source.requests
        assert (await engine.refresh()).accepted
        assert story.time.elapsed_s - clicked_s < 2 * FETCH_S
        assert source.requests == requests + 1
        await engine.tasks.stop()

    story.run(click())
