"""Has shtab write the shells' completions. A program of its own, since only some Pythons have shtab.

Reads what help says of commands and options from standard input, as JSON; prints a script for each shell, as
JSON. The program itself does not use argparse, which would slow every command down: see libraries.md.
"""

import argparse
import json
import sys
from collections.abc import Mapping

import shtab

PROGRAM = "claudometer"
SHELLS = ("bash", "zsh", "fish")


def write_completions(
    commands: Mapping[str, str], options: Mapping[str, str], options_of: Mapping[str, Mapping[str, str]]
) -> dict[str, str]:
    """Return each shell's script.

    Args:
        commands: what each command does.
        options: what each option does that can be given before and after every command.
        options_of: what the options of a command do; "--option VALUE" takes a value.
    """
    everywhere = argparse.ArgumentParser(add_help=False)
    _add_options(everywhere, options)
    parser = argparse.ArgumentParser(PROGRAM, add_help=False, parents=[everywhere])
    subparsers = parser.add_subparsers()
    for name, does in commands.items():
        command = subparsers.add_parser(name, help=_escape(does), add_help=False, parents=[everywhere])
        _add_options(command, options_of.get(name, {}))
    return {shell: shtab.complete(parser, shell) for shell in SHELLS}


def _add_options(parser: argparse.ArgumentParser, options: Mapping[str, str]) -> None:
    for option, does in options.items():
        flag, _, value = option.partition(" ")
        if value:
            parser.add_argument(flag, metavar=value, help=_escape(does))
        else:
            parser.add_argument(flag, action="store_true", help=_escape(does))


def _escape(text: str) -> str:
    """argparse formats help texts with ``%``."""
    return text.replace("%", "%%")


if __name__ == "__main__":
    json.dump(write_completions(**json.load(sys.stdin)), sys.stdout)
