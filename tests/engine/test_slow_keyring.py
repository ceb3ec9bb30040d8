"""Tests a slow or hanging keyring: its late result does not undo what the user did in the meantime."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.domain.secret import Secret
from claudometer.domain.usage import Mode
from claudometer.engine.slow_keyring import AsyncSecretStore
from claudometer.vault.memory import MemoryStore
from tests.engine.served import ServedBench
from tests.settings_with import settings_with
from tests.simulator import SESSION_KEY
from tests.simulator.fixtures import simulator
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from claudometer.engine.engine import Engine
    from tests.simulator import Simulator

__all__ = ["simulator"]

OLD = Secret(SESSION_KEY)
TYPED = "sk-ant-sid02-CANARY-typed-0123456789"
ENOUGH_TO_BEGIN_S = 0.5  # a call that times out after it has begun, also on a busy machine
PATIENCE_S = 60.0  # longer than any test takes


class SlowStore(MemoryStore):
    """A keyring whose calls named in ``slow`` wait for ``let``.

    A slow read waits after it has read, so that its value is old. A slow write waits before it writes.
    """

    def __init__(self, secret: Secret | None = None) -> None:
        super().__init__(secret)
        self.slow: set[str] = set()
        self.begun, self.let = threading.Event(), threading.Event()

    def read(self, *, prompt: bool = False) -> Secret | None:
        kept = super().read(prompt=prompt)
        self._wait("read")
        return kept

    def write(self, secret: Secret, *, prompt: bool = False) -> None:
        self._wait("write")
        super().write(secret, prompt=prompt)

    def _wait(self, what: str) -> None:
        if what in self.slow:
            self.slow.remove(what)
            self.begun.set()
            assert self.let.wait(PATIENCE_S)


@pytest.fixture
def store() -> SlowStore:
    return SlowStore(OLD)


@pytest.fixture
def bench(
    tmp_path: Path, simulator: Simulator, store: SlowStore, monkeypatch: pytest.MonkeyPatch
) -> ServedBench:
    # The engine makes its own store, with the timeout of a real keyring: ten seconds.
    defaults = AsyncSecretStore.__init__.__kwdefaults__
    assert defaults is not None
    monkeypatch.setitem(defaults, "quiet_timeout_s", 0.5)
    simulator.account.session_keys.add(TYPED)
    bench = ServedBench(tmp_path, simulator, store=store)
    bench.settings_store.save(settings_with(mode=Mode.WEB))
    return bench


async def save_typed(engine: Engine) -> None:
    await engine.save({"session_key": TYPED})


async def save_typed_for_memory(engine: Engine) -> None:
    await engine.save({"session_key": TYPED, "remember": False})


async def forget(engine: Engine) -> None:
    await engine.forget_key()


@pytest.mark.parametrize(
    ("act", "in_keyring", "in_use"),
    [(forget, None, None), (save_typed, TYPED, "known"), (save_typed_for_memory, None, "known")],
)
def test_a_late_read_does_not_undo_what_the_user_did_in_the_meantime(
    bench: ServedBench,
    simulator: Simulator,
    store: SlowStore,
    act: Callable[[Engine], Awaitable[None]],
    in_keyring: str | None,
    in_use: str | None,
) -> None:
    engine = bench.engine()
    store.slow.add("read")

    async def story() -> None:
        polling = asyncio.create_task(engine.poll_once())
        await until(store.begun.is_set)
        await act(engine)
        simulator.account.session_keys = {TYPED}
        store.let.set()
        await polling
        simulator.requests.clear()
        await engine.poll_once()

    asyncio.run(story())
    assert store.read() == (Secret(in_keyring) if in_keyring else None)
    assert {request.credential for request in simulator.requests} == ({in_use} if in_use else set())


def test_a_write_that_timed_out_does_not_restore_a_key_deleted_after_it(store: SlowStore) -> None:
    patient = AsyncSecretStore(store, quiet_timeout_s=ENOUGH_TO_BEGIN_S, prompt_timeout_s=PATIENCE_S)
    store.slow.add("write")

    async def story() -> None:
        with pytest.raises(ClaudometerError) as late:
            await patient.write(Secret(TYPED), prompt=False)
        assert late.value.code is ErrorCode.KEYRING_FAILED
        assert store.begun.is_set()
        forgetting = asyncio.create_task(patient.delete(prompt=True))
        await asyncio.sleep(0.05)
        assert not forgetting.done(), "the delete waits for the write"
        store.let.set()
        await forgetting

    asyncio.run(story())
    assert store.read() is None


def test_a_delete_that_timed_out_before_it_began_never_happens(store: SlowStore) -> None:
    """Its caller got an error, so the key must stay."""
    impatient = AsyncSecretStore(store, quiet_timeout_s=ENOUGH_TO_BEGIN_S, prompt_timeout_s=PATIENCE_S)
    store.slow.add("write")

    async def story() -> None:
        for call in (impatient.write(Secret(TYPED), prompt=False), impatient.delete(prompt=False)):
            with pytest.raises(ClaudometerError):
                await call
            assert store.begun.is_set(), "the write is under way, and the delete waits for it"
        store.let.set()
        await impatient.write(Secret(TYPED), prompt=True)

    asyncio.run(story())
    assert store.read() == Secret(TYPED)


def test_reads_and_checks_do_not_wait_for_the_dialog_of_a_write(store: SlowStore) -> None:
    patient = AsyncSecretStore(store, prompt_timeout_s=PATIENCE_S)
    store.slow.add("write")

    async def story() -> None:
        writing = asyncio.create_task(patient.write(Secret(TYPED), prompt=True))
        await until(store.begun.is_set)
        assert await patient.read(prompt=False) == OLD
        await patient.check()
        assert not writing.done()
        store.let.set()
        await writing

    asyncio.run(story())


class HangingStore(MemoryStore):
    """A keyring whose reads and checks block until ``let`` is set."""

    def __init__(self) -> None:
        super().__init__(OLD)
        self.let = threading.Event()
        self.calls = 0

    def read(self, *, prompt: bool = False) -> Secret | None:
        self._hang()
        return super().read(prompt=prompt)

    def check(self) -> None:
        self._hang()

    def _hang(self) -> None:
        self.calls += 1
        assert self.let.wait(PATIENCE_S)


def test_a_hanging_keyring_gets_one_call_of_each_kind_and_later_calls_fail_immediately() -> None:
    hanging = HangingStore()
    store = AsyncSecretStore(hanging, quiet_timeout_s=0.1)

    async def call_repeatedly() -> None:
        for _ in range(20):
            for call in (store.read(prompt=False), store.check()):
                with pytest.raises(ClaudometerError) as late:
                    await call
                assert late.value.code is ErrorCode.KEYRING_FAILED

    asyncio.run(call_repeatedly())
    assert hanging.calls == 2, "each blocked call keeps a thread, so there must be few"
    hanging.let.set()


def test_a_keyring_that_no_longer_hangs_is_used_again() -> None:
    hanging = HangingStore()
    store = AsyncSecretStore(hanging, quiet_timeout_s=0.1)

    async def read_or_none() -> Secret | None:
        with suppress(ClaudometerError):
            return await store.read(prompt=False)
        return None

    async def story() -> None:
        with pytest.raises(ClaudometerError):
            await store.read(prompt=False)
        hanging.let.set()
        async with asyncio.timeout(PATIENCE_S):
            while await read_or_none() is None:  # the call that hung ends in its thread
                await asyncio.sleep(0.01)
        assert await store.read(prompt=False) == OLD

    asyncio.run(story())


def test_two_reads_share_a_call_that_is_only_slow() -> None:
    hanging = HangingStore()
    store = AsyncSecretStore(hanging, quiet_timeout_s=PATIENCE_S)

    async def story() -> None:
        both = [asyncio.create_task(store.read(prompt=False)) for _ in range(2)]
        await until(lambda: hanging.calls == 1)
        hanging.let.set()
        assert await asyncio.gather(*both) == [OLD, OLD]

    asyncio.run(story())
