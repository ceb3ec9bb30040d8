"""``claudometer hook`` as Claude Code runs it: JSON on standard input, and never any output."""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.present.messages.errors import message_for_code
from claudometer.system import captures
from tests.cli.program import TIMEOUT_S

if TYPE_CHECKING:
    from tests.cli.program import Program

PRIVATE = "CanaryPrivate"
FAILED = {
    "session_id": f"{PRIVATE}-1",
    "transcript_path": f"/home/{PRIVATE}.jsonl",
    "cwd": f"/home/{PRIVATE}",
    "prompt_id": PRIVATE,
    "hook_event_name": "StopFailure",
    "error": "rate_limit",
    "last_assistant_message": PRIVATE,
}


def run(program: Program, text: str | bytes, *words: str) -> None:
    """Run the hook, which must print nothing and exit with 0."""
    done = subprocess.run(
        program.command("hook", *words), env=program.environment, cwd=program.home.path,
        timeout=TIMEOUT_S, capture_output=True,
        input=text if isinstance(text, bytes) else text.encode(), check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def hit_file(program: Program) -> Path:
    config = program.environment.get("CLAUDE_CONFIG_DIR") or str(program.home.path / ".claude")
    return Path(captures.hit_file(str(program.home.state / "claudometer"), config))


def test_only_the_time_of_a_hit_limit_is_saved(program: Program) -> None:
    before = time.time()
    run(program, json.dumps(FAILED))
    path = hit_file(program)
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert before <= kept.pop("hit_at") <= time.time()
    assert kept == {"version": 1, "login": ""}
    assert path.stat().st_mode & 0o777 == 0o600
    assert PRIVATE not in path.read_text(encoding="utf-8")


def test_the_account_is_saved_as_a_digest(program: Program) -> None:
    folder = program.home.path / ".claude"
    folder.mkdir()
    login = {"claudeAiOauth": {"accessToken": PRIVATE, "organizationUuid": f"{PRIVATE}-org"}}
    (folder / ".credentials.json").write_text(json.dumps(login), encoding="utf-8")
    run(program, json.dumps(FAILED))
    text = hit_file(program).read_text(encoding="utf-8")
    assert json.loads(text)["login"] == captures.digest(f"{PRIVATE}-org")
    assert PRIVATE not in text


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "null", "[1]", b"\xff\xfe", "[" * 100_000, "{}", '{"error": 5}', '{"error": "\\ud800"}'),
        *('{"error": ["rate_limit"]}', '{"error": "server_error"}', "1" * 2_000_000),
        '{"error": "rate_limit", "hook_event_name": "Stop"}',
    ],
)
def test_any_other_input_saves_nothing(program: Program, text: str | bytes) -> None:
    run(program, text)
    assert not hit_file(program).exists()


@pytest.mark.parametrize(
    "variables",
    [
        {"CLAUDOMETER_MODE": "nonsense", "CLAUDOMETER_LOG_LEVEL": "loud"},
        {"XDG_STATE_HOME": "/dev/null/state"},
        {"XDG_STATE_HOME": "relative", "CLAUDE_CONFIG_DIR": "relative"},
        {"HOME": "/nowhere", "LANG": "xx", "PYTHONIOENCODING": "ascii"},
        {"CLAUDE_CONFIG_DIR": "/proc/self/mem/x" + "y" * 5000},
    ],
)
def test_it_succeeds_in_any_environment(program: Program, variables: dict[str, str]) -> None:
    program.env |= variables
    run(program, json.dumps(FAILED))


