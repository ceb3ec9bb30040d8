"""Tests the settings file: never half written, private, tolerant, and moved aside when damaged."""

from __future__ import annotations

import json
import math
import os
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import pytest

from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.domain.settings import AccountSettings, Settings, read_value
from claudometer.domain.snapshot import Problem
from claudometer.domain.usage import Mode
from claudometer.present.messages.errors import message_for_code
from claudometer.settings.store import MAX_BYTES, Loaded, SettingsStore
from tests.settings_with import settings_with
from tests.unprivileged import unprivileged

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OF_ONE_ACCOUNT = [field.name for field in fields(AccountSettings)]
OF_ALL_ACCOUNTS = [field.name for field in fields(Settings) if field.name != "accounts"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.json"


def test_settings_are_loaded_as_they_were_saved(path: Path) -> None:
    settings = settings_with(
        mode=Mode.WEB, interval_seconds=300, organization_id="a", remember_session_key=False
    )
    SettingsStore(path).save(settings)
    assert SettingsStore(path).load().settings == settings
    assert path.stat().st_mode & 0o777 == 0o600


def test_every_setting_has_a_reader_that_accepts_its_default() -> None:
    for settings, names in ((Settings(), OF_ALL_ACCOUNTS), (AccountSettings(), OF_ONE_ACCOUNT)):
        for name in names:
            assert read_value(name, getattr(settings, name)) == getattr(settings, name)


def test_without_a_file_there_are_defaults_and_no_notice(path: Path) -> None:
    loaded = SettingsStore(path).load()
    assert loaded.settings == Settings()
    assert loaded.problem is None


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"7",
        b"\x00",
        b"[" * 100_000,
        b'{"claude_folder": "/home/j\xf6rg/.claude"}',
        b'{"interval_seconds": 120, // fast\n}',
        b'{"number": ' + b"9" * 5000 + b"}",
        b'{"a": "' + b"x" * MAX_BYTES + b'"}',
    ],
    ids=[
        "empty",
        "cut",
        "list",
        "null",
        "number",
        "zeros",
        "brackets",
        "latin-1",
        "comment",
        "digits",
        "huge",
    ],
)
def test_a_file_that_is_no_json_object_is_moved_aside_and_named(path: Path, text: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(text)
    loaded = SettingsStore(path).load()
    assert loaded.settings == Settings()
    assert loaded.problem is not None
    assert loaded.problem.code is ErrorCode.SETTINGS_BROKEN
    moved_to = dict(loaded.problem.facts)["moved_to"]
    assert moved_to == str(path.with_suffix(".broken.json"))
    assert path.with_suffix(".broken.json").read_bytes() == text
    assert not path.exists()
    SettingsStore(path).save(Settings(interval_seconds=300))
    assert SettingsStore(path).load() == Loaded(Settings(interval_seconds=300))


def write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("mode", '"remote"'),
        ("mode", "7"),
        ("interval_seconds", "5"),
        ("interval_seconds", "1e999"),
        ("interval_seconds", "NaN"),
        ("interval_seconds", "3601"),
        ("interval_seconds", '"often"'),
        ("organization_id", "[]"),
        ("organization_id", '""'),
        ("organization_id", '"line\\nbreak"'),
        ("claude_folder", '"relative"'),
        ("claude_folder", '"/zero\\u0000"'),
        ("claude_folder", f'"/{"x" * 5000}"'),
        ("remember_session_key", '"perhaps"'),
        ("ask_through_browser", "{}"),
        ("check_daily", "2"),
    ],
)
@pytest.mark.parametrize("version", [1, 2])
def test_only_an_unusable_value_is_ignored(path: Path, version: int, name: str, value: str) -> None:
    others = {"mode": "web", "interval_seconds": 300, "organization_id": "a", "check_daily": True}
    kept = {key: other for key, other in others.items() if key != name}
    write(path, json.dumps(in_form_of(version, kept | {name: "HERE"})).replace('"HERE"', value))
    loaded = SettingsStore(path).load()
    usable: dict[str, Any] = {key: read_value(key, kept[key]) for key in kept}
    assert loaded.settings == settings_with(**usable)
    shown_as = name if version == 1 or name in OF_ALL_ACCOUNTS else f"accounts.default.{name}"
    assert loaded.problem == Problem(
        ErrorCode.SETTINGS_VALUE_IGNORED, facts=(("names", shown_as), ("path", str(path)))
    )
    SettingsStore(path).save(loaded.settings)
    assert SettingsStore(path).load() == Loaded(loaded.settings), "saving replaces it by the default"
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("seconds", [10, 60, 120, 300, 3600])
def test_an_interval_that_an_earlier_version_saved_is_kept(path: Path, version: int, seconds: int) -> None:
    write(path, json.dumps(in_form_of(version, {"interval_seconds": seconds})))
    loaded = SettingsStore(path).load()
    assert loaded == Loaded(Settings(interval_seconds=seconds))
    SettingsStore(path).save(loaded.settings)
    assert SettingsStore(path).load() == loaded


