"""Parsing a command line, and describing the mistakes in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claudometer.cli import options
from claudometer.cli.commands import COMMANDS, DEFAULT
from claudometer.cli.options import Call, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence


def parse(words: Sequence[str]) -> Call:
    return options.parse(words, COMMANDS, DEFAULT)


def mistake(*words: str) -> tuple[str, str, str | None]:
    with pytest.raises(UsageError) as caught:
        parse(words)
    return caught.value.kind, caught.value.word, caught.value.suggestion


def test_no_argument_starts_the_app() -> None:
    call = parse([])
    assert call.command.name == ""
    assert not call.demo


@pytest.mark.parametrize("name", [command.name for command in COMMANDS])
def test_every_command_is_found_by_its_name(name: str) -> None:
    assert parse([name]).command.name == name


@pytest.mark.parametrize(
    "words", [["--demo", "status"], ["status", "--demo"], ["--demo", "status", "--json"]]
)
def test_demo_may_come_before_or_after_the_command(words: list[str]) -> None:
    call = parse(words)
    assert call.command.name == "status"
    assert call.demo


@pytest.mark.parametrize("words", [["--format", "{plan}"], ["--format={plan}"]])
def test_a_value_follows_a_space_or_an_equals_sign(words: list[str]) -> None:
    assert parse(["status", *words]).values["--format"] == "{plan}"


def test_a_value_may_look_like_an_option_and_contain_an_equals_sign() -> None:
    assert parse(["status", "--format", "--x=1"]).values["--format"] == "--x=1"
    assert parse(["status", "--format=a=b"]).values["--format"] == "a=b"


@pytest.mark.parametrize("words", [["-h"], ["--help"], ["help"]])
def test_help_can_be_requested_in_the_usual_ways(words: list[str]) -> None:
    assert parse(words).has("--help")
    call = parse([*words, "status"])
    assert call.has("--help")
    assert call.command.name == "status"


@pytest.mark.parametrize(
    ("words", "kind", "word", "suggestion"),
    [
        (["staus"], "unknown_command", "staus", "status"),
        (["xyz"], "unknown_command", "xyz", None),
        (["windo"], "unknown_command", "windo", None),
        (["status", "--jsn"], "unknown_option", "--jsn", "--json"),
        (["--json"], "unknown_option", "--json", None),
        (["--json", "status"], "unknown_option", "--json", None),
        (["quit", "--json"], "unknown_option", "--json", None),
        (["watch", "--format", "x"], "unknown_option", "--format", None),
        (["-x"], "unknown_option", "-x", None),
        (["status", "--format"], "missing_value", "--format", None),
        (["--demo=yes"], "unexpected_value", "--demo", None),
        (["status", "watch"], "unexpected_word", "watch", None),
        (["status", ""], "unexpected_word", "", None),
    ],
)
def test_a_mistake_names_its_word_and_a_likely_correction(
    words: list[str], kind: str, word: str, suggestion: str | None
) -> None:
    assert mistake(*words) == (kind, word, suggestion)
