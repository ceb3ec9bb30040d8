"""Tests the settings file: atomic and private writes, bad values, other versions, damaged files."""

from __future__ import annotations

import json
import math
import os
import tempfile
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.domain.settings import Settings, read_value
from claudometer.domain.snapshot import Problem
from claudometer.domain.usage import Mode
from claudometer.present.messages.errors import message_for_code
from claudometer.settings.migrations import SCHEMA_VERSION
from claudometer.settings.store import MAX_BYTES, Loaded, SettingsStore
from tests.nobody import as_nobody

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = [field.name for field in fields(Settings)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.json"


def test_settings_come_back_as_they_were_saved(path: Path) -> None:
    settings = Settings(mode=Mode.WEB, interval_seconds=300, organization_id="a", remember_session_key=False)
    SettingsStore(path).save(settings)
    assert SettingsStore(path).load().settings == settings
    assert path.stat().st_mode & 0o777 == 0o600


def test_every_setting_has_a_reader_that_takes_its_default() -> None:
    for name in NAMES:
        assert read_value(name, getattr(Settings(), name)) == getattr(Settings(), name)


def test_without_a_file_the_defaults_apply_and_there_is_no_problem(path: Path) -> None:
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
def test_a_file_that_is_not_a_json_object_is_moved_aside_and_its_new_path_is_reported(
    path: Path, text: bytes
) -> None:
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
        ("mode", '"local"'),
        ("mode", "7"),
        ("interval_seconds", "5"),
        ("interval_seconds", "1e999"),
        ("interval_seconds", "NaN"),
        ("interval_seconds", "3601"),
        ("interval_seconds", '"often"'),
        ("interval_seconds", "null"),
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
def test_an_invalid_value_is_ignored_and_the_others_are_kept(path: Path, name: str, value: str) -> None:
    others = {"mode": "web", "interval_seconds": 300, "organization_id": "a", "check_daily": True}
    members = [f"{json.dumps(key)}: {json.dumps(kept)}" for key, kept in others.items() if key != name]
    write(path, "{" + ", ".join([*members, f'"{name}": {value}']) + "}")
    loaded = SettingsStore(path).load()
    kept: dict[str, Any] = {key: read_value(key, others[key]) for key in others if key != name}
    assert loaded.settings == Settings(**kept)
    assert loaded.problem == Problem(
        ErrorCode.SETTINGS_VALUE_IGNORED, facts=(("names", name), ("path", str(path)))
    )
    SettingsStore(path).save(loaded.settings)
    assert SettingsStore(path).load() == Loaded(loaded.settings), "saving puts the default in its place"
    assert list(path.parent.iterdir()) == [path]


def test_several_invalid_values_are_reported_together_by_name_and_their_text_is_not_logged(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(path, '{"mode": "canary-1", "interval_seconds": "canary-2", "organization_id": "a"}')
    loaded = SettingsStore(path).load()
    assert loaded.settings == Settings(organization_id="a")
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
    assert SettingsStore(path).load() == Loaded(Settings(claude_folder="/home/jörg/.claude"))
    SettingsStore(path).save(Settings(claude_folder="/home/jörg/.claude"))
    assert "jörg" in path.read_text(encoding="utf-8")


def test_the_last_of_two_members_with_the_same_name_applies(path: Path) -> None:
    write(path, '{"interval_seconds": 5, "interval_seconds": 300}')
    assert SettingsStore(path).load() == Loaded(Settings(interval_seconds=300))


def test_a_save_keeps_unknown_members_even_those_written_after_the_load(path: Path) -> None:
    write(path, '{"hologram": {"depth": 3}, "interval_seconds": 300}')
    store = SettingsStore(path)
    settings = store.load().settings
    write(path, '{"hologram": {"depth": 4}, "interval_seconds": 300, "smell": 1e400}')
    store.save(replace(settings, check_daily=True))
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert kept["hologram"] == {"depth": 4}
    assert kept["smell"] == math.inf
    assert kept["check_daily"] is True
    assert list(kept)[:2] == ["hologram", "interval_seconds"], "the members keep their order"


def test_values_valid_only_in_a_newer_version_are_kept_until_the_user_changes_them(path: Path) -> None:
    newer = {"schema_version": 2, "mode": "local", "interval_seconds": 7200}
    write(path, json.dumps(newer))
    store = SettingsStore(path)
    store.save(replace(store.load().settings, check_daily=True))
    assert json.loads(path.read_text()).items() >= newer.items()
    store.save(Settings(mode=Mode.WEB))
    assert json.loads(path.read_text()).items() >= (newer | {"mode": "web"}).items()


def test_a_save_moves_a_damaged_file_aside(path: Path) -> None:
    write(path, "{")
    SettingsStore(path).save(Settings())
    assert path.with_suffix(".broken.json").read_text() == "{"
    assert SettingsStore(path).load() == Loaded(Settings())


def test_a_save_moves_an_unreadable_file_aside(path: Path) -> None:
    write(path, "theirs")
    path.parent.chmod(0o777)
    path.chmod(0)
    with as_nobody():
        SettingsStore(path).save(Settings())
    assert path.with_suffix(".broken.json").read_text() == "theirs"
    assert path.parent.stat().st_mode & 0o777 == 0o700, "the folder is made private again"


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["pipe", "folder"])
def test_a_save_never_replaces_a_pipe_or_a_folder_and_the_error_names_it(
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
def test_unknown_members_that_are_hard_to_write_are_kept_too(path: Path, unknown: str) -> None:
    write(path, f'{{"hologram": {unknown}, "interval_seconds": 300}}')
    store = SettingsStore(path)
    store.save(replace(store.load().settings, check_daily=True))
    assert store.load() == Loaded(Settings(interval_seconds=300, check_daily=True))
    assert json.loads(path.read_bytes())["hologram"] == json.loads(unknown)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(saved=st.dictionaries(st.sampled_from([*NAMES, "hologram"]), JSON))
def test_any_json_object_can_be_loaded_and_saved(
    saved: dict[str, Any],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "settings.json"
        path.write_text(json.dumps(saved))
        store = SettingsStore(path)
        loaded = store.load()
        store.save(loaded.settings)
        again = store.load()
        assert again.settings == loaded.settings
        assert again.problem is None or saved["schema_version"] > SCHEMA_VERSION


def test_an_unreadable_file_stays_in_place_and_the_defaults_apply(tmp_path: Path, path: Path) -> None:
    SettingsStore(path).save(Settings(interval_seconds=300))
    path.parent.chmod(0o777)
    path.chmod(0)
    with as_nobody():
        loaded = SettingsStore(path).load()
    assert loaded.settings == Settings()
    assert loaded.problem == Problem(ErrorCode.SETTINGS_UNREADABLE, facts=(("path", str(path)),))
    path.chmod(0o600)
    assert SettingsStore(path).load().settings == Settings(interval_seconds=300)


def test_a_symbolic_link_to_itself_stays_in_place(path: Path) -> None:
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
    SettingsStore(path).save(Settings())


def test_known_settings_in_a_newer_versions_file_are_used(path: Path) -> None:
    path.parent.mkdir()
    path.write_text(
        json.dumps({"schema_version": 9, "interval_seconds": 120, "hologram": True}), encoding="utf-8"
    )
    loaded = SettingsStore(path).load()
    assert loaded.settings == Settings(interval_seconds=120)
    assert loaded.problem is None