@pytest.mark.parametrize(
    "before", ['{"interval_seconds": 120}', '{"schema_version": 99, "interval_seconds": 120}']
)
def test_an_automatic_interval_is_left_out_of_the_file_since_version_0_1_knows_none(
    path: Path, before: str
) -> None:
    write(path, before)
    SettingsStore(path).save(Settings())
    assert "interval_seconds" not in json.loads(path.read_bytes())
    assert SettingsStore(path).load() == Loaded(Settings())


def test_an_interval_that_only_a_newer_version_can_use_is_kept_until_the_user_changes_it(path: Path) -> None:
    write(path, '{"schema_version": 99, "interval_seconds": {"seconds": 90}}')
    SettingsStore(path).save(SettingsStore(path).load().settings)
    assert json.loads(path.read_bytes())["interval_seconds"] == {"seconds": 90}
    SettingsStore(path).save(Settings(interval_seconds=300))
    assert json.loads(path.read_bytes())["interval_seconds"] == 300


def in_form_of(version: int, members: dict[str, Any]) -> dict[str, Any]:
    """Return the content of a file; version 1 has the members of the single account beside the others."""
    if version == 1:
        return {"schema_version": 1, **members}
    account = {name: members[name] for name in members if name in OF_ONE_ACCOUNT}
    common = {name: members[name] for name in members if name in OF_ALL_ACCOUNTS}
    return {"schema_version": 2, "shown": "default", "accounts": {"default": account}} | common


def test_several_unusable_values_are_named_together_and_never_logged(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(path, '{"mode": "canary-1", "interval_seconds": "canary-2", "organization_id": "a"}')
    loaded = SettingsStore(path).load()
    assert loaded.settings == settings_with(organization_id="a")
    assert loaded.problem is not None
    assert "interval_seconds, mode" in message_for_code(loaded.problem.code, dict(loaded.problem.facts)).title
    assert "interval_seconds, mode" in caplog.text
    assert "canary" not in caplog.text


def test_a_second_damaged_file_is_not_moved_over_the_first(path: Path) -> None:
    for text in ("first", "second"):
        write(path, text)
        SettingsStore(path).load()
    assert path.with_suffix(".broken.json").read_text() == "first"
    assert path.with_suffix(".broken-2.json").read_text() == "second"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_the_encodings_of_editors_on_windows_are_read(path: Path, encoding: str) -> None:
    path.parent.mkdir()
    path.write_text('{"claude_folder": "/home/jörg/.claude"}', encoding=encoding)
    assert SettingsStore(path).load() == Loaded(settings_with(claude_folder="/home/jörg/.claude"))
    SettingsStore(path).save(settings_with(claude_folder="/home/jörg/.claude"))
    assert "jörg" in path.read_text(encoding="utf-8")


def test_of_two_members_with_the_same_name_the_last_counts(path: Path) -> None:
    write(path, '{"interval_seconds": 5, "interval_seconds": 300}')
    assert SettingsStore(path).load() == Loaded(Settings(interval_seconds=300))


def test_members_of_another_version_survive_a_save_even_if_added_meanwhile(path: Path) -> None:
    write(path, '{"hologram": {"depth": 3}, "interval_seconds": 300}')
    store = SettingsStore(path)
    settings = store.load().settings
    write(path, '{"hologram": {"depth": 4}, "interval_seconds": 300, "smell": 1e400}')
    store.save(replace(settings, check_daily=True))
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert kept["hologram"] == {"depth": 4}
    assert kept["smell"] == math.inf
    assert kept["check_daily"] is True
    assert list(kept)[:2] == ["hologram", "interval_seconds"], "the order stays"


def test_a_file_damaged_meanwhile_is_moved_aside_by_a_save(path: Path) -> None:
    write(path, "{")
    SettingsStore(path).save(Settings())
    assert path.with_suffix(".broken.json").read_text() == "{"
    assert SettingsStore(path).load() == Loaded(Settings())


def test_an_unreadable_file_is_moved_aside_by_a_save(path: Path) -> None:
    write(path, "theirs")
    path.parent.chmod(0o777)
    path.chmod(0)
    with unprivileged():
        SettingsStore(path).save(Settings())
    moved = path.with_suffix(".broken.json")
    moved.chmod(0o600)
    assert moved.read_text() == "theirs"
    assert path.parent.stat().st_mode & 0o777 == 0o700, (
        "the folder was writable for everybody, as with an unusual umask"
    )


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["pipe", "folder"])
def test_only_a_regular_file_is_replaced_and_a_refusal_names_the_path(
    path: Path, make: Callable[[Path], None]
) -> None:
    path.parent.mkdir()
    make(path)
    with pytest.raises(ClaudometerError) as caught:
        SettingsStore(path).save(Settings())
    assert caught.value.code is ErrorCode.NOT_A_FILE
    assert str(path) in message_for_code(caught.value.code, caught.value.facts).title
    assert not path.is_file()


