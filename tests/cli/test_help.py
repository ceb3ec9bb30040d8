"""The help texts: complete, and no wider than a terminal."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from claudometer.cli import claude_setup, options, status, template
from claudometer.cli.commands import COMMANDS
from claudometer.cli.options import GLOBAL_OPTIONS
from claudometer.present.messages import cli as usage

if TYPE_CHECKING:
    from tests.cli.program import Program

VISIBLE = [command for command in COMMANDS if not command.hidden]


def test_the_help_describes_exactly_the_commands_and_options_that_exist() -> None:
    assert list(usage.COMMANDS) == [command.name for command in VISIBLE]
    assert {name.partition(" ")[0]: " " in name for name in usage.OPTIONS} == GLOBAL_OPTIONS
    for command in VISIBLE:
        described = usage.OPTIONS_OF.get(command.name, {})
        assert {name.partition(" ")[0]: " " in name for name in described} == command.options


@pytest.mark.parametrize("name", ["", *(command.name for command in VISIBLE)])
def test_help_fits_in_eighty_columns_and_in_ascii(name: str) -> None:
    text = usage.help_for(name)
    assert max(len(line) for line in text.splitlines()) <= 80
    assert text.isascii()


def test_the_program_help_names_every_command_but_the_hidden_one() -> None:
    lines = usage.help_for("").splitlines()
    assert {line.split()[0] for line in lines if line.startswith("  ")} >= {each.name for each in VISIBLE}
    assert "window  " not in usage.help_for("")


def test_the_page_of_the_terminal_has_every_command() -> None:
    page = (Path(__file__).parent.parent.parent / ".github/terminal.md").read_text(encoding="utf-8")
    assert [name for name in usage.COMMANDS if f"\nclaudometer {name} " not in page] == []


def test_the_help_of_status_lists_every_name_of_a_template() -> None:
    words = usage.help_for("status").replace("LIMIT.", "").split()
    assert set(template.PLAIN) <= set(words)
    assert set(template.OF_A_LIMIT) <= set(words)


def kinds_in(*modules: object) -> set[str]:
    """Return the kinds of usage error that the source of these modules raises."""
    found: set[str] = set()
    for module in modules:
        for node in ast.walk(ast.parse(inspect.getsource(module))):  # type: ignore[arg-type]
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                named = node.func.id in {"UsageError", "BadTemplateError", "_refuse", "refuse"}
                # The kind is the first text among the arguments; a call or a command's name may precede it.
                texts = [each.value for each in node.args[:2] if isinstance(each, ast.Constant)]
                found.update(map(str, texts[:1]) if named else ())
    return found


def test_every_kind_of_usage_error_has_a_message() -> None:
    kinds = kinds_in(options, template, status, claude_setup)
    assert len(kinds) == 12  # fewer would mean that some are raised in a way that is not found here
    for kind in kinds:
        assert usage.describe(kind, "wørd").startswith("claudometer: ")


def test_a_usage_error_comes_with_a_suggestion() -> None:
    assert usage.describe("unknown_command", "staus", "status") == (
        'claudometer: There is no command "staus"; did you mean status?\nSee "claudometer --help".'
    )
    assert usage.describe("unknown_option", "--jsno", "--json", command="status").endswith(
        'did you mean --json?\nSee "claudometer status --help".'
    )
    assert usage.describe("unexpected_word", "x", command="window").endswith('See "claudometer --help".')
    assert usage.describe("unknown_name", "sesion.percent").startswith(
        "claudometer: There is no value named {sesion.percent}.\n\nNames for a template:\n  status  mode"
    )


@pytest.mark.parametrize("name", [command.name for command in VISIBLE])
def test_a_mistake_after_a_command_names_the_help_of_that_command(program: Program, name: str) -> None:
    answer = program.run(name, "--nosuch")
    assert (answer.code, answer.out) == (64, "")
    assert answer.err.splitlines()[-1] == f'See "claudometer {name} --help".'
    assert program.run(name, "--help").out.startswith(f"Usage: claudometer {name}")


@pytest.mark.parametrize(
    "line",
    [
        "accounts nosuch",
        "accounts organization",
        "accounts organization nosuch automatic",
        "alerts nosuch",
        "export",
        "export --json --csv",
        "guard --need much",
        "history nosuch",
        "history --yes",
        "history --json --csv",
        "history --days 0",
        "hook --install --uninstall",
        "mute nosuch",
        "resets --json --csv",
        "status --format",
        "status --format {plan} --json",
        "status --json=yes",
        "status nosuch",
        "statusline --install --uninstall",
        "--demo guard --limit nosuch",
        "--demo watch --nosuch",
    ],
)
def test_so_does_whatever_a_command_refuses_itself(program: Program, line: str) -> None:
    words = line.split()
    answer = program.run(*words)
    name = next(word for word in words if not word.startswith("-"))
    assert (answer.code, answer.err.splitlines()[-1]) == (64, f'See "claudometer {name} --help".')


@pytest.mark.parametrize(
    "line",
    [
        "nosuch",
        "--nosuch",
        "--nosuch status",
        "window --nosuch",  # a hidden command has no help
        "status --plan pro",  # the plans are in the program's help alone
        "status --demo --plan nosuch",
        "status --plan",
        "status --version=1",
    ],
)
def test_a_mistake_outside_a_command_names_the_help_of_the_program(program: Program, line: str) -> None:
    answer = program.run(*line.split())
    assert (answer.code, answer.err.splitlines()[-1]) == (64, 'See "claudometer --help".')
