"""``--uninstall`` where Claude Code had no settings: what we made goes, what others made stays."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from claudometer.system import claude_settings_writing, made_folders

if TYPE_CHECKING:
    from tests.cli.program import Program


@pytest.fixture
def folder(program: Program) -> Path:
    made = program.home.path / ".claude"
    made.mkdir()
    return made


def everything_in(home: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(home)): path.read_bytes() if path.is_file() else b"" for path in home.rglob("*")
    }


@pytest.mark.parametrize(
    "uninstalls", [("statusline", "hook"), ("hook", "statusline"), ("statusline",), ("hook",)]
)
@pytest.mark.parametrize("has_folder", [False, True])
def test_nothing_is_left_where_there_was_nothing(
    program: Program, *, uninstalls: tuple[str, ...], has_folder: bool
) -> None:
    home = program.home.path
    if has_folder:
        (home / ".claude").mkdir()
    before = everything_in(home)
    for command in sorted(uninstalls, reverse=True):
        assert program.run(command, "--install").code == 0
    path = home / ".claude" / "settings.json"
    assert path.is_file()
    for command in uninstalls:
        answer = program.run(command, "--uninstall")
        assert (answer.code, answer.err) == (0, "")
    assert f"Removed, because nothing else was in it: {path}" in answer.out
    assert "Copy of the old file" not in answer.out
    assert everything_in(home) == before


def test_a_file_of_ours_that_somebody_else_changed_stays(program: Program) -> None:
    folder = program.home.path / ".claude"
    path = folder / "settings.json"
    program.run("statusline", "--install")
    path.write_text(json.dumps(json.loads(path.read_text()) | {"model": "opus"}), encoding="utf-8")
    assert f"Changed: {path}" in program.run("statusline", "--uninstall").out
    assert json.loads(path.read_text()) == {"model": "opus"}
    # Somebody uses the folder now: it is not ours to take back any more.
    assert not (folder / made_folders.MARK).exists()


def test_a_folder_of_ours_in_which_somebody_put_a_file_stays(program: Program) -> None:
    folder = program.home.path / ".claude"
    program.run("hook", "--install")
    (folder / "CLAUDE.md").write_text("mine", encoding="utf-8")
    program.run("hook", "--uninstall")
    assert [each.name for each in folder.iterdir()] == ["CLAUDE.md"]


@pytest.mark.parametrize("content", ["", "\n", "{}", "{}\n", "\ufeff"])
def test_an_empty_file_that_was_there_stays_as_it_was(program: Program, folder: Path, content: str) -> None:
    path = folder / "settings.json"
    path.write_bytes(content.encode())
    for command in ("statusline", "hook"):
        program.run(command, "--install")
    for command in ("hook", "statusline"):
        assert program.run(command, "--uninstall").code == 0
    assert path.read_bytes() == content.encode()


def test_copies_of_settings_that_the_user_had_before_stay(program: Program, folder: Path) -> None:
    path = folder / "settings.json"
    path.write_text('{"model": "opus"}', encoding="utf-8")
    program.run("hook", "--install")
    path.unlink()  # the user starts over
    program.run("statusline", "--install")
    program.run("statusline", "--uninstall")
    (copy,) = folder.iterdir()
    assert json.loads(copy.read_text()) == {"model": "opus"}


def test_a_link_whose_target_we_made_is_left_as_it_was(program: Program, folder: Path) -> None:
    dotfiles = program.home.path / "dotfiles"
    dotfiles.mkdir()
    (folder / "settings.json").symlink_to(dotfiles / "claude.json")
    program.run("statusline", "--install")
    assert (dotfiles / "claude.json").is_file()
    program.run("statusline", "--uninstall")
    assert list(dotfiles.iterdir()) == []
    assert (folder / "settings.json").is_symlink()


@pytest.mark.parametrize("newer", [None, b'{"newer": 1}'])
@pytest.mark.parametrize("has_links", [True, False])
def test_what_claude_code_writes_while_the_file_is_removed_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, newer: bytes | None, *, has_links: bool
) -> None:
    """Its write comes between our last look and our rename; a still newer one has precedence."""
    path = tmp_path / "settings.json"
    path.write_bytes(b"{}\n")
    rename = Path.rename

    def write_and_rename(self: Path, target: Path) -> Path:
        if self == path:
            path.write_bytes(b'{"model": "opus"}')
        done = rename(self, target)
        if newer is not None and self == path:
            path.write_bytes(newer)
        return done

    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, "no hard links")

    monkeypatch.setattr(Path, "rename", write_and_rename)
    if not has_links:
        monkeypatch.setattr(os, "link", refuse)
    assert not claude_settings_writing.remove_unchanged(path, b"{}\n")
    assert path.read_bytes() == (newer or b'{"model": "opus"}')
    assert list(tmp_path.iterdir()) == [path]
