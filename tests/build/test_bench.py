"""What ``dev.py bench --beside COMMAND`` says of a command that cannot be measured."""

from __future__ import annotations

import pytest

from tests.benchmarks.bench import beside


def test_without_the_option_nothing_else_is_measured() -> None:
    assert beside(["--quick"]) == ()


def test_the_command_may_have_arguments() -> None:
    assert beside(["--beside", "sh -c 'exit 0'", "--quick"]) == ["sh", "-c", "exit 0"]


@pytest.mark.parametrize("arguments", [["--beside"], ["--beside", " "]])
def test_a_missing_command_is_named(arguments: list[str]) -> None:
    with pytest.raises(SystemExit, match="--beside needs the command"):
        beside(arguments)


def test_a_program_that_is_not_there_is_named() -> None:
    with pytest.raises(SystemExit, match="no-such-program is not there"):
        beside(["--beside", "no-such-program --start"])