def test_a_deleted_folder_and_closed_streams_do_not_matter(program: Program) -> None:
    for ending in ("<&- >&- 2>&-", "</dev/null >/dev/full 2>/dev/full"):
        shell = ["sh", "-c", f'mkdir gone; cd gone; rmdir ../gone; exec "$@" {ending}', "sh"]
        environment = program.environment | {"CLAUDE_CONFIG_DIR": "relative"}
        done = subprocess.run(
            [*shell, *program.command("hook")], env=environment, cwd=program.home.path, timeout=TIMEOUT_S,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0


def test_input_that_never_ends_is_not_waited_for(program: Program) -> None:
    reader, writer = os.pipe()
    try:
        os.write(writer, json.dumps(FAILED).encode())
        done = subprocess.run(
            program.command("hook"), env=program.environment, stdin=reader, timeout=TIMEOUT_S, check=False
        )
    finally:
        os.close(reader)
        os.close(writer)
    assert done.returncode == 0
    assert hit_file(program).exists()


def test_the_demo_saves_nothing(program: Program) -> None:
    run(program, json.dumps(FAILED), "--demo")
    assert not hit_file(program).exists()


# Claude Code's settings.


@pytest.fixture
def settings(program: Program) -> Path:
    folder = program.home.path / ".claude"
    folder.mkdir()
    return folder / "settings.json"


def write(path: Path, keys: dict[str, object]) -> bytes:
    path.write_text(json.dumps(keys, indent=4) + "\n", encoding="utf-8")
    return path.read_bytes()


def groups_in(path: Path) -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["hooks"]["StopFailure"]
    return groups


FOREIGN: dict[str, object] = {
    "model": "opus",
    "hooks": {
        "Stop": [{"hooks": [{"type": "command", "command": "say done"}]}],
        "StopFailure": [{"matcher": "billing_error", "hooks": [{"type": "command", "command": "pay"}]}],
    },
}


@pytest.mark.parametrize(
    "before", [{"model": "opus"}, {"hooks": {}}, {"hooks": {"StopFailure": []}}, FOREIGN]
)
def test_the_installed_hook_runs_once_and_uninstalling_restores_the_file(
    program: Program, settings: Path, before: dict[str, object]
) -> None:
    text = write(settings, before)
    answer = program.run("hook", "--install")
    assert (answer.code, answer.err) == (0, "")
    assert str(settings) in answer.out
    once = settings.read_bytes()
    assert "nothing was changed" in program.run("hook", "--install").out
    assert settings.read_bytes() == once
    ours = groups_in(settings)[-1]
    assert ours["matcher"] == "rate_limit"
    (hook,) = ours["hooks"]
    done = subprocess.run(  # noqa: S602 - it is a line for the shell
        hook["command"], shell=True, env=program.environment, input=json.dumps(FAILED).encode(),
        capture_output=True, timeout=TIMEOUT_S, check=True,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == (b"", b"")
    assert hit_file(program).exists()
    assert program.run("hook", "--uninstall").code == 0
    assert settings.read_bytes() == text


@pytest.mark.parametrize("first", ["hook", "statusline"])
def test_hook_and_status_line_can_be_installed_and_removed_in_any_order(
    program: Program, settings: Path, first: str
) -> None:
    text = write(settings, FOREIGN | {"statusLine": {"type": "command", "command": "mine"}})
    both = [first, "statusline" if first == "hook" else "hook"]
    for command in both:
        program.run(command, "--install")
    for command in both:
        program.run(command, "--uninstall")
    assert json.loads(settings.read_bytes()) == json.loads(text)


def test_other_hooks_stay_even_those_added_later(program: Program, settings: Path) -> None:
    write(settings, FOREIGN)
    program.run("hook", "--install")
    changed = json.loads(settings.read_bytes())
    changed["hooks"]["StopFailure"][-1]["hooks"].append({"type": "command", "command": "later"})
    changed["hooks"]["Stop"].append({"hooks": [{"type": "command", "command": "also later"}]})
    write(settings, changed)
    program.run("hook", "--uninstall")
    after = json.loads(settings.read_bytes())["hooks"]
    assert [each["command"] for group in after["StopFailure"] for each in group["hooks"]] == ["pay", "later"]
    assert len(after["Stop"]) == 2


def test_a_hook_that_the_user_wrapped_is_left_and_named(program: Program, settings: Path) -> None:
    wrapped = "FOO=1 claudometer hook | cat"
    text = write(settings, {"hooks": {"StopFailure": [{"hooks": [{"type": "command", "command": wrapped}]}]}})
    for way in ("--install", "--uninstall"):
        answer = program.run("hook", way)
        assert (answer.code, answer.err) == (0, "")
        assert settings.read_bytes() == text
    assert wrapped in answer.out
    assert list(settings.parent.iterdir()) == [settings]


@pytest.mark.parametrize("hooks", ["x", [], {"StopFailure": {}}, 5])
def test_hooks_of_an_unknown_form_are_refused_and_not_touched(
    program: Program, settings: Path, hooks: object
) -> None:
    text = write(settings, {"hooks": hooks})
    answer = program.run("hook", "--install")
    assert (answer.code, answer.out) == (69, "")
    assert message_for_code(ErrorCode.HOOKS_UNKNOWN).title in answer.err
    assert program.run("hook", "--uninstall").code == 0
    assert settings.read_bytes() == text
    assert list(settings.parent.iterdir()) == [settings]


def test_installing_again_after_a_move_replaces_the_hook(program: Program, settings: Path) -> None:
    old = {"type": "command", "command": "/old/claudometer hook", "timeout": 3}
    write(settings, {"hooks": {"StopFailure": [{"matcher": "rate_limit", "hooks": [old]}]}})
    assert "now point to this" in program.run("hook", "--install").out
    (group,) = groups_in(settings)
    (hook,) = group["hooks"]
    assert hook["timeout"] == 3
    assert hook["command"].endswith("claudometer hook")
    assert hook["command"] != old["command"]


def test_disabled_hooks_are_reported(program: Program, settings: Path) -> None:
    write(settings, {"disableAllHooks": True})
    assert f"“disableAllHooks” in {settings}" in program.run("hook", "--install").out
