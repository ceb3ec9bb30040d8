"""Parses the command line into a command and its options. Runs nothing.

Written by hand, because argparse would add 5 ms to every command: see ``libraries.md``.
"""

from __future__ import annotations

from claudometer.system.demo_plan import DEMO_PLANS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

GLOBAL_OPTIONS = {"--demo": False, "--plan": True, "--help": False, "--version": False, "--selftest": False}
"""Accepted before and after every command. The value says whether the option takes one."""

_ALIASES = {"-h": "--help", "help": "--help"}


class UsageError(Exception):
    """The command line has a mistake.

    Attributes:
        kind: which mistake it is, a key of ``MISTAKES`` in ``present.messages.cli``.
        word: the word that is wrong.
        suggestion: what was probably meant, if anything is similar.
        command: the name of the command whose help says what is right; "" for the help of the program.
    """

    def __init__(self, kind: str, word: str, suggestion: str | None = None, *, command: str = "") -> None:
        super().__init__(kind)
        self.kind = kind
        self.word = word
        self.suggestion = suggestion
        self.command = command


class Command:
    """A command and the options it accepts.

    Attributes:
        run: runs the command and returns its exit code.
        options: for each option of its own, whether it takes a value.
        most_words: how many further words may follow its name.
        hidden: left out of help and suggestions.
    """

    __slots__ = ("hidden", "most_words", "name", "options", "run")

    def __init__(
        self,
        name: str,
        run: Callable[[Call], int],
        options: dict[str, bool] | None = None,
        *,
        most_words: int = 0,
        hidden: bool = False,
    ) -> None:
        self.name = name
        self.most_words = most_words
        self.run = run
        self.options = options or {}
        self.hidden = hidden


class Call:
    """A command with its options as given. An option that takes no value maps to an empty string.

    ``words`` are those that follow the command's name.
    """

    __slots__ = ("command", "values", "words")

    def __init__(self, command: Command, values: dict[str, str], words: tuple[str, ...] = ()) -> None:
        self.command = command
        self.values = values
        self.words = words

    def has(self, option: str) -> bool:
        """Return whether the option was given."""
        return option in self.values

    @property
    def demo(self) -> bool:
        """Whether to show sample data."""
        return "--demo" in self.values

    @property
    def plan(self) -> str:
        """The plan of that account, one of ``DEMO_PLANS``."""
        return self.values.get("--plan", DEMO_PLANS[0])


def parse(words: Sequence[str], commands: Sequence[Command], default: Command) -> Call:
    """Return the command and its options.

    Args:
        words: the command line without the program's name.
        commands: the commands to choose from.
        default: the command if ``words`` names none.

    Raises:
        UsageError: there is no such command or option, or a value is missing or unexpected.
    """
    command: Command | None = None
    values: dict[str, str] = {}
    further: list[str] = []
    remaining = iter(words)
    for word in remaining:
        # `help` is an alias of the option and not a command, so that it works after a command, too.
        name = _ALIASES.get(word, word)
        if name.startswith("-"):
            _parse_option(name, remaining, command or default, values)
        elif command is None:
            command = _find_command(name, commands)
        elif len(further) < command.most_words:
            further.append(word)
        else:
            raise UsageError("unexpected_word", word, command=command.name)
    # At the end, because the two options may come in either order.
    _check_plan(values)
    return Call(command or default, values, tuple(further))


def _check_plan(values: dict[str, str]) -> None:
    plan = values.get("--plan")
    if plan is None:
        return
    if "--demo" not in values:
        raise UsageError("plan_without_demo", "--plan")
    if plan not in DEMO_PLANS:
        raise UsageError("unknown_plan", plan)


def _parse_option(word: str, remaining: Iterator[str], command: Command, values: dict[str, str]) -> None:
    known = command.options | GLOBAL_OPTIONS
    name, equals, value = word.partition("=")
    if name not in known:
        raise UsageError("unknown_option", name, _closest(name, known), command=command.name)
    # The help of a command leaves out some of the options that all have, that of the program has them all.
    described = "" if name in GLOBAL_OPTIONS else command.name
    if not known[name]:
        if equals:
            raise UsageError("unexpected_value", name, command=described)
        values[name] = ""
        return
    if not equals:
        following = next(remaining, None)
        if following is None:
            raise UsageError("missing_value", name, command=described)
        value = following
    values[name] = value


def _find_command(word: str, commands: Sequence[Command]) -> Command:
    for command in commands:
        if command.name == word:
            return command
    visible = [command.name for command in commands if not command.hidden]
    raise UsageError("unknown_command", word, _closest(word, visible))


def _closest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that was probably meant."""
    # Loaded here: only a mistake pays for it.
    from difflib import get_close_matches

    # Without the dashes: all options begin with them, which would make all of them similar.
    names = {name.lstrip("-"): name for name in known}
    return next((names[name] for name in get_close_matches(word.lstrip("-"), names, n=1)), None)
