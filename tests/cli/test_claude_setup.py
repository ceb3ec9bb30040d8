"""``claudometer statusline --install`` and ``--uninstall``, with real files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.present.messages.errors import message_for_code
from claudometer.system import claude_settings, claude_settings_writing
from tests.cli.program import TIMEOUT_S, Program
from tests.sentences import title

if TYPE_CHECKING:
    from collections.abc import Callable

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


def test_the_installed_command_runs_and_uninstalling_restores_the_file(
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


def test_an_existing_status_line_is_shown_with_ours_and_restored(program: Program, folder: Path) -> None:
    path = write(folder, {"statusLine": OWN, "model": "opus"})
    before = path.read_bytes()
    assert "below your own" in program.run("statusline", "--install").out
    lines = as_claude_code_runs_it(program, command_in(path))
    assert lines == ["mine 'a' {\"a\": 1}", "5h —  ·  week —"]
    program.run("statusline", "--uninstall")
    assert path.read_bytes() == before


@pytest.mark.parametrize("own", [None, {"command": OWN["command"]}])
def test_the_users_own_layout_is_restored_unless_the_settings_changed(
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


def test_installing_again_changes_nothing_and_leaves_one_copy(program: Program, folder: Path) -> None:
    path = write(folder, {"statusLine": OWN})
    before = path.read_bytes()
    program.run("statusline", "--install")
    once = path.read_bytes()
    assert "nothing was changed" in program.run("statusline", "--install").out
    assert path.read_bytes() == once
    copies = [each for each in folder.iterdir() if each != path]
    assert [each.read_bytes() for each in copies] == [before]
    assert copies[0].name.startswith(f"settings.json.before-claudometer-{datetime.now().astimezone():%Y-}")


def test_without_settings_a_private_file_is_created(program: Program) -> None:
    program.env["CLAUDE_CONFIG_DIR"] = str(program.home.path / "second")
    (program.home.path / "second").mkdir()  # Claude Code creates it; one that is missing is a mistake
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
def test_settings_that_cannot_be_understood_are_refused_and_not_touched(
    program: Program, folder: Path, content: str
) -> None:
    path = folder / "settings.json"
    path.write_bytes(content.encode("latin-1"))
    answer = program.run("statusline", "--install")
    assert (answer.code, answer.out) == (69, "")
    assert "nothing was changed" in answer.err.lower()
    assert "Traceback" not in answer.err
    assert path.read_bytes() == content.encode("latin-1")
    assert list(folder.iterdir()) == [path]


def test_a_file_that_cannot_be_written_is_reported(program: Program, folder: Path) -> None:
    (folder / "settings.json").symlink_to(folder / "settings.json")
    answer = program.run("statusline", "--install")
    assert answer.code == 69
    assert message_for_code(ErrorCode.CLAUDE_SETTINGS_UNCHANGED).title in answer.err


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["pipe", "folder"])
def test_only_a_regular_file_is_replaced_and_a_refusal_names_the_path(
    program: Program, folder: Path, make: Callable[[Path], None]
) -> None:
    make(folder / "real")
    (folder / "settings.json").symlink_to(folder / "real")
    answer = program.run("statusline", "--install")
    assert answer.code == 69
    facts = {"path": str(folder / "settings.json")}
    assert message_for_code(ErrorCode.NOT_A_FILE, facts).title in answer.err
    assert (folder / "settings.json").is_symlink()
    assert not (folder / "real").is_file()


def test_settings_that_keep_it_from_being_shown_are_named(program: Program, folder: Path) -> None:
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


def test_installing_and_uninstalling_together_is_wrong_usage(program: Program, folder: Path) -> None:
    answer = program.run("statusline", "--install", "--uninstall")
    assert answer.code == 64
    assert "Choose one of --install and --uninstall" in answer.err
    assert list(folder.iterdir()) == []


def test_the_demo_changes_nothing(program: Program, folder: Path) -> None:
    assert program.run("--demo", "statusline", "--install").code == 0
    assert list(folder.iterdir()) == []


def test_a_concurrent_change_is_not_lost(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text("1", encoding="ascii")
    seen: list[str] = []

    def edit(text: str) -> str:
        seen.append(text)
        if len(seen) == 1:  # as if Claude Code saved a setting at this moment
            path.write_text("2", encoding="ascii")
        return text + "!"

    copy = claude_settings.change(path, edit, datetime(2026, 8, 20, tzinfo=UTC))
    assert seen == ["1", "2"]
    assert path.read_text(encoding="ascii") == "2!"
    assert copy is not None
    assert copy.read_text(encoding="ascii") == "2"
    assert sorted(tmp_path.iterdir()) == [path, copy]


def test_a_file_that_keeps_changing_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text("1", encoding="ascii")

    def edit(text: str) -> str:
        path.write_text(text + "1", encoding="ascii")
        return "ours"

    with pytest.raises(claude_settings.ChangingError):
        claude_settings.change(path, edit, datetime(2026, 8, 20, tzinfo=UTC))
    assert "ours" not in path.read_text(encoding="ascii")
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(sys.platform != "linux", reason="the path is that of Linux")
def test_the_administrators_settings_are_looked_for_where_the_system_has_them() -> None:
    assert claude_settings.managed_files() == (Path("/etc/claude-code/managed-settings.json"),)


@pytest.mark.parametrize("after_s", [0.02, 0.1])  # well within the pause before the second look
def test_a_change_that_another_program_overwrites_at_once_is_made_again(
    tmp_path: Path, after_s: float
) -> None:
    path = tmp_path / "settings.json"
    path.write_text("1", encoding="ascii")
    seen: list[str] = []

    def edit(text: str) -> str:
        seen.append(text)
        if len(seen) == 1:  # as if a program that had read the file before saved it now
            threading.Timer(after_s, lambda: path.write_text("2", encoding="ascii")).start()
        return text if text.endswith("!") else text + "!"

    copy = claude_settings.change(path, edit, datetime(2026, 8, 20, tzinfo=UTC))
    assert path.read_text(encoding="ascii") == "2!"
    assert copy is not None
    assert copy.read_text(encoding="ascii") == "2"
    assert sorted(tmp_path.iterdir()) == [path, copy]


SAVER = """
import json, os, sys
path, saves = sys.argv[1], int(sys.argv[2])
for number in range(saves):
    with open(path, encoding="utf-8") as file:
        settings = json.load(file)
    settings["save %d" % number] = number
    with open(path + ".new", "w", encoding="utf-8") as file:
        json.dump(settings, file, indent=2)
        file.write("\\n")
    os.replace(path + ".new", path)
