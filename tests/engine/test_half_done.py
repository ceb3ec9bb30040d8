"""Tests actions of several steps: if a step fails, they undo the others or report exactly what changed."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ClaudometerError, ErrorCode, InvalidSettingError
from claudometer.domain.outcome import Fetched
from claudometer.domain.secret import Secret
from claudometer.domain.settings import Settings
from claudometer.domain.snapshot import Problem
from claudometer.domain.usage import Mode
from claudometer.vault.memory import MemoryStore
from tests.engine.full_disk import FullDisk
from tests.engine.sources import FakeAutostart
from tests.readings import account, reading
from tests.settings_with import settings_with
from tests.waiting import TIMEOUT_S, until

if TYPE_CHECKING:
    from claudometer.domain.form_state import FormState
    from claudometer.engine.engine import Engine
    from tests.engine.sources import Bench

KEY = "sk-ant-sid02-CANARY-0123456789abcdef"
OLD = Secret("sk-ant-sid01-OLD-0123456789abcdef")
WEB: dict[str, object] = {"mode": "web", "remember": True, "session_key": KEY, "autostart": True}


def web_reading() -> Fetched:
    plain = reading()
    return Fetched(replace(plain, account=account(Mode.WEB)))


@pytest.fixture
def disk(bench: Bench) -> FullDisk:
    """A disk that is not full yet, on a bench whose web source returns a reading."""
    bench.state = disk = FullDisk(bench.state)
    bench.web.answers[0] = web_reading()
    return disk


def save(engine: Engine, **params: object) -> FormState:
    return asyncio.run(engine.save(params))


def codes(engine: Engine) -> list[ErrorCode]:
    return [notice.code for notice in engine.snapshot.notices]


def test_forgetting_a_key_on_a_full_disk_removes_it_and_reports_the_numbers_left_on_disk(
    bench: Bench, disk: FullDisk
) -> None:
    engine = bench.engine()
    save(engine, **WEB)
    assert engine.snapshot.reading is not None
    disk.is_full = True
    form = asyncio.run(engine.forget_key())
    assert form["session_key"] == {"saved": False, "where": None, "ends_at": None}
    assert bench.store.read() is None
    assert engine.snapshot.reading is None
    assert ErrorCode.NUMBERS_LEFT in codes(engine)
    assert disk.read()["readings"], "they are still on the disk"


def test_numbers_left_on_a_full_disk_are_removed_by_the_next_poll(bench: Bench, disk: FullDisk) -> None:
    engine = bench.engine()
    save(engine, **WEB)
    disk.is_full = True
    asyncio.run(engine.forget_key())
    disk.is_full = False
    asyncio.run(engine.poll_once())
    assert disk.read()["readings"] == {}
    assert codes(engine) == []


class HalfStore(MemoryStore):
    """A keyring that deletes the key and then raises."""

    def delete(self, *, prompt: bool = False) -> None:
        super().delete(prompt=prompt)
        raise ClaudometerError(ErrorCode.KEYRING_FAILED)


def test_a_key_counts_as_deleted_when_the_keyring_fails_after_deleting_it(
    bench: Bench, disk: FullDisk
) -> None:
    bench.store = HalfStore()
    engine = bench.engine()
    save(engine, **WEB)
    form = asyncio.run(engine.forget_key())
    assert form["session_key"] == {"saved": False, "where": None, "ends_at": None}
    assert disk.read()["readings"] == {}


class ClosingStore(MemoryStore):
    """A keyring that is locked after the first write."""

    def __init__(self, secret: Secret) -> None:
        super().__init__(secret)
        self.writes = 0

    def write(self, secret: Secret, *, prompt: bool = False) -> None:
        self.writes += 1
        if self.writes > 1:
            raise ClaudometerError(ErrorCode.KEYRING_LOCKED)
        super().write(secret, prompt=prompt)


def refuse_saves_after(bench: Bench, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the settings file be written ``number`` times; later saves raise SETTINGS_UNWRITABLE."""
    left = [number]
    write = bench.settings_store.save

    def save_or_fail(settings: Settings) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise ClaudometerError(ErrorCode.SETTINGS_UNWRITABLE)
        write(settings)

    monkeypatch.setattr(bench.settings_store, "save", save_or_fail)


