"""Reads the words of a command line against the table of commands. Knows no sentence and runs nothing."""

from __future__ import annotations

from claudometer.cli.call import Call, Command
from claudometer.cli.commands import COMMANDS, DEFAULT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

GLOBAL_OPTIONS = {"--demo": False, "--help": False, "--version": False, "--selftest": False}
_SHORT = {"-h": "--help", "help": "--help"}


class UsageError(Exception):
    """Words that cannot be followed: what kind of mistake, which word, and what was probably meant."""

    def __init__(self, kind: str, word: str, suggestion: str | None = None) -> None:
        super().__init__(kind)
        self.kind = kind
        self.word = word
        self.suggestion = suggestion


def parse(words: Sequence[str]) -> Call:
    """Return what to do. Options of the program may stand anywhere, those of a command after it.

    Raises:
        UsageError: the words make no sense.
    """
    command: Command | None = None
    values: dict[str, str] = {}
    remaining = iter(words)
    for word in remaining:
        plain = _SHORT.get(word, word)
        if plain.startswith("-"):
            _take_option(plain, remaining, (command or DEFAULT).options | GLOBAL_OPTIONS, values)
        elif command is None:
            command = _find_command(plain)
        else:
            raise UsageError("unexpected_word", word)
    return Call(command or DEFAULT, values)


def _take_option(word: str, remaining: Iterator[str], known: dict[str, bool], values: dict[str, str]) -> None:
    name, equals, value = word.partition("=")
    if name not in known:
        raise UsageError("unknown_option", name, _closest(name, known))
    if not known[name]:
        if equals:
            raise UsageError("unexpected_value", name)
        values[name] = ""
        return
    if not equals:
        following = next(remaining, None)
        if following is None:
            raise UsageError("missing_value", name)
        value = following
    values[name] = value


def _find_command(word: str) -> Command:
    for command in COMMANDS:
        if command.name == word:
            return command
    visible = [command.name for command in COMMANDS if not command.hidden]
    raise UsageError("unknown_command", word, _closest(word, visible))


def _closest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that was probably meant; dashes say nothing about likeness."""
    from difflib import get_close_matches

    names = {name.lstrip("-"): name for name in known}
    return next((names[name] for name in get_close_matches(word.lstrip("-"), names, n=1)), None)
