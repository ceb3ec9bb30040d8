"""Sentences of commands at a real terminal are broken between words."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

if sys.platform == "win32":
    pytest.skip("Windows has no pseudo-terminals", allow_module_level=True)

from tests.cli.terminal import Terminal

if TYPE_CHECKING:
    from tests.cli.program import Program
    from tests.control.running_server import RunningServer


def test_at_a_narrow_terminal_the_sentence_is_broken_between_words(
    program: Program, app: RunningServer
) -> None:
    command = program.command("guard", "--need", "20%")
    with Terminal(command, program.environment, (40, 24)) as terminal:
        shown = terminal.wait_for("is needed.")
    lines = [line.strip() for line in shown.splitlines() if line.strip()]
    assert lines == ["No: Session 81 % (just now) leaves 19 %,", "and 20 % is needed."]
