"""The settings file: whole, private, and set aside when it is damaged."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.domain.settings import Settings
from claudometer.domain.snapshot import Problem
from claudometer.domain.usage import Mode
from claudometer.settings.store import SettingsStore
from tests.nobody import as_nobody

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.json"


def test_settings_come_back_as_they_were_saved(path: Path) -> None:
    settings = Settings(mode=Mode.WEB, interval_seconds=300, organization_id="a", remember_session_key=False)
    SettingsStore(path).save(settings)
    assert SettingsStore(path).load().settings == settings
    assert path.stat().st_mode & 0o777 == 0o600


def test_no_file_means_defaults_and_no_complaint(path: Path) -> None:
    loaded = SettingsStore(path).load()
    assert loaded.settings == Settings()
    assert loaded.problem is None


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "7", '{"interval_seconds": 1}', '{"mode": "both"}', "\x00", "[" * 100_000],
)
def test_a_damaged_file_is_set_aside_and_named(path: Path, text: str) -> None:
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    loaded = SettingsStore(path).load()
    assert loaded.settings == Settings()
    assert loaded.problem is not None
    assert loaded.problem.code is ErrorCode.SETTINGS_BROKEN
    moved_to = dict(loaded.problem.facts)["moved_to"]
    assert moved_to == str(path.with_suffix(".broken.json"))
    assert path.with_suffix(".broken.json").read_text(encoding="utf-8") == text
    assert not path.exists()


def test_a_file_that_may_not_be_read_stays_where_it_is_and_defaults_are_in_use(
    tmp_path: Path, path: Path
) -> None:
    SettingsStore(path).save(Settings(interval_seconds=300))
    path.parent.chmod(0o777)
    path.chmod(0)
    with as_nobody():
        loaded = SettingsStore(path).load()
    assert loaded.settings == Settings()
    assert loaded.problem == Problem(ErrorCode.SETTINGS_UNREADABLE, facts=(("path", str(path)),))
    path.chmod(0o600)
    assert SettingsStore(path).load().settings == Settings(interval_seconds=300)


def test_a_link_that_leads_nowhere_but_to_itself_stays_too(path: Path) -> None:
    path.parent.mkdir()
    path.symlink_to(path)
    loaded = SettingsStore(path).load()
    assert loaded.problem is not None
    assert loaded.problem.code is ErrorCode.SETTINGS_UNREADABLE
    assert path.is_symlink()


def test_what_is_no_file_of_settings_is_set_aside(path: Path) -> None:
    path.mkdir(parents=True)
    loaded = SettingsStore(path).load()
    assert loaded.problem is not None
    assert loaded.problem.code is ErrorCode.SETTINGS_BROKEN
    assert path.with_suffix(".broken.json").is_dir()
    SettingsStore(path).save(Settings())


def test_settings_of_a_newer_version_are_taken_as_far_as_they_are_understood(path: Path) -> None:
    path.parent.mkdir()
    path.write_text(
        json.dumps({"schema_version": 9, "interval_seconds": 120, "hologram": True}), encoding="utf-8"
    )
    loaded = SettingsStore(path).load()
    assert loaded.settings == Settings(interval_seconds=120)
    assert loaded.problem is None
