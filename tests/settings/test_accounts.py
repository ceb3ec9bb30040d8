"""Tests the accounts in the settings file: of this version, version 1, a newer one, and unusable ones."""

from __future__ import annotations

import json
import tempfile
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.domain.errors import ErrorCode
from claudometer.domain.settings import AccountSettings, LocalId, Settings
from claudometer.domain.usage import Mode
from claudometer.settings.schema import SCHEMA_VERSION
from claudometer.settings.store import Loaded, SettingsStore
from tests.settings_with import settings_with

ALERTS = {
    "alert_thresholds": [75, 90, 100],
    "alert_limits_off": [],
    "alert_own_thresholds": {},
    "alert_forecast": True,
    "alert_reset": True,
    "alert_login": True,
    "alert_credit": True,
    "alert_key": True,
    "quiet_hours": False,
    "quiet_from": "22:00",
    "quiet_to": "08:00",
}
ICON = {
    "icon_number": "fullest",
    "icon_colors": "color",
    "icon_label": False,
    "icon_text": "number",
    "percents": "used",
    "without_tray": "ask",
}
VERSION_1 = {
    "schema_version": 1,
    "mode": "web",
    "interval_seconds": 300,
    "organization_id": "a",
    "claude_folder": "/home/jörg/.claude",
    "remember_session_key": False,
    "ask_through_browser": False,
    "check_daily": True,
}
IN_BOTH = settings_with(
    mode=Mode.WEB,
    interval_seconds=300,
    organization_id="a",
    claude_folder="/home/jörg/.claude",
    remember_session_key=False,
    ask_through_browser=False,
    check_daily=True,
)
VERSION_2 = {
    "schema_version": 2,
    "shown": "default",
    "accounts": {
        "default": {
            "mode": "web",
            "organization_id": "a",
            "claude_folder": "/home/jörg/.claude",
            "remember_session_key": False,
            "ask_through_browser": False,
        }
    },
    "interval_seconds": 300,
    "check_daily": True,
    **ICON,
    **ALERTS,
}
OF_ONE_ACCOUNT = [field.name for field in fields(AccountSettings) if field.name != "id"]
WORK = AccountSettings(LocalId("work"), mode=Mode.CLI)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.json"


@pytest.fixture
def store(path: Path) -> SettingsStore:
    return SettingsStore(path)


def write(path: Path, members: dict[str, Any]) -> None:
    path.write_text(json.dumps(members), encoding="utf-8")


def read(path: Path) -> Any:  # noqa: ANN401 - any JSON
    return json.loads(path.read_text(encoding="utf-8"))


def names(loaded: Loaded) -> object:
    """Return the names of the members in the notice, or ``None`` without a notice."""
    if loaded.problem is None:
        return None
    assert loaded.problem.code is ErrorCode.SETTINGS_VALUE_IGNORED
    return dict(loaded.problem.facts)["names"]


def test_a_new_file_has_one_account_and_an_order_for_people(path: Path, store: SettingsStore) -> None:
    store.save(IN_BOTH)
    assert read(path) == VERSION_2
    assert list(read(path)) == list(VERSION_2)


def test_a_file_of_version_1_is_read_in_full_and_converted_when_it_is_saved(
    path: Path, store: SettingsStore
) -> None:
    write(path, VERSION_1 | {"hologram": 3})
    assert store.load() == Loaded(IN_BOTH)
    assert read(path) == VERSION_1 | {"hologram": 3}, "reading changes nothing"
    store.save(IN_BOTH)
    assert read(path) == VERSION_2 | {"hologram": 3}
    assert store.load() == Loaded(IN_BOTH)


def test_members_that_version_1_writes_beside_the_accounts_are_ignored_and_removed(
    path: Path, store: SettingsStore
) -> None:
    beside = {name: VERSION_1[name] for name in OF_ONE_ACCOUNT} | {"mode": "cli", "organization_id": None}
    write(path, VERSION_2 | beside)
    assert store.load() == Loaded(IN_BOTH)
    store.save(IN_BOTH)
    assert read(path) == VERSION_2


def test_members_of_another_version_survive_a_save_also_in_an_account(
    path: Path, store: SettingsStore
) -> None:
    account = {"mode": "web", "hologram": {"depth": 3}}
    write(path, {"schema_version": 2, "accounts": {"default": account}, "smell": 1})
    store.save(replace(store.load().settings, check_daily=True))
    saved = read(path)
    assert saved["smell"] == 1
    assert saved["accounts"]["default"]["hologram"] == {"depth": 3}
    assert list(saved["accounts"]["default"])[:2] == ["mode", "hologram"], "the order stays"


