"""Tests session key renewal: a Set-Cookie of claude.ai replaces the key, and nothing else changes."""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ClaudometerError, ErrorCode, InvalidSettingError
from claudometer.domain.outcome import Status
from claudometer.domain.secret import Secret
from claudometer.domain.usage import Mode
from claudometer.engine.dependencies import Overrides
from claudometer.vault.memory import MemoryStore
from tests.engine.served import ServedBench
from tests.settings_with import settings_with
from tests.simulator import SESSION_KEY, Reply, bodies
from tests.simulator.fixtures import simulator
from tests.waiting import TIMEOUT_S, until

if TYPE_CHECKING:
    from pathlib import Path

    from claudometer.domain.form_state import KeyState
    from claudometer.domain.settings import Settings
    from claudometer.engine.engine import Engine
    from tests.simulator import Simulator

__all__ = ["simulator"]

OLD = Secret(SESSION_KEY)
NEW = "sk-ant-sid02-CANARY-renewed-0123456789"
NEWEST = "sk-ant-sid02-CANARY-renewed-again-0123456789"
TYPED = "sk-ant-sid02-CANARY-typed-0123456789"


class StubbornStore(MemoryStore):
    """A keyring that is locked while ``refuses``, and records whether a call allowed its dialog."""

    refuses = False
    prompted = False

    def write(self, secret: Secret, *, prompt: bool = False) -> None:
        self.prompted = self.prompted or prompt
        if self.refuses:
            raise ClaudometerError(ErrorCode.KEYRING_LOCKED)
        super().write(secret, prompt=prompt)


@pytest.fixture
def store() -> StubbornStore:
    store = StubbornStore()
    store.write(OLD)
    return store


@pytest.fixture
def bench(tmp_path: Path, simulator: Simulator, store: StubbornStore) -> ServedBench:
    """A bench in web mode with a key in the keyring."""
    bench = ServedBench(tmp_path, simulator, store=store)
    bench.settings_store.save(settings_with(mode=Mode.WEB))
    return bench


def renewal(simulator: Simulator, new: str) -> Reply:
    """Return a usage response that sets a new key; the server accepts it beside the old ones."""
    simulator.account.session_keys.add(new)
    body = simulator.account.usage(simulator.now())
    return Reply(body=body, cookies=[f"sessionKey={new}; Path=/; HttpOnly"])


def renew(simulator: Simulator, new: str) -> None:
    """Make the next usage response set a new key."""
    simulator.usage.queue(renewal(simulator, new))


def accept_only(simulator: Simulator, *keys: str) -> None:
    simulator.account.session_keys = set(keys)


def poll(engine: Engine) -> None:
    asyncio.run(engine.poll_once())


def key_in_form(engine: Engine) -> KeyState:
    return asyncio.run(engine.form())["session_key"]


def account_of(engine: Engine) -> str:
    assert engine.snapshot.reading is not None
    return engine.snapshot.reading.account.id


def test_the_new_key_is_used_and_saved_in_the_keyring(
    bench: ServedBench, simulator: Simulator, store: StubbornStore
) -> None:
    engine = bench.engine()
    renew(simulator, NEW)
    poll(engine)
    accept_only(simulator, NEW)
    poll(engine)
    assert engine.snapshot.status is Status.OK
    assert store.read() == Secret(NEW)
    assert not store.prompted, "a poll opens no dialog"
    assert engine.snapshot.notices == ()


def test_the_account_stays_the_same_across_renewals_and_restarts(
    bench: ServedBench, simulator: Simulator
) -> None:
    engine = bench.engine()
    poll(engine)
    account = account_of(engine)
    for new in (NEW, NEWEST):
        renew(simulator, new)
        poll(engine)
        assert account_of(engine) == account
    endpoints = [request.endpoint for request in simulator.requests]
    assert endpoints.count("organizations") == 1, "the list belongs to the account, not to the key"
    restarted = bench.engine()
    asyncio.run(restarted.recall())
    assert account_of(restarted) == account
    assert "CANARY" not in (bench.folder / "state" / "state.json").read_text(encoding="utf-8")


