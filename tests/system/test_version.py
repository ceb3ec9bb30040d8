"""Tests the version that the program says it has."""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import TYPE_CHECKING

from claudometer.system.version import UNKNOWN, own_version

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_it_is_the_version_that_was_installed() -> None:
    assert own_version() == version("claudometer-desktop")


def test_a_bundle_is_found_by_the_programs_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "claudometer_something-9.9.dist-info").mkdir()
    (tmp_path / "claudometer-1.2.3rc1.dist-info").mkdir()
    monkeypatch.setattr(sys, "path", [str(tmp_path / "missing"), str(tmp_path)])
    assert own_version() == "1.2.3rc1"


def test_the_name_in_the_index_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("claudometer-1.0", "claudometer_desktop-2.0"):
        (tmp_path / f"{name}.dist-info").mkdir()
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    assert own_version() == "2.0"


def test_without_an_installation_no_version_is_made_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    assert own_version() == UNKNOWN
