"""Tests in the engine that new readings reach the history, and that a failing history costs no number."""

from __future__ import annotations

import asyncio
import errno
import threading
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import Fetched, Offline
from claudometer.domain.snapshot import Problem
from claudometer.engine.engine import Engine
from claudometer.store import connecting
from claudometer.store.history import History
from claudometer.store.state import StoredState
from claudometer.system.off_loop import finish_calls
from tests.engine.full_disk import FullDisk
from tests.histories import LONG_AGO, SESSION, after, percents, record, record_all
from tests.readings import reading, session
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from claudometer.domain.forecasting.grading import SaidForecast
    from claudometer.domain.history import LimitKey, LimitReset, Point, Series
    from claudometer.domain.ledger import RequestRecord
    from claudometer.domain.usage import AccountKey, Reading
    from tests.engine.sources import Bench


@pytest.fixture
def history(bench: Bench) -> Iterator[History]:
    kept = History(bench.folder / "state" / "history.db")
    yield kept
    kept.close()


def engine_with(bench: Bench, history: History | FailingHistory) -> Engine:
    return Engine(replace(bench.parts(), history=history))


def test_every_new_answer_is_recorded_and_a_failed_poll_is_not(bench: Bench, history: History) -> None:
    async def story() -> None:
        bench.cli.answers.extend(
            [
                Fetched(reading(session(40), fetched_at=after(1))),
                Offline(ErrorCode.OFFLINE),
                Fetched(reading(session(42), fetched_at=after(9))),
            ]
        )
        bench.cli.answers.popleft()
        engine = engine_with(bench, history)
        engine.start_polling()
        await until(lambda: percents(history) == [40])
        for minutes in (5, 9):
            bench.clock.advance(60 * minutes)
            await engine.refresh()
        await until(lambda: percents(history) == [40, 42])
        await engine.tasks.stop()
        assert [each.at for each in history.points(SESSION, LONG_AGO)] == [after(1), after(9)]

    asyncio.run(story())


def test_the_file_is_closed_when_the_program_ends(bench: Bench, history: History) -> None:
    async def story() -> None:
        engine = engine_with(bench, history)
        engine.start_polling()
        path = bench.folder / "state" / "history.db"
        await until(lambda: path.with_name("history.db-wal").exists() and percents(history))
        await engine.tasks.stop()
        # What is being learned from the file may open it once more, and closes it then.
        await until(lambda: not path.with_name("history.db-wal").exists())

    asyncio.run(story())


class LateHistory(History):
    """A history whose calls begin late, as on a busy machine: only when the test lets them."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.has_come, self.may_go = threading.Event(), threading.Event()

    def record(
        self,
        readings: Sequence[Reading],
        *,
        now: Callable[[], datetime],
        gap_s: float,
        is_verified: bool = False,
    ) -> None:
        self.has_come.set()
        self.may_go.wait(timeout=60)
        super().record(readings, now=now, gap_s=gap_s, is_verified=is_verified)


def test_a_write_that_a_sleep_interrupts_deletes_nothing_that_another_computer_wrote_meanwhile(
    bench: Bench,
) -> None:
    """Two computers may share a home. By the time before the sleep, the other's points would be ahead."""

    async def story() -> None:
        bench.cli.answers.extend([Fetched(reading(session(40), fetched_at=after(0)))])
        bench.cli.answers.popleft()
        history = LateHistory(bench.folder / "state" / "history.db")
        engine = engine_with(bench, history)
        engine.start_polling()
        await until(history.has_come.is_set)
        other = History(history.disk.path)
        record(other, session(45), minutes=5)
        bench.clock.sleep(10 * 60)
        record(other, session(50), minutes=10)
        other.close()
        history.may_go.set()
        await engine.tasks.stop()
        finish_calls(timeout_s=60)
        assert percents(History(history.disk.path)) == [45, 50]

    asyncio.run(story())


def test_a_write_that_is_under_way_at_the_end_is_kept_and_leaves_the_file_closed(bench: Bench) -> None:
    async def story() -> None:
        history = LateHistory(bench.folder / "state" / "history.db")
        engine = engine_with(bench, history)
        engine.start_polling()
        await until(history.has_come.is_set)
        await engine.tasks.stop()
        history.may_go.set()
        finish_calls(timeout_s=60)
        # An open database has these beside it; what a program's end leaves there stays for good.
        assert sorted(file.name for file in (bench.folder / "state").glob("history.db*")) == ["history.db"]
        assert percents(History(history.disk.path)) == [81]

    asyncio.run(story())