def test_a_key_renewed_by_the_organizations_response_is_used_for_the_usage_request(
    bench: ServedBench, simulator: Simulator
) -> None:
    cookies = [f"sessionKey={NEW}"]
    simulator.organizations.answer(200, simulator.account.organizations, cookies=cookies)
    accept_only(simulator, NEW)
    engine = bench.engine()
    poll(engine)
    assert engine.snapshot.status is Status.OK
    assert [request.credential for request in simulator.requests] == ["unknown", "known"]


@pytest.mark.parametrize(
    "reply",
    [
        Reply(401, bodies.YOUNG_KEY.body),
        Reply(403, bodies.DEAD_SESSION.body),
        bodies.CHALLENGE,
        bodies.SERVER_ERROR,
        bodies.rate_limit("300"),
        Reply(200, "<html>Log in to the hotel</html>"),
        Reply(200, {"error": {"type": "overloaded_error", "message": "busy"}}),
        Reply(200, {}),
        bodies.LOGIN_REDIRECT,
    ],
)
def test_an_error_or_a_page_of_another_server_sets_no_key(
    bench: ServedBench, simulator: Simulator, store: StubbornStore, reply: Reply
) -> None:
    cookies = [f"sessionKey={NEW}; Path=/"]
    simulator.usage.answer(reply.status, reply.body, headers=reply.headers, cookies=cookies)
    poll(bench.engine())
    assert store.read() == OLD


def test_an_empty_or_expired_cookie_leaves_the_key(
    bench: ServedBench, simulator: Simulator, store: StubbornStore
) -> None:
    body = simulator.account.usage(simulator.now())
    for cookie in ('sessionKey=""; Max-Age=0; Path=/', "sessionKey=; Path=/", f"lastKey=x; sessionKey={NEW}"):
        simulator.usage.answer(200, body, cookies=[cookie])
        poll(bench.engine())
        assert store.read() == OLD


def test_a_key_kept_in_memory_is_renewed_in_memory(bench: ServedBench, simulator: Simulator) -> None:
    simulator.account.session_keys.add(TYPED)
    engine = bench.engine()
    asyncio.run(engine.save({"session_key": TYPED, "remember": False}))
    renew(simulator, NEW)
    poll(engine)
    accept_only(simulator, NEW)
    poll(engine)
    assert engine.snapshot.status is Status.OK
    assert bench.store.read() is None


def test_a_key_from_the_environment_is_renewed_for_this_run_only(
    bench: ServedBench, simulator: Simulator, store: StubbornStore
) -> None:
    simulator.account.session_keys.add(TYPED)
    bench.overrides = Overrides(session_key=Secret(TYPED))
    engine = bench.engine()
    renew(simulator, NEW)
    poll(engine)
    accept_only(simulator, NEW)
    poll(engine)
    assert engine.snapshot.status is Status.OK
    assert key_in_form(engine)["where"] == "environment"
    assert store.read() == OLD


def test_a_new_key_that_the_keyring_refuses_is_reported_and_a_click_saves_it(
    bench: ServedBench, simulator: Simulator, store: StubbornStore
) -> None:
    engine = bench.engine()
    store.refuses = True
    renew(simulator, NEW)
    poll(engine)
    accept_only(simulator, NEW)
    poll(engine)
    assert engine.snapshot.status is Status.OK, "the new key is in use"
    assert [notice.code for notice in engine.snapshot.notices] == [ErrorCode.SESSION_KEY_UNSAVED]
    assert store.read() == OLD, "the keyring still has the old one"
    asyncio.run(engine.save({"interval_seconds": 120}))
    assert [notice.code for notice in engine.snapshot.notices] == [ErrorCode.SESSION_KEY_UNSAVED]
    store.refuses = False

    async def click() -> None:
        polling = asyncio.create_task(engine.run())
        await until(lambda: not engine.snapshot.refreshing and engine.snapshot.next_poll is not None)
        await engine.refresh()
        polling.cancel()

    asyncio.run(click())
    assert store.read() == Secret(NEW)
    assert store.prompted
    assert engine.snapshot.notices == ()


def test_a_typed_key_renewed_by_the_response_that_tests_it_is_saved_as_renewed(
    bench: ServedBench, simulator: Simulator, store: StubbornStore
) -> None:
    simulator.account.session_keys.add(TYPED)
    engine = bench.engine()
    renew(simulator, NEW)
    asyncio.run(engine.save({"session_key": TYPED}))
    account = account_of(engine)
    accept_only(simulator, NEW)
    poll(engine)
    assert engine.snapshot.status is Status.OK
    assert account_of(engine) == account
    assert store.read() == Secret(NEW)


