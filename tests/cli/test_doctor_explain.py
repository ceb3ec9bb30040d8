"""``doctor --explain``: what it says about the JSON that Claude Code passes to a status line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = str(Path(sys.executable).with_name("claudometer"))
SESSION = {"five_hour": {"used_percentage": 42, "resets_at": "2030-01-01T10:00:00Z"}}


def explain(standard_input: str) -> tuple[int, str]:
    done = subprocess.run(
        [PROGRAM, "doctor", "--explain"],
        input=standard_input,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


@pytest.mark.parametrize(
    ("standard_input", "code", "says"),
    [
        ("", 1, "✗ Nothing arrived on standard input."),
        ("nothing to parse", 1, "✗ The input is not a JSON object."),
        ("[1]", 1, "✗ The input is not a JSON object."),
        ("{}", 1, "✗ It has no “rate_limits”."),
        ('{"rate_limits": {"five_hour": 3}}', 1, "✗ It has “rate_limits”, but no limit in a known form."),
        (json.dumps({"version": "2.1.332", "rate_limits": SESSION}), 0, "✓ Claude Code 2.1.332"),
        (json.dumps({"rate_limits": SESSION | {"odd": 7}}), 0, "✗ Not understood: odd"),
    ],
)
def test_it_says_what_it_finds(standard_input: str, code: int, says: str) -> None:
    returncode, output = explain(standard_input)
    assert (returncode, says in output) == (code, True), output


def test_a_text_with_escape_sequences_is_printed_without_them() -> None:
    _code, output = explain(json.dumps({"version": "\x1b[31mred"}))
    assert "red" in output
    assert "\x1b" not in output