def test_a_budget_that_is_written_after_the_end_is_kept_and_leaves_the_file_closed(
    bench: Bench, history: History
) -> None:
    async def story() -> None:
        state = StoredState(history.disk, bench.folder / "state" / "state.json")
        engine = engine_with(bench, history)
        engine.start_polling()
        await until(lambda: percents(history))
        await engine.tasks.stop()
        finish_calls(timeout_s=60)
        state.change(lambda kept: kept.update(spent=3))
        assert state.read()["spent"] == 3
        assert history.disk.connection is None
        assert not (bench.folder / "state" / "history.db-wal").exists()

    asyncio.run(story())


def test_a_single_command_records_what_it_fetched_and_nothing_without_an_answer(
    bench: Bench, history: History
) -> None:
    async def story() -> None:
        await engine_with(bench, history).poll_once()
        path = bench.folder / "state" / "history.db"
        assert percents(history) == [81]
        history.close()
        path.unlink()
        bench.cli.answers[0] = Offline(ErrorCode.OFFLINE)
        await engine_with(bench, history).poll_once()
        assert not path.exists()

    asyncio.run(story())


def test_what_an_earlier_run_got_is_shown_and_not_recorded_again(bench: Bench, history: History) -> None:
    async def story() -> None:
        await engine_with(bench, history).poll_once()
        assert history.clear()
        bench.cli.answers[0] = Offline(ErrorCode.OFFLINE)
        engine = engine_with(bench, history)
        engine.start_polling()
        await until(lambda: engine.snapshot.reading is not None and engine.snapshot.problem is not None)
        bench.cli.answers[0] = Fetched(reading(session(82), fetched_at=after(5)))
        bench.clock.advance(600)
        await engine.refresh()
        await until(lambda: percents(history))
        await engine.tasks.stop()
        assert percents(history) == [82]

    asyncio.run(story())


@pytest.mark.parametrize("is_verified", [True, False])
def test_the_history_is_told_whether_a_server_has_told_the_time(
    bench: Bench, history: History, is_verified: bool
) -> None:
    async def story() -> None:
        bench.clock.is_verified = is_verified
        record(history, session(40), minutes=60 * 24 * 365)
        await engine_with(bench, history).poll_once()
        assert percents(history) == ([81] if is_verified else [81, 40])

    asyncio.run(story())


def test_a_history_that_cannot_be_kept_is_said_beside_the_numbers(bench: Bench, history: History) -> None:
    async def story() -> None:
        path = bench.folder / "state" / "history.db"
        path.mkdir(parents=True)
        engine = engine_with(bench, history)
        engine.start_polling()
        await until(lambda: [each.code for each in engine.snapshot.notices] == [ErrorCode.HISTORY_UNKEPT])
        assert engine.snapshot.reading is not None
        path.rmdir()
        bench.clock.advance(300)
        bench.cli.answers[0] = Fetched(reading(session(82), fetched_at=after(5)))
        await engine.refresh()
        await until(lambda: not engine.snapshot.notices)
        await engine.tasks.stop()
        assert percents(history) == [81, 82]

    asyncio.run(story())


def test_damage_that_no_reading_meets_is_found_and_said(bench: Bench, history: History) -> None:
    async def story() -> None:
        record_all(
            history, *(reading(session(n % 90), fetched_at=after(-10 * n)) for n in range(3000, 0, -1))
        )
        history.close()
        with (bench.folder / "state" / "history.db").open("r+b") as file:
            file.seek(12 * 4096)
            file.write(b"\0" * 4096)
        engine = engine_with(bench, history)
        engine.start_polling()
        await until(lambda: [each.code for each in engine.snapshot.notices] == [ErrorCode.HISTORY_BROKEN])
        await engine.tasks.stop()
        assert len(percents(history)) > 2500

    asyncio.run(story())