@pytest.mark.parametrize(
    "further",
    [
        {"mode": "cli", "hologram": 1},
        {"mode": "telepathy", "claude_folder": "relative"},
        {},
        7,
        None,
    ],
)
@pytest.mark.parametrize("further_id", ["work", "My Work", "\ud800", ""])
def test_further_accounts_survive_a_save_unchanged_and_without_a_notice(
    path: Path, store: SettingsStore, further_id: str, further: object
) -> None:
    write(path, {"shown": "default", "accounts": {further_id: further, "default": {"mode": "web"}}})
    loaded = store.load()
    assert loaded.settings.account == AccountSettings(mode=Mode.WEB)
    assert loaded.problem is None
    store.save(loaded.settings.with_account(replace(loaded.settings.account, mode=Mode.CLI)))
    assert read(path)["accounts"][further_id] == further
    assert store.load().settings.account.mode is Mode.CLI


def test_the_configured_account_is_shown(path: Path, store: SettingsStore) -> None:
    write(path, {"shown": "work", "accounts": {"default": {"mode": "web"}, "work": {"mode": "cli"}}})
    settings = store.load().settings
    assert settings == Settings(WORK.id, (AccountSettings(mode=Mode.WEB), WORK))
    assert settings.account == WORK


def test_a_changed_further_account_is_saved(path: Path, store: SettingsStore) -> None:
    write(path, {"shown": "default", "accounts": {"default": {}, "work": {"mode": "web", "hologram": 1}}})
    settings = store.load().settings.with_account(WORK)
    home = AccountSettings(LocalId("home"), organization_id="a")
    store.save(settings.with_account(home))
    assert store.load() == Loaded(Settings(accounts=(AccountSettings(), WORK, home)))
    assert read(path)["accounts"]["work"]["hologram"] == 1


@pytest.mark.parametrize("shown", ["nobody", "", None, 7, [], {}])
def test_if_shown_names_no_account_the_first_is_used(path: Path, store: SettingsStore, shown: object) -> None:
    write(path, {"shown": shown, "accounts": {"work": {"mode": "cli"}, "default": {}}})
    loaded = store.load()
    assert loaded.settings.account == WORK
    assert names(loaded) == "shown"
    store.save(loaded.settings)
    assert store.load() == Loaded(loaded.settings)
    assert read(path)["shown"] == "work"


def test_without_shown_the_first_account_is_used(path: Path, store: SettingsStore) -> None:
    write(path, {"accounts": {"work": {"mode": "cli"}, "default": {}}})
    assert store.load() == Loaded(Settings(WORK.id, (WORK, AccountSettings())))


@pytest.mark.parametrize(
    ("accounts", "named"),
    [
        (7, "accounts"),
        (None, "accounts"),
        ([{"mode": "web"}], "accounts"),
        ({"My Work": {"mode": "web"}}, "accounts"),
        ({"default": 7}, "accounts.default"),
        ({"default": {"mode": "telepathy"}}, "accounts.default.mode"),
        (
            {"default": {"mode": 7, "organization_id": "", "remember_session_key": True}},
            "accounts.default.mode, accounts.default.organization_id",
        ),
        ({}, None),
        ({"default": {}}, None),
    ],
)
def test_only_the_unusable_parts_of_accounts_are_ignored_and_named(
    path: Path, store: SettingsStore, accounts: object, named: str | None
) -> None:
    write(path, {"accounts": accounts, "interval_seconds": 300})
    loaded = store.load()
    assert loaded.settings == Settings(interval_seconds=300)
    assert names(loaded) == named
    store.save(loaded.settings)
    assert store.load() == Loaded(loaded.settings), "saving replaces them by the defaults"


NEWER = {
    "schema_version": 3,
    "shown": ["default", "work"],
    "accounts": {"default": {"mode": "local", "organization_id": 7}, "work": "elsewhere"},
    "interval_seconds": 7200,
    "mode": "a member with a new meaning",
}


def test_values_that_only_a_newer_version_can_use_survive_until_the_user_changes_them(
    path: Path, store: SettingsStore
) -> None:
    write(path, NEWER)
    settings = replace(store.load().settings, check_daily=True)
    store.save(settings)
    assert read(path) == NEWER | ICON | ALERTS | {"check_daily": True}
    settings = settings.with_account(replace(settings.account, mode=Mode.WEB))
    store.save(replace(settings, interval_seconds=120))
    saved = read(path)
    assert saved["accounts"]["default"].items() >= {"mode": "web", "organization_id": 7}.items()
    assert saved["accounts"]["work"] == "elsewhere"
    assert saved["interval_seconds"] == 120
    assert saved["shown"] == NEWER["shown"]
    assert saved["mode"] == NEWER["mode"]


