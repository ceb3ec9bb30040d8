"""Tests saving the settings form: it is validated, then saved completely or not at all."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ClaudometerError, ErrorCode, InvalidSettingError
from claudometer.domain.events import SettingsChanged
from claudometer.domain.outcome import (
    Challenged,
    Fetched,
    MissingCredentials,
    Offline,
    ServerError,
    Status,
    Unauthorized,
)
from claudometer.domain.secret import Secret
from claudometer.domain.settings import AccountSettings, LocalId, Settings
from claudometer.domain.snapshot import Problem
from claudometer.domain.usage import Mode, Organization
from claudometer.engine.dependencies import Overrides
from claudometer.vault.memory import MemoryStore
from tests.readings import reading, session
from tests.settings_with import settings_with
from tests.waiting import until

if TYPE_CHECKING:
    from claudometer.domain.form_state import FormState
    from claudometer.domain.outcome import Outcome
    from claudometer.engine.engine import Engine
    from tests.engine.sources import Bench

KEY = "sk-ant-sid02-CANARY-0123456789abcdef"
OLD = Secret("sk-ant-sid01-OLD-0123456789abcdef")
WEB = {"mode": "web", "interval_seconds": 120, "organization_id": None, "remember": True, "session_key": KEY}


def save(engine: Engine, **params: object) -> FormState:
    async def recall_and_save() -> FormState:
        await engine.recall()
        return await engine.save(params)

    return asyncio.run(recall_and_save())


def test_a_valid_key_is_saved_and_the_numbers_of_its_test_are_shown(bench: Bench) -> None:
    engine = bench.engine()
    form = save(engine, **WEB)
    assert bench.store.read() == Secret(KEY)
    assert bench.keys_seen == [Secret(KEY)]
    assert bench.web.requests == 1
    assert engine.snapshot.status is Status.OK
    assert engine.snapshot.mode is Mode.WEB
    assert form["session_key"] == {"saved": True, "where": "keyring", "ends_at": None}
    assert bench.saved() == settings_with(mode=Mode.WEB, interval_seconds=120)


def test_the_account_that_is_shown_is_polled_and_changed_and_a_further_one_stays_as_it_was(
    bench: Bench,
) -> None:
    further = AccountSettings(LocalId("further"), mode=Mode.CLI, organization_id="b")
    shown = AccountSettings(LocalId("work"), mode=Mode.WEB, organization_id="a", ask_through_browser=False)
    bench.settings_store.save(Settings(shown.id, (further, shown)))
    engine = bench.engine()
    assert engine.mode is Mode.WEB
    assert not bench.wants_browser()
    assert asyncio.run(engine.form())["organization_id"] == "a"
    form = save(engine, organization_id=None, ask_through_browser=True, interval_seconds=300)
    assert form["organization_id"] is None
    changed = replace(shown, organization_id=None, ask_through_browser=True)
    assert bench.saved() == engine.settings == Settings(shown.id, (further, changed), interval_seconds=300)


def test_the_form_never_contains_the_key(bench: Bench) -> None:
    assert "CANARY" not in repr(save(bench.engine(), **WEB))
    assert "CANARY" not in (bench.folder / "settings.json").read_text(encoding="utf-8")


def test_without_remember_the_key_is_kept_in_memory_until_the_program_ends(bench: Bench) -> None:
    bench.store.write(OLD)
    form = save(bench.engine(), **(WEB | {"remember": False}))
    assert form["session_key"] == {"saved": True, "where": "memory", "ends_at": None}
    assert bench.store.read() is None
    restarted = bench.engine()
    asyncio.run(restarted.poll_once())
    assert restarted.snapshot.status is Status.MISSING_CREDENTIALS


def test_a_key_that_was_removed_in_the_keyring_itself_is_missed_and_nobody_is_called_new(
    bench: Bench,
) -> None:
    bench.mode = Mode.WEB  # the default where there is no login of Claude Code
    new = asyncio.run(bench.engine().poll_once())
    assert new.problem == Problem(ErrorCode.SESSION_KEY_MISSING)
    save(bench.engine(), **WEB)
    bench.store.delete()
    restarted = asyncio.run(bench.engine().poll_once())
    assert restarted.problem == Problem(ErrorCode.SESSION_KEY_MISSING, facts=(("chosen", "yes"),))


@pytest.mark.parametrize(
    "outcome",
    [
        Unauthorized(ErrorCode.SESSION_KEY_REJECTED),
        Offline(),
        Challenged(),
        MissingCredentials(ErrorCode.ORGANIZATIONS_NONE),
    ],
)
def test_a_key_whose_test_fails_changes_nothing(bench: Bench, outcome: Outcome) -> None:
    bench.store.write(OLD)
    bench.web.answers[0] = outcome
    engine = bench.engine()
    with pytest.raises(InvalidSettingError) as caught:
        save(engine, **(WEB | {"autostart": True}))
    assert caught.value.field == "session_key"
    assert bench.store.read() == OLD
    assert bench.saved() == Settings()
    assert not bench.autostart.on
    assert engine.mode is Mode.CLI


@pytest.mark.parametrize(
    ("outcome", "code", "facts"),
    [
        (
            Unauthorized(ErrorCode.SESSION_KEY_REJECTED),
            ErrorCode.SESSION_KEY_REFUSED,
            {"http_status": None},
        ),
        (
            ServerError(200, ErrorCode.ERROR_ANSWER, "api_error"),
            ErrorCode.ERROR_ANSWER,
            {"http_status": 200, "error_type": "api_error"},
        ),
    ],
)
def test_a_key_just_typed_has_its_own_error_codes(
    bench: Bench, outcome: Outcome, code: ErrorCode, facts: dict[str, object]
) -> None:
    bench.web.answers[0] = outcome
    with pytest.raises(InvalidSettingError) as caught:
        save(bench.engine(), **WEB)
    assert (caught.value.code, caught.value.facts) == (code, facts)


def test_a_saved_key_that_is_rejected_later_is_a_problem(bench: Bench) -> None:
    engine = bench.engine()
    save(engine, **WEB)
    bench.web.answers[0] = Unauthorized(ErrorCode.SESSION_KEY_REJECTED)
    asyncio.run(engine.poll_once())
    assert engine.snapshot.problem == Problem(ErrorCode.SESSION_KEY_REJECTED)


def test_a_key_is_saved_when_its_organization_is_still_to_be_chosen(bench: Bench) -> None:
    both = (Organization("a", "A"), Organization("b", "B"))
    bench.web.answers[0] = MissingCredentials(ErrorCode.ORGANIZATION_NEEDED, both)
    form = save(bench.engine(), **WEB)
    assert [organization["id"] for organization in form["organizations"]] == ["a", "b"]
    assert bench.store.read() == Secret(KEY)


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"interval_seconds": 9}, "interval_seconds"),
        ({"interval_seconds": 3601}, "interval_seconds"),
        ({"interval_seconds": "60"}, "interval_seconds"),
        ({"interval_seconds": True}, "interval_seconds"),
        ({"mode": "both"}, "mode"),
        ({"mode": None}, "mode"),
        ({"mode": ["web"]}, "mode"),
        ({"organization_id": 7}, "organization_id"),
        ({"organization_id": "\ud800"}, "organization_id"),
        ({"organization_id": "a\nb"}, "organization_id"),
        ({"mode": "\ud800"}, "mode"),
        ({"mode": "web", "session_key": KEY + "\ud800"}, "session_key"),
        ({"remember": "yes"}, "remember"),
        ({"autostart": 1}, "autostart"),
        ({"mode": "web", "session_key": "hello"}, "session_key"),
        ({"mode": "web", "session_key": 5}, "session_key"),
    ],
)
def test_an_invalid_field_is_named_and_nothing_is_saved(
    bench: Bench, params: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidSettingError) as caught:
        save(bench.engine(), **({"interval_seconds": 300} | params))
    assert caught.value.field == field
    assert bench.saved() == Settings()


def test_an_organization_the_account_does_not_have_is_refused(bench: Bench) -> None:
    bench.web.answers[0] = Fetched(reading(), (Organization("a", "A"),))
    engine = bench.engine()
    save(engine, **WEB)
    with pytest.raises(InvalidSettingError) as caught:
        save(engine, mode="web", organization_id="b")
    assert caught.value.field == "organization_id"
    assert save(engine, mode="web", organization_id="a")["organization_id"] == "a"


class LockedStore(MemoryStore):
    """A keyring that is locked."""

    def read(self, *, prompt: bool = False) -> Secret | None:
        raise ClaudometerError(ErrorCode.KEYRING_LOCKED)

    def write(self, secret: Secret, *, prompt: bool = False) -> None:
        raise ClaudometerError(ErrorCode.KEYRING_LOCKED)

    def delete(self, *, prompt: bool = False) -> None:
        raise ClaudometerError(ErrorCode.KEYRING_LOCKED)

    def check(self) -> None:
        raise ClaudometerError(ErrorCode.KEYRING_LOCKED)


def test_a_locked_keyring_is_an_error_of_the_field_remember_and_changes_nothing(bench: Bench) -> None:
    bench.store = LockedStore()
    with pytest.raises(InvalidSettingError) as caught:
        save(bench.engine(), **(WEB | {"autostart": True}))
    assert (caught.value.field, caught.value.code) == ("remember", ErrorCode.KEYRING_LOCKED)
    assert not bench.autostart.on
    assert bench.saved() == Settings()


def test_without_a_saved_key_a_locked_keyring_is_no_problem(bench: Bench) -> None:
    bench.store, bench.mode = LockedStore(), Mode.WEB
    snapshot = asyncio.run(bench.engine().poll_once())
    assert snapshot.problem is not None
    assert snapshot.problem.code is ErrorCode.SESSION_KEY_MISSING


def test_cli_mode_needs_no_keyring(bench: Bench) -> None:
    bench.store = LockedStore()
    assert save(bench.engine(), mode="cli", interval_seconds=300)["interval_seconds"] == 300


def test_forgetting_a_key_fails_while_the_keyring_is_locked(bench: Bench) -> None:
    bench.store = LockedStore()
    engine = bench.engine()
    with pytest.raises(ClaudometerError) as caught:
        asyncio.run(engine.forget_key())
    assert caught.value.code is ErrorCode.KEYRING_LOCKED


def test_key_and_settings_are_unchanged_when_autostart_fails(bench: Bench) -> None:
    bench.store.write(OLD)
    bench.autostart.refuses = True
    with pytest.raises(InvalidSettingError) as caught:
        save(bench.engine(), **(WEB | {"autostart": True}))
    assert caught.value.field == "autostart"
    assert bench.store.read() == OLD
    assert bench.saved() == Settings()


def test_key_and_autostart_are_unchanged_when_the_settings_file_cannot_be_written(bench: Bench) -> None:
    bench.store.write(OLD)
    engine = bench.engine()
    (bench.folder / "settings.json").mkdir()
    with pytest.raises(ClaudometerError) as caught:
        save(engine, **(WEB | {"autostart": True}))
    assert caught.value.code is ErrorCode.NOT_A_FILE
    assert bench.store.read() == OLD
    assert not bench.autostart.on
    assert engine.mode is Mode.CLI


def test_forgetting_removes_the_key_and_its_numbers(bench: Bench) -> None:
    engine = bench.engine()
    bench.web.answers[0] = Fetched(reading(session(5.0)))
    save(engine, **WEB)
    form = asyncio.run(engine.forget_key())
    assert bench.store.read() is None
    assert form["session_key"] == {"saved": False, "where": None, "ends_at": None}
    assert engine.snapshot.reading is None


def test_switching_remember_on_moves_the_key_into_the_keyring(bench: Bench) -> None:
    engine = bench.engine()
    save(engine, **(WEB | {"remember": False}))
    assert bench.store.read() is None
    save(engine, mode="web", remember=True)
    assert bench.store.read() == Secret(KEY)


def test_the_event_for_new_settings_is_published_after_they_are_saved(bench: Bench) -> None:
    events: list[tuple[SettingsChanged, Settings]] = []
    bench.bus.subscribe(SettingsChanged, lambda event: events.append((event, bench.saved())))
    save(bench.engine(), interval_seconds=300)
    assert [(event.settings, on_disk) for event, on_disk in events] == [(Settings(interval_seconds=300),) * 2]


def test_the_environment_overrides_the_settings_and_is_never_saved(bench: Bench) -> None:
    bench.overrides = Overrides(mode=Mode.WEB, interval_seconds=30, session_key=Secret(KEY))
    engine = bench.engine()
    assert engine.mode is Mode.WEB
    form = save(engine, interval_seconds=300, mode="cli")
    assert form["interval_seconds"] == 30
    assert form["overrides"] == ["mode", "interval_seconds", "session_key"]
    assert form["session_key"] == {"saved": True, "where": "environment", "ends_at": None}
    assert bench.saved().interval_seconds == 300
    assert bench.store.read() is None


def test_a_mode_is_chosen_by_the_environment_or_by_a_save_of_it_and_by_nothing_else(bench: Bench) -> None:
    engine = bench.engine()
    assert not engine.snapshot.is_mode_chosen
    save(engine, interval_seconds=300)
    assert not engine.snapshot.is_mode_chosen
    save(engine, mode="cli")
    assert engine.snapshot.is_mode_chosen
    bench.overrides = Overrides(mode=Mode.WEB)
    assert bench.engine().snapshot.is_mode_chosen


class PromptingStore(MemoryStore):
    """A locked keyring that opens only through its dialog, and records which reads allowed the dialog."""

    def __init__(self) -> None:
        super().__init__()
        self.prompts: list[bool] = []

    def read(self, *, prompt: bool = False) -> Secret | None:
        self.prompts.append(prompt)
        if not prompt:
            raise ClaudometerError(ErrorCode.KEYRING_LOCKED)
        return OLD


def test_only_a_click_opens_the_keyrings_dialog(bench: Bench) -> None:
    bench.store = store = PromptingStore()
    bench.settings_store.save(settings_with(mode=Mode.WEB))
    engine = bench.engine()

    async def scenario() -> None:
        task = asyncio.create_task(engine.run())
        await until(lambda: engine.snapshot.status is not Status.STARTING)
        assert not any(store.prompts)
        await engine.refresh()
        task.cancel()

    asyncio.run(scenario())
    assert store.prompts[-1]
    assert engine.snapshot.status is Status.OK


def test_a_save_removes_the_notice_about_the_settings_file(bench: Bench) -> None:
    engine = bench.engine()
    engine.notice(Problem(ErrorCode.SETTINGS_BROKEN), present=True)
    save(engine, interval_seconds=300)
    assert engine.snapshot.notices == ()


def test_a_save_keeps_the_other_notices(bench: Bench) -> None:
    engine = bench.engine()
    notice = Problem(ErrorCode.TRAY_HOST_MISSING)
    engine.notice(notice, present=True)
    save(engine, interval_seconds=300)
    assert engine.snapshot.notices == (notice,)