def test_a_full_disk_is_said_once_not_for_the_state_and_for_the_history(
    bench: Bench, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_path: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    async def story() -> None:
        monkeypatch.setattr(connecting, "make_private_folder", refuse)
        bench.state = FullDisk(bench.state, is_full=True)
        bench.check_every_s = 0.02
        engine = engine_with(bench, history)
        engine.notice(Problem(ErrorCode.STATE_UNWRITABLE), present=True)
        engine.start_polling()
        await until(lambda: history.problems)
        await bench.until_checked()
        codes = [each.code for each in engine.snapshot.notices]
        await engine.tasks.stop()
        assert ErrorCode.HISTORY_UNKEPT not in codes

    asyncio.run(story())


def test_what_is_wrong_with_the_database_alone_is_said_beside_a_disk_that_takes_no_state(
    bench: Bench, history: History
) -> None:
    async def story() -> None:
        path = bench.folder / "state" / "history.db"
        path.mkdir(parents=True)
        bench.state = FullDisk(bench.state, is_full=True)
        engine = engine_with(bench, history)
        engine.notice(Problem(ErrorCode.STATE_UNWRITABLE), present=True)
        engine.start_polling()
        await until(lambda: ErrorCode.HISTORY_UNKEPT in {each.code for each in engine.snapshot.notices})
        await engine.tasks.stop()

    asyncio.run(story())


def test_a_fault_is_said_before_anything_is_asked_and_ends_by_itself(
    bench: Bench, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Budgets are in the same database, so a fault may leave no request to be sent."""

    async def story() -> None:
        monkeypatch.setattr("claudometer.engine.recording_history.RETRY_S", 0.05)
        path = bench.folder / "state" / "history.db"
        path.mkdir(parents=True)
        bench.state = StoredState(history.disk, path.with_name("state.json"))
        bench.cli.answers[0] = Fetched(reading(session(40), fetched_at=after(1)))
        engine = engine_with(bench, history)
        await engine.recall()
        engine.start_polling()
        await until(lambda: engine.snapshot.reading is not None)
        assert {each.code for each in engine.snapshot.notices} == {ErrorCode.HISTORY_UNKEPT}
        path.rmdir()
        await until(lambda: not engine.snapshot.notices)
        with closing(History(path)) as other:
            assert percents(other) == [40]
        await engine.tasks.stop()

    asyncio.run(story())


class FailingHistory:
    """A history on a drive whose every call fails; with ``responds`` set, readings can be recorded."""

    problems: tuple[Problem, ...] = ()
    is_failing = False

    def __init__(self) -> None:
        self.responds = threading.Event()
        self.recorded: list[float | None] = []

    def record(
        self,
        readings: Sequence[Reading],
        *,
        now: Callable[[], datetime],
        gap_s: float,
        is_verified: bool = False,
    ) -> None:
        if not self.responds.is_set():
            raise OSError(errno.EIO, "the drive does not respond")
        self.recorded += [each.limits[0].percent for each in readings]

    def series(self, account: AccountKey | None = None) -> list[Series]:
        raise OSError(errno.EIO, "the drive does not respond")

    def points(self, key: LimitKey, since: datetime, until: datetime | None = None) -> list[Point]:
        raise OSError(errno.EIO, "the drive does not respond")

    def curve(self, key: LimitKey, since: datetime, until: datetime) -> list[Point]:
        raise OSError(errno.EIO, "the drive does not respond")

    def resets(
        self,
        *,
        account: AccountKey | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> list[LimitReset]:
        raise OSError(errno.EIO, "the drive does not respond")

    def requests(self, now: datetime) -> tuple[list[RequestRecord], Problem | None]:
        raise OSError(errno.EIO, "the drive does not respond")

    def forecasts(self, key: LimitKey, since_s: float) -> list[SaidForecast]:
        raise OSError(errno.EIO, "the drive does not respond")

    def check(self) -> None:
        raise OSError(errno.EIO, "the drive does not respond")

    def keep_forecasts(self, key: LimitKey, forecasts: Sequence[SaidForecast]) -> None:
        raise OSError(errno.EIO, "the drive does not respond")

    def retry(self) -> None:
        raise OSError(errno.EIO, "the drive does not respond")

    def stay_open(self) -> None:
        """Nothing is open."""

    def close(self) -> None:
        """Do nothing."""

    def end(self) -> None:
        """Do nothing."""


def test_readings_wait_for_a_drive_that_does_not_respond(bench: Bench) -> None:
    async def story() -> None:
        history = FailingHistory()
        engine = engine_with(bench, history)
        engine.start_polling()
        await until(lambda: engine.snapshot.reading is not None)
        for number in range(3):
            bench.cli.answers[0] = Fetched(reading(session(40 + number), fetched_at=after(5 + number)))
            bench.clock.advance(600)
            await engine.refresh()
        history.responds.set()
        bench.cli.answers[0] = Fetched(reading(session(50), fetched_at=after(60)))
        await engine.refresh()
        await until(lambda: history.recorded == [81, 40, 41, 42, 50])
        await engine.tasks.stop()

    asyncio.run(story())