def test_an_unwritable_settings_file_is_detected_before_keyring_and_autostart_change(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.settings_store.save(settings_with(mode=Mode.WEB))
    bench.store = store = ClosingStore(OLD)
    engine = bench.engine()
    refuse_saves_after(bench, 0, monkeypatch)
    with pytest.raises(ClaudometerError) as caught:
        save(engine, **WEB)
    assert caught.value.code is ErrorCode.SETTINGS_UNWRITABLE
    assert (store.read(), store.writes, bench.autostart.switches) == (OLD, 0, 0)


def test_a_failed_save_reports_that_only_the_key_changed_if_the_keyring_cannot_restore_the_old_one(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.settings_store.save(settings_with(mode=Mode.WEB))
    bench.store = ClosingStore(OLD)
    engine = bench.engine()
    refuse_saves_after(bench, 1, monkeypatch)
    with pytest.raises(ClaudometerError) as caught:
        save(engine, **WEB)
    assert caught.value.code is ErrorCode.ONLY_KEY_SAVED
    assert bench.store.read() == Secret(KEY)
    assert not bench.autostart.on
    assert engine.settings == bench.saved() == settings_with(mode=Mode.WEB)
    asyncio.run(engine.poll_once())
    assert bench.keys_seen[-1] == Secret(KEY), "the reported key is the one in use"


class NowLockedStore(MemoryStore):
    """A keyring that a test can lock against reading."""

    is_locked = False

    def read(self, *, prompt: bool = False) -> Secret | None:
        if self.is_locked:
            raise ClaudometerError(ErrorCode.KEYRING_LOCKED)
        return super().read(prompt=prompt)


def test_after_a_first_save_that_failed_the_keyring_is_left_alone_as_before(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.store = store = NowLockedStore()
    bench.web.answers[0] = web_reading()
    engine = bench.engine()
    refuse_saves_after(bench, 0, monkeypatch)
    with pytest.raises(ClaudometerError) as caught:
        save(engine, **WEB)
    assert (caught.value.code, store.read()) == (ErrorCode.SETTINGS_UNWRITABLE, None)
    store.is_locked = True
    bench.mode = Mode.WEB
    problem = asyncio.run(engine.poll_once()).problem
    assert problem is not None
    assert problem.code is ErrorCode.SESSION_KEY_MISSING


class OneWayAutostart(FakeAutostart):
    """Autostart that can be switched once and refuses from then on."""

    def _switch(self, *, on: bool) -> None:
        super()._switch(on=on)
        self.refuses = True


def test_a_failed_save_reports_that_only_autostart_changed_if_it_cannot_be_switched_back(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.settings_store.save(settings_with(mode=Mode.CLI))
    bench.autostart = OneWayAutostart()
    engine = bench.engine()
    refuse_saves_after(bench, 1, monkeypatch)
    with pytest.raises(ClaudometerError) as caught:
        save(engine, interval_seconds=300, autostart=True)
    assert caught.value.code is ErrorCode.ONLY_AUTOSTART_SAVED
    assert bench.autostart.on
    assert bench.saved() == settings_with(mode=Mode.CLI)


@pytest.mark.parametrize("notice", [None, Problem(ErrorCode.SETTINGS_UNREADABLE)])
def test_a_refused_save_neither_creates_nor_replaces_the_settings_file(
    bench: Bench, notice: Problem | None
) -> None:
    bench.store = LockedStore()
    path = bench.folder / "settings.json"
    if notice is not None:
        path.write_text('{"interval_seconds": 300}', encoding="utf-8")
        bench.notices = (notice,)
    before = path.read_bytes() if notice else None
    with pytest.raises(InvalidSettingError):
        save(bench.engine(), **WEB)
    assert (path.read_bytes() if path.exists() else None) == before


class LockedStore(MemoryStore):
    """A keyring that is locked."""

    def write(self, secret: Secret, *, prompt: bool = False) -> None:
        raise ClaudometerError(ErrorCode.KEYRING_LOCKED)


class UnreadableAutostart(FakeAutostart):
    """Autostart whose state cannot be read."""

    def is_enabled(self) -> bool:
        raise OSError("no such service")


def test_unreadable_autostart_is_an_error_of_its_form_field(bench: Bench) -> None:
    bench.autostart = UnreadableAutostart()
    with pytest.raises(InvalidSettingError) as caught:
        save(bench.engine(), autostart=True, interval_seconds=300)
    assert (caught.value.field, caught.value.code) == ("autostart", ErrorCode.AUTOSTART_FAILED)
    assert bench.saved() == Settings()


def test_a_save_canceled_while_it_writes_is_completed(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread that writes the settings cannot be stopped, so the key must not be undone."""
    bench.settings_store.save(settings_with(mode=Mode.WEB))
    bench.store.write(OLD)
    engine = bench.engine()
    writing, go_on = threading.Event(), threading.Event()
    write = bench.settings_store.save

    def save_slowly(settings: Settings) -> None:
        if settings.interval_seconds == 300:
            writing.set()
            assert go_on.wait(TIMEOUT_S)
        write(settings)

    monkeypatch.setattr(bench.settings_store, "save", save_slowly)

    async def scenario() -> None:
        saving = asyncio.create_task(engine.save({**WEB, "interval_seconds": 300}))
        await until(writing.is_set)
        saving.cancel()
        await asyncio.sleep(0.05)  # for the cancellation to arrive while the thread writes
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await saving

    asyncio.run(scenario())
    assert bench.saved().interval_seconds == 300
    assert bench.store.read() == Secret(KEY)
    assert bench.autostart.on


@pytest.mark.parametrize("fails", [False, True])
def test_the_credentials_check_ends_with_the_request(bench: Bench, *, fails: bool) -> None:
    engine = bench.engine()

    def crash() -> None:
        raise ZeroDivisionError

    async def scenario() -> None:
        if fails:
            bench.cli.on_fetch = crash
            with pytest.raises(ZeroDivisionError):
                await engine.poll_once()
        else:
            await engine.poll_once()
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(scenario())
