"""Whether Claude Code is installed: on the PATH, in its usual folders, or started here before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claudometer.system.claude_program import has_claude_code

if TYPE_CHECKING:
    from pathlib import Path


def _program(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path / "on the path"))
    return tmp_path


def test_it_is_missing_where_nothing_of_it_is_found(home: Path) -> None:
    (home / ".claude").mkdir()  # may be ours
    assert not has_claude_code()


@pytest.mark.parametrize(
    "place", ["on the path", ".local/bin", ".claude/local", ".nvm/versions/node/v22.1.0/bin"]
)
def test_its_program_is_found(home: Path, place: str) -> None:
    _program(home / place / "claude")
    assert has_claude_code()


def test_a_file_that_cannot_be_run_is_not_the_program(home: Path) -> None:
    _program(home / ".local/bin/claude")
    (home / ".local/bin/claude").chmod(0o644)
    assert not has_claude_code()


def test_what_it_leaves_at_its_first_start_shows_that_it_is_somewhere(home: Path) -> None:
    (home / ".claude.json").write_text("{}")
    assert has_claude_code()