"""


@pytest.mark.parametrize("command", ["statusline", "hook"])
def test_none_of_a_thousand_saves_is_lost_beside_the_set_up(
    program: Program, folder: Path, command: str
) -> None:
    path = write(folder, {"model": "opus"})
    saves = 1000
    saver = subprocess.Popen([sys.executable, "-c", SAVER, str(path), str(saves)])
    runs = 0
    while saver.poll() is None or runs % 2 or not runs:
        answer = program.run(command, "--uninstall" if runs % 2 else "--install")
        if answer.code and title(ErrorCode.CLAUDE_SETTINGS_BUSY) in answer.err:
            continue  # on a busy machine it gives up, says so and changes nothing
        assert answer.code == 0, answer.err
        runs += 1
    assert saver.returncode == 0
    assert runs >= 2
    after = json.loads(path.read_text(encoding="utf-8"))
    assert [after.get(f"save {number}") for number in range(saves)] == list(range(saves))
    assert after.keys() - {f"save {number}" for number in range(saves)} == {"model"}


def change_often(path: Path, until: subprocess.Popen[bytes]) -> int:
    """Toggle a member without the pauses that the program makes; return how often that succeeded."""
    changes = 0
    while until.poll() is None:
        before = path.read_bytes()
        settings = json.loads(before)
        if settings.pop("ours", None) is None:
            settings["ours"] = 1
        after = json.dumps(settings, indent=2).encode()
        replaced = claude_settings_writing.replace_unchanged(path, before, after, sync=False)
        changes += replaced is not claude_settings_writing.Replaced.CHANGED_MEANWHILE
    return changes


@pytest.mark.parametrize("saves", [400, pytest.param(4000, marks=pytest.mark.slow)])
def test_no_save_is_lost_without_any_pause_between(tmp_path: Path, saves: int) -> None:
    path = write(tmp_path, {})
    saver = subprocess.Popen([sys.executable, "-c", SAVER, str(path), str(saves)])
    assert change_often(path, saver) > 0
    assert saver.returncode == 0
    after = json.loads(path.read_text(encoding="utf-8"))
    lost = [number for number in range(saves) if f"save {number}" not in after]
    # A second swap, to put a write back, lost 2 of 10,000 on a busy machine; a comparison before the rename
    # alone about 80 of 4,000. Only Linux has the lease that makes one swap enough.
    assert len(lost) <= (0 if sys.platform == "linux" else 4)
    assert list(tmp_path.iterdir()) == [path]


def test_if_two_files_cannot_be_swapped_the_change_is_made_and_this_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "settings.json"
    path.write_text("1", encoding="ascii")
    monkeypatch.setattr(claude_settings_writing, "find_exchange", lambda: lambda _first, _second: False)
    reported: list[str] = []
    claude_settings.change(
        path,
        lambda _: "2",
        datetime(2026, 8, 20, tzinfo=UTC),
        on_unchecked=lambda: reported.append("unchecked"),
    )
    assert path.read_text(encoding="ascii") == "2"
    assert reported == ["unchecked"]


def test_a_full_disk_leaves_nothing_behind(program: Program, folder: Path) -> None:
    path = write(folder, {"model": "opus"})
    before = path.read_bytes()
    limited = ["sh", "-c", 'ulimit -f 0; trap "" XFSZ; exec "$@"', "sh"]
    done = subprocess.run(
        [*limited, *program.command("statusline", "--install")], env=program.environment,
        capture_output=True, text=True, timeout=TIMEOUT_S, check=False,
    )  # fmt: skip
    assert done.returncode == 69
    assert path.read_bytes() == before
    assert list(folder.iterdir()) == [path]


def test_a_command_that_the_user_wrapped_is_left_and_named(program: Program, folder: Path) -> None:
    wrapped = "FOO=1 claudometer statusline | cat"
    path = write(folder, {"statusLine": {"type": "command", "command": wrapped}})
    before = path.read_bytes()
    answer = program.run("statusline", "--uninstall")
    assert (answer.code, answer.err) == (0, "")
    assert wrapped in answer.out
    assert path.read_bytes() == before
    assert list(folder.iterdir()) == [path]


def test_after_the_program_is_removed_the_users_own_status_line_is_still_shown(
    program: Program, folder: Path
) -> None:
    path = write(folder, {"statusLine": OWN})
    program.run("statusline", "--install")
    gone = "/nowhere/claudometer statusline" + command_in(path).partition(" statusline")[2]
    assert as_claude_code_runs_it(program, gone) == ["mine 'a' {\"a\": 1}"]


@pytest.mark.parametrize("named", ['"~/.claude"', "$HOME/.claude", "./nope", " /nowhere", "   "])
def test_a_folder_that_is_not_there_is_named_and_not_made(program: Program, named: str) -> None:
    for command in ("statusline", "hook"):
        done = subprocess.run(
            program.command(command, "--install"), env=program.environment | {"CLAUDE_CONFIG_DIR": named},
            cwd=program.home.path, capture_output=True, text=True, timeout=TIMEOUT_S, check=False,
        )  # fmt: skip
        assert (done.returncode, "CLAUDE_CONFIG_DIR" in done.stderr) == (69, True), done
    assert not any(path.name == "settings.json" for path in program.home.path.rglob("*"))


def test_a_deleted_working_folder_gives_a_message_and_no_traceback(program: Program, folder: Path) -> None:
    path = write(folder, {"model": "opus"})
    for variables, code in (({}, 0), ({"CLAUDE_CONFIG_DIR": "relative"}, 69)):
        shell = ["sh", "-c", 'mkdir gone; cd gone; rmdir ../gone; exec "$@"', "sh"]
        done = subprocess.run(
            [*shell, *program.command("statusline", "--install")], env=program.environment | variables,
            cwd=folder.parent, capture_output=True, text=True, timeout=TIMEOUT_S, check=False,
        )  # fmt: skip
        assert (done.returncode, "Traceback" in done.stderr) == (code, False), done.stderr
    assert message_for_code(ErrorCode.WORKING_FOLDER_GONE, {"path": "relative"}).title in done.stderr
    assert "statusline" in command_in(path)


@pytest.mark.parametrize(
    ("words", "code"),
    [(("statusline", "--install"), 69), (("hook", "--uninstall"), 69), (("statusline",), 0), (("hook",), 0),
     (("--help",), 69), (("--version",), 69),
     (("--demo", "history", "--json"), 69)],  # longer than the buffer: Python forgets what it could not write
)  # fmt: skip
def test_output_that_cannot_be_written_is_reported_once(
    program: Program, folder: Path, words: tuple[str, ...], code: int
) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            program.command(*words), env=program.environment, stdin=subprocess.DEVNULL, stdout=full,
            stderr=subprocess.PIPE, text=True, timeout=TIMEOUT_S, check=False,
        )  # fmt: skip
    message = message_for_code(ErrorCode.OUTPUT_UNWRITABLE).title
    assert (done.returncode, message in done.stderr) == (code, code == 69), done.stderr
    assert done.stderr.count("\n") <= 1
    shut = subprocess.run(
        ["sh", "-c", 'exec "$@" >&-', "sh", *program.command(*words)], env=program.environment,
        stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=TIMEOUT_S, check=False,
    )  # fmt: skip
    assert (shut.returncode, shut.stderr) == (0, "")


@pytest.mark.parametrize(
    ("encoding", "named"),
    [
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("utf-32", "UTF-32"),
        ("latin-1", None),
        ("cp1252", None),
    ],
)
@pytest.mark.parametrize("words", [["statusline", "--install"], ["hook", "--uninstall"]])
def test_another_encoding_is_named_and_nothing_is_changed(
    program: Program, folder: Path, encoding: str, named: str | None, words: list[str]
) -> None:
    path = folder / "settings.json"
    path.write_bytes('{"model": "öpus"}\r\n'.encode(encoding))
    before = path.read_bytes()
    answer = program.run(*words)
    assert answer.code == 69
    assert title(ErrorCode.CLAUDE_SETTINGS_NOT_UTF8, **({"encoding": named} if named else {})) in answer.err
    assert f"Open {path} in an editor, save it as UTF-8" in answer.err
    assert path.read_bytes() == before
    assert [file.name for file in folder.iterdir()] == ["settings.json"]


@pytest.mark.parametrize(
    ("content", "names"),
    [
        ('{\n  "a": 1,\n\n  b\n}', "line 4"),
        ('{\n  // mine\n  "a": 1\n}', "line 2"),
        ('{"a": 1', "line 1"),
        ("[]", "not a JSON object"),
        ("null", "not a JSON object"),
        ('{"a": NaN}', "not valid JSON"),
    ],
)
def test_what_is_wrong_with_the_settings_is_named(
    program: Program, folder: Path, content: str, names: str
) -> None:
    path = folder / "settings.json"
    path.write_text(content, encoding="utf-8")
    answer = program.run("statusline", "--install")
    assert (answer.code, names in answer.err, "comma" in answer.err) == (69, True, False)
    assert path.read_text(encoding="utf-8") == content


def test_a_setting_of_null_counts_as_missing(program: Program, folder: Path) -> None:
    before = {"statusLine": {"type": None, "command": "mine"}, "hooks": {"StopFailure": None}}
    path = write(folder, before)
    for command in ("statusline", "hook"):
        assert program.run(command, "--install").code == 0
    after = json.loads(path.read_text(encoding="utf-8"))
    assert (after["statusLine"]["type"], len(after["hooks"]["StopFailure"])) == ("command", 1)
    for command in ("hook", "statusline"):
        assert program.run(command, "--uninstall").code == 0
    assert json.loads(path.read_text(encoding="utf-8")) == before


def test_a_file_of_zeros_is_damaged_and_no_text(program: Program, folder: Path) -> None:
    (folder / "settings.json").write_bytes(bytes(64))
    assert title(ErrorCode.CLAUDE_SETTINGS_NOT_JSON) in program.run("statusline", "--install").err