def test_a_save_that_fails_after_the_typed_key_was_renewed_can_be_repeated(
    bench: ServedBench, simulator: Simulator, store: StubbornStore
) -> None:
    simulator.account.session_keys.add(TYPED)
    engine = bench.engine()
    renew(simulator, NEW)
    store.refuses = True
    with pytest.raises(InvalidSettingError):
        asyncio.run(engine.save({"session_key": TYPED}))
    accept_only(simulator, NEW)
    store.refuses = False
    asyncio.run(engine.save({"session_key": TYPED}))
    assert store.read() == Secret(NEW)


def test_a_key_saved_by_the_user_during_a_request_is_not_replaced_by_a_renewal(
    bench: ServedBench, simulator: Simulator, store: StubbornStore
) -> None:
    simulator.account.session_keys.add(TYPED)
    engine = bench.engine()

    async def story() -> None:
        await engine.poll_once()
        arrives = simulator.usage.hold(renewal(simulator, NEW))
        polling = asyncio.create_task(engine.poll_once())
        await until(lambda: len(simulator.requests) == 3)
        await engine.save({"session_key": TYPED})
        arrives.set()
        await polling

    asyncio.run(story())
    assert store.read() == Secret(TYPED)
    accept_only(simulator, TYPED)
    poll(engine)
    assert engine.snapshot.status is Status.OK


@pytest.mark.parametrize("change", [{"session_key": TYPED}, {"remember": False}])
def test_a_failed_save_restores_the_key_that_was_renewed_during_it(
    bench: ServedBench,
    simulator: Simulator,
    store: StubbornStore,
    change: dict[str, object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    simulator.account.session_keys.add(TYPED)
    engine, save = bench.engine(), bench.settings_store.save
    written, renewed = threading.Event(), threading.Event()
    saved: list[Settings] = []

    def refuse(settings: Settings) -> None:
        """Save the first time, when the current settings are written as a check; raise from then on."""
        saved.append(settings)
        if len(saved) > 1:
            written.set()
            assert renewed.wait(TIMEOUT_S)
            raise ClaudometerError(ErrorCode.SETTINGS_UNWRITABLE)
        save(settings)

    async def story() -> None:
        await engine.poll_once()
        monkeypatch.setattr(bench.settings_store, "save", refuse)
        arrives = simulator.usage.hold(renewal(simulator, NEW))
        polling = asyncio.create_task(engine.poll_once())
        await until(lambda: len(simulator.requests) == 3)
        saving = asyncio.create_task(engine.save(change))
        await until(written.is_set)
        arrives.set()
        await polling
        renewed.set()
        with pytest.raises(ClaudometerError):
            await saving

    asyncio.run(story())
    assert store.read() == Secret(NEW)
    accept_only(simulator, NEW)
    poll(engine)
    assert engine.snapshot.status is Status.OK


def test_a_key_forgotten_during_a_request_is_not_restored_by_a_renewal(
    bench: ServedBench, simulator: Simulator, store: StubbornStore
) -> None:
    engine = bench.engine()

    async def story() -> None:
        await engine.poll_once()
        arrives = simulator.usage.hold(renewal(simulator, NEW))
        polling = asyncio.create_task(engine.poll_once())
        await until(lambda: len(simulator.requests) == 3)
        await engine.forget_key()
        arrives.set()
        await polling

    asyncio.run(story())
    assert store.read() is None
    assert key_in_form(engine)["saved"] is False


def test_no_key_is_in_a_log_a_snapshot_or_a_file(
    bench: ServedBench, simulator: Simulator, store: StubbornStore, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    engine = bench.engine()
    renew(simulator, NEW)
    poll(engine)
    store.refuses = True
    renew(simulator, NEWEST)
    poll(engine)
    assert [notice.code for notice in engine.snapshot.notices] == [ErrorCode.SESSION_KEY_UNSAVED]
    written = b"".join(path.read_bytes() for path in bench.folder.rglob("*") if path.is_file())
    visible = f"{caplog.text} {engine.snapshot!r} {asyncio.run(engine.form())!r} {written!r}"
    assert "CANARY" not in visible
    assert "renewed the session key" in caplog.text