@pytest.mark.parametrize(
    "off", [["weekly:fable", 7], {"weekly:fable": "reset"}, ["x"] * 101, ["\ud800"], [""], "session", None]
)
def test_limits_that_are_off_in_a_form_of_a_newer_version_survive_a_save(
    path: Path, store: SettingsStore, off: object
) -> None:
    write(path, {"schema_version": 3, "alert_limits_off": off})
    loaded = store.load()
    assert loaded.settings.alert_limits_off == ()
    store.save(replace(loaded.settings, check_daily=True))
    assert read(path)["alert_limits_off"] == off
    store.save(replace(loaded.settings, alert_limits_off=("session",)))
    assert read(path)["alert_limits_off"] == ["session"]


def test_limits_that_are_off_are_kept_in_order_and_once(path: Path, store: SettingsStore) -> None:
    write(path, {"alert_limits_off": ["weekly:gone", "session", "weekly:gone"]})
    assert store.load().settings.alert_limits_off == ("session", "weekly:gone")


@pytest.mark.parametrize(
    "own", [{"session": [0]}, {"session": 75}, {"": [75]}, [["session", [75]]], {"session": ["75"]}, None]
)
def test_thresholds_of_one_limit_in_a_form_of_a_newer_version_survive_a_save(
    path: Path, store: SettingsStore, own: object
) -> None:
    write(path, {"schema_version": 3, "alert_own_thresholds": own})
    loaded = store.load()
    assert loaded.settings.alert_own_thresholds == {}
    store.save(replace(loaded.settings, check_daily=True))
    assert read(path)["alert_own_thresholds"] == own


def test_thresholds_of_one_limit_are_kept_in_order(path: Path, store: SettingsStore) -> None:
    write(path, {"alert_own_thresholds": {"weekly": [100, 50, 50], "session": []}})
    kept = store.load().settings.alert_own_thresholds
    assert list(kept.items()) == [("session", ()), ("weekly", (50, 100))]
    store.save(replace(store.load().settings, check_daily=True))
    assert read(path)["alert_own_thresholds"] == {"session": [], "weekly": [50, 100]}


@pytest.mark.parametrize("accounts", [["of", "another", "form"], {"default": "of another form"}])
def test_accounts_in_a_form_of_a_newer_version_survive_until_the_user_changes_them(
    path: Path, store: SettingsStore, accounts: object
) -> None:
    write(path, {"schema_version": 3, "accounts": accounts})
    settings = replace(store.load().settings, check_daily=True)
    store.save(settings)
    assert read(path)["accounts"] == accounts
    store.save(settings.with_account(AccountSettings(mode=Mode.WEB)))
    assert store.load() == Loaded(settings_with(mode=Mode.WEB, check_daily=True))


def test_settings_without_the_shown_account_or_with_a_repeated_id_are_impossible() -> None:
    for accounts in ((), (WORK,), (AccountSettings(), AccountSettings(mode=Mode.CLI))):
        with pytest.raises(ValueError, match="account"):
            Settings(accounts=accounts)


SCALARS = st.sampled_from(
    [None, True, 1, 2, 3, 300, 1.5, float("inf"), "", "web", "default", "work", "/a", "\ud800", "\n"]
)
JSON = SCALARS | st.lists(SCALARS, max_size=2) | st.dictionaries(st.sampled_from(["mode", "x"]), SCALARS)
ACCOUNT = st.dictionaries(st.sampled_from([*OF_ONE_ACCOUNT, "id", "hologram"]), JSON, max_size=4) | JSON
ACCOUNTS = st.dictionaries(st.sampled_from(["default", "work", "My Work", "\ud800"]), ACCOUNT) | JSON


@st.composite
def files(draw: st.DrawFn) -> dict[str, Any]:
    """Draw an object with members of both versions, usable or not."""
    common = ["schema_version", "shown", "interval_seconds", "check_daily", "hologram", *OF_ONE_ACCOUNT]
    members = draw(st.dictionaries(st.sampled_from(common), JSON, max_size=6))
    return members | ({"accounts": draw(ACCOUNTS)} if draw(st.booleans()) else {})


@given(saved=files())
def test_any_object_can_be_loaded_and_saving_it_changes_no_setting(
    saved: dict[str, Any],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "settings.json"
        write(path, saved)
        store = SettingsStore(path)
        loaded = store.load()
        store.save(loaded.settings)
        again = store.load()
        assert again.settings == loaded.settings
        version = saved.get("schema_version", 1)
        is_newer = isinstance(version, int) and version > SCHEMA_VERSION
        assert again.problem is None or is_newer
        assert read(path).get("hologram") == saved.get("hologram")
        assert list(path.parent.iterdir()) == [path], "nothing was moved aside"
        text = path.read_bytes()
        store.save(again.settings)
        assert path.read_bytes() == text, "a second save changes nothing"
