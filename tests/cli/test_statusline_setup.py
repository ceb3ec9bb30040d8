"""``claudometer statusline --install`` and ``--uninstall`` on real files."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from claudometer.system import claude_settings
from tests.cli.program import TIMEOUT_S, Program

OWN = {"type": "command", "command": "read -r line; echo \"mine 'a' $line\"", "padding": 0}


@pytest.fixture
def folder(program: Program) -> Path:
    made = program.home.path / ".claude"
    made.mkdir()
    return made


def write(folder: Path, keys: dict[str, object]) -> Path:
    path = folder / "settings.json"
    path.write_text(json.dumps(keys, indent=4) + "\n", encoding="utf-8")
    return path


def command_in(path: Path) -> str:
    command = json.loads(path.read_text(encoding="utf-8"))["statusLine"]["command"]
    assert isinstance(command, str)
    return command


def as_claude_code_runs_it(program: Program, command: str) -> list[str]:
    done = subprocess.run(  # noqa: S602 - it is a line for the shell
        command, shell=True, env=program.environment | {"NO_COLOR": "1"}, input=b'{"a": 1}\n',
        capture_output=True, timeout=TIMEOUT_S, check=True,
    )  # fmt: skip
    return done.stdout.decode().splitlines()


def test_what_is_installed_runs_and_uninstalling_leaves_the_file_as_it_was(
    program: Program, folder: Path
) -> None:
    path = write(folder, {"model": "opus", "hooks": {}})
    path.chmod(0o640)
    before = path.read_bytes()
    answer = program.run("statusline", "--install")
    assert (answer.code, answer.err) == (0, "")
    assert str(path) in answer.out
    assert as_claude_code_runs_it(program, command_in(path)) == ["5h —  ·  week —"]
    assert path.stat().st_mode & 0o777 == 0o640
    assert program.run("statusline", "--uninstall").code == 0
    assert path.read_bytes() == before
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_status_line_that_is_there_is_shown_with_ours_and_comes_back(
    program: Program, folder: Path
) -> None:
    path = write(folder, {"statusLine": OWN, "model": "opus"})
    before = path.read_bytes()
    assert "below your own" in program.run("statusline", "--install").out
    lines = as_claude_code_runs_it(program, command_in(path))
    assert lines == ["mine 'a' {\"a\": 1}", "5h —  ·  week —"]
    program.run("statusline", "--uninstall")
    assert path.read_bytes() == before


@pytest.mark.parametrize("own", [None, {"command": OWN["command"]}])
def test_a_layout_of_the_users_own_comes_back_unless_the_settings_changed(
    program: Program, folder: Path, own: dict[str, object] | None
) -> None:
    path = folder / "settings.json"
    status_line = f'"statusLine": {json.dumps(own)}, ' if own else ""
    before = f'\ufeff{{ {status_line}"model":"opus",\r\n"list": [1,  2] }}\r\n'.encode()
    path.write_bytes(before)
    assert program.run("statusline", "--install").code == 0
    assert json.loads(path.read_bytes())["list"] == [1, 2]
    assert program.run("statusline", "--uninstall").code == 0
    assert path.read_bytes() == before
    program.run("statusline", "--install")
    changed = json.loads(path.read_bytes()) | {"model": "haiku"}
    path.write_text(json.dumps(changed), encoding="utf-8")
    assert program.run("statusline", "--uninstall").code == 0
    after = json.loads(path.read_bytes())
    assert (after["model"], after["list"]) == ("haiku", [1, 2])
    assert after.get("statusLine", {}).get("command") == (own or {}).get("command")


def test_twice_is_once_and_leaves_one_copy(program: Program, folder: Path) -> None:
    path = write(folder, {"statusLine": OWN})
    before = path.read_bytes()
    program.run("statusline", "--install")
    once = path.read_bytes()
    assert "nothing was changed" in program.run("statusline", "--install").out
    assert path.read_bytes() == once
    copies = [each for each in folder.iterdir() if each != path]
    assert [each.read_bytes() for each in copies] == [before]
    assert copies[0].name.startswith(f"settings.json.before-claudometer-{datetime.now().astimezone():%Y-}")


def test_without_settings_a_file_is_made_for_the_user_alone(program: Program) -> None:
    program.env["CLAUDE_CONFIG_DIR"] = str(program.home.path / "second")
    assert program.run("statusline", "--install").code == 0
    path = program.home.path / "second" / "settings.json"
    assert path.stat().st_mode & 0o777 == 0o600
    assert as_claude_code_runs_it(program, command_in(path)) == ["5h —  ·  week —"]


def test_a_link_into_another_folder_stays_a_link(program: Program, folder: Path) -> None:
    real = program.home.path / "dotfiles"
    real.mkdir()
    target = write(real, {"model": "opus"})
    (folder / "settings.json").symlink_to(target)
    program.run("statusline", "--install")
    assert (folder / "settings.json").is_symlink()
    assert "statusline" in command_in(target)
    assert list(real.iterdir()) == [target]


@pytest.mark.parametrize("content", ["{", "// mine\n{}", "[]", '{"statusLine": "x"}', '{"a": "\xff"}'])
def test_what_we_do_not_understand_is_refused_and_not_touched(
    program: Program, folder: Path, content: str
) -> None:
    path = folder / "settings.json"
    path.write_bytes(content.encode("latin-1"))
    answer = program.run("statusline", "--install")
    assert (answer.code, answer.out) == (69, "")
    assert "nothing was changed" in answer.err
    assert "Traceback" not in answer.err
    assert path.read_bytes() == content.encode("latin-1")
    assert list(folder.iterdir()) == [path]


def test_a_file_that_cannot_be_written_is_said(program: Program, folder: Path) -> None:
    (folder / "settings.json").mkdir()
    answer = program.run("statusline", "--install")
    assert answer.code == 69
    assert "could not be read or written" in answer.err


def test_what_keeps_it_from_being_shown_is_said(program: Program, folder: Path) -> None:
    write(folder, {"disableAllHooks": True})
    project = program.home.path / "project"
    (project / ".claude").mkdir(parents=True)
    (project / ".claude" / "settings.local.json").write_text(
        json.dumps({"statusLine": OWN}), encoding="utf-8"
    )
    done = subprocess.run(
        program.command("statusline", "--install"), cwd=project, env=program.environment,
        capture_output=True, text=True, timeout=TIMEOUT_S, check=True,
    )  # fmt: skip
    assert f"“disableAllHooks” in {folder / 'settings.json'}" in done.stdout
    assert f"{project / '.claude' / 'settings.local.json'} names another status line" in done.stdout


def test_one_of_both_ways_must_be_chosen(program: Program, folder: Path) -> None:
    answer = program.run("statusline", "--install", "--uninstall")
    assert answer.code == 64
    assert "choose one of --install and --uninstall" in answer.err
    assert list(folder.iterdir()) == []


def test_the_demo_changes_nothing(program: Program, folder: Path) -> None:
    assert program.run("--demo", "statusline", "--install").code == 0
    assert list(folder.iterdir()) == []


def test_a_change_by_somebody_else_meanwhile_is_not_lost(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text("1", encoding="ascii")
    seen: list[str] = []

    def edit(text: str) -> str:
        seen.append(text)
        if len(seen) == 1:  # Claude Code saves a setting just now
            path.write_text("2", encoding="ascii")
        return text + "!"

    copy = claude_settings.change(path, edit, datetime(2026, 8, 20, tzinfo=UTC))
    assert seen == ["1", "2"]
    assert path.read_text(encoding="ascii") == "2!"
    assert copy is not None
    assert copy.read_text(encoding="ascii") == "2"
    assert sorted(tmp_path.iterdir()) == [path, copy]


def test_a_file_that_never_rests_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text("1", encoding="ascii")

    def edit(text: str) -> str:
        path.write_text(text + "1", encoding="ascii")
        return "ours"

    with pytest.raises(claude_settings.ChangingError):
        claude_settings.change(path, edit, datetime(2026, 8, 20, tzinfo=UTC))
    assert "ours" not in path.read_text(encoding="ascii")
    assert list(tmp_path.iterdir()) == [path]


def test_the_administrators_settings_are_looked_for_where_the_system_has_them() -> None:
    if sys.platform == "linux":
        assert claude_settings.managed_files() == (Path("/etc/claude-code/managed-settings.json"),)