@pytest.mark.parametrize(
    "unknown",
    ['"\\ud800"', "[" * 900 + "]" * 900, f"[{'[],' * (MAX_BYTES // 8)}[]]"],
    ids=["half a character", "deep", "large"],
)
def test_unusual_members_survive_too(path: Path, unknown: str) -> None:
    write(path, f'{{"hologram": {unknown}, "interval_seconds": 300}}')
    store = SettingsStore(path)
    store.save(replace(store.load().settings, check_daily=True))
    assert store.load() == Loaded(Settings(interval_seconds=300, check_daily=True))
    assert json.loads(path.read_bytes())["hologram"] == json.loads(unknown)


def test_loading_an_unreadable_file_gives_defaults_and_leaves_the_file(tmp_path: Path, path: Path) -> None:
    SettingsStore(path).save(Settings(interval_seconds=300))
    path.parent.chmod(0o777)
    path.chmod(0)
    with unprivileged():
        loaded = SettingsStore(path).load()
    assert loaded.settings == Settings()
    facts = (("reason", "unread"), ("command", f"chmod u+rw {path}"), ("path", str(path)))
    assert loaded.problem == Problem(ErrorCode.SETTINGS_UNREADABLE, facts=facts)
    path.chmod(0o600)
    assert SettingsStore(path).load().settings == Settings(interval_seconds=300)


def test_loading_a_link_to_itself_leaves_the_link(path: Path) -> None:
    path.parent.mkdir()
    path.symlink_to(path)
    loaded = SettingsStore(path).load()
    assert loaded.problem is not None
    assert loaded.problem.code is ErrorCode.SETTINGS_UNREADABLE
    assert path.is_symlink()


def test_a_folder_in_place_of_the_file_is_moved_aside(path: Path) -> None:
    path.mkdir(parents=True)
    loaded = SettingsStore(path).load()
    assert loaded.problem is not None
    assert loaded.problem.code is ErrorCode.SETTINGS_BROKEN
    assert path.with_suffix(".broken.json").is_dir()
    SettingsStore(path).save(Settings(interval_seconds=300))
    assert SettingsStore(path).load() == Loaded(Settings(interval_seconds=300))


def test_the_known_settings_of_a_newer_version_are_used(path: Path) -> None:
    path.parent.mkdir()
    path.write_text(
        json.dumps({"schema_version": 9, "interval_seconds": 120, "hologram": True}), encoding="utf-8"
    )
    loaded = SettingsStore(path).load()
    assert loaded.settings == Settings(interval_seconds=120)
    assert loaded.problem is None


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_settings_in_another_encoding_that_is_certain_are_read(path: Path, encoding: str) -> None:
    path.parent.mkdir()
    path.write_bytes('{"interval_seconds": 300, "name": "ö"}'.encode(encoding))
    loaded = SettingsStore(path).load()
    assert (loaded.settings.interval_seconds, loaded.problem) == (300, None)


def test_settings_in_an_unknown_encoding_are_kept_aside_and_the_hint_says_so(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes('{"interval_seconds": 300, "name": "ö"}'.encode("latin-1"))
    problem = SettingsStore(path).load().problem
    assert problem is not None
    message = message_for_code(problem.code, dict(problem.facts))
    assert message.title == "Your settings file is not saved as UTF-8 and has been reset."
    assert str(path.with_name("settings.broken.json")) in message.hint
