"""``main`` of the command line: parses it, runs the command, and catches every unexpected exception."""

from __future__ import annotations

import os
import sys

from claudometer.cli.commands import COMMANDS, DEFAULT
from claudometer.cli.options import UsageError, parse
from claudometer.system.demo_plan import choose_demo_plan
from claudometer.system.streams import can_print, replace_closed_outputs, soften, watch_output

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TextIO

INTERRUPTED = 130  # as a shell reports a program that SIGINT ended: 128 + 2
BROKEN_PIPE = 141  # as a shell reports a program that SIGPIPE ended: 128 + 13

_WORK_AT_THE_END = {"atexit", "threading"}
"""Only with these modules can anything wait for the end of the process, such as a thread that writes."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command that ``argv`` names and return its exit code. Raises nothing.

    With ``None``, the process's own command line is used. The process then ends here, after a command that
    loaded little.
    """
    words = sys.argv[1:] if argv is None else list(argv)
    replace_closed_outputs()
    watch_output()
    code = _run_safely(words)
    try:
        sys.stderr.flush()
    except OSError:  # its disk is full, or nobody reads it
        _silence(sys.stderr)
    # Python would first free every object one by one, for 1.5 ms. And where a call hangs in an import, it
    # may wait for that import for good: what is freed last may import the same module.
    if argv is None and (not sys.modules.keys() & _WORK_AT_THE_END or _is_call_abandoned()):
        os._exit(code)
    return code


def _is_call_abandoned() -> bool:
    """Return whether a call that was abandoned has still not returned, see ``system/off_loop.py``."""
    calls = sys.modules.get("claudometer.system.off_loop")
    return calls is not None and calls.has_overdue_call()


def _run_safely(words: Sequence[str]) -> int:
    try:
        for stream in (sys.stdout, sys.stderr):
            soften(stream, _in_ascii)
        code = _run(words)
        sys.stdout.flush()  # here, so that a full disk or a closed pipe becomes an exit code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _silence(sys.stdout)
        return BROKEN_PIPE
    except Exception as error:  # noqa: BLE001 - barrier; `explain` logs it
        return _explain(error, words)
    return code


def _explain(error: Exception, words: Sequence[str]) -> int:
    if isinstance(error, OSError) and not can_print():
        _silence(sys.stdout)
        if _is_run_by_claude_code(words):
            return 0
        from claudometer.domain.errors import ClaudometerError, ErrorCode

        error = ClaudometerError(ErrorCode.OUTPUT_UNWRITABLE)
    from claudometer.cli.failures import explain

    return explain(error, demo="--demo" in words)


def _is_run_by_claude_code(words: Sequence[str]) -> bool:
    """Return whether it is a command whose exit code must always be 0."""
    edits_settings = "--install" in words or "--uninstall" in words
    return words[:1] in (["statusline"], ["hook"]) and not edits_settings


def _run(words: Sequence[str]) -> int:
    try:
        call = parse(words, COMMANDS, DEFAULT)
    except UsageError as error:
        from claudometer.cli.failures import refuse

        return refuse(error.command, error.kind, error.word, error.suggestion)
    choose_demo_plan(call.plan)
    if call.has("--help"):
        from claudometer.present.messages.cli import help_for

        print(help_for(call.command.name))
        return 0
    if call.has("--version"):
        from claudometer.cli.version import print_version

        return print_version()
    if call.has("--selftest"):
        from claudometer.cli.selftest import run_selftest

        return run_selftest()
    return call.command.run(call)


def _silence(stream: TextIO) -> None:
    """Print nothing more, because the program that reads our output has closed it, or the disk is full."""
    # Otherwise Python flushes its buffer at exit, fails again, and prints a traceback.
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _in_ascii(text: str) -> str:
    """Return text that an ASCII locale can write: plain quotes, and question marks for the rest."""
    from claudometer.present.typesetting import as_ascii

    return as_ascii(text)
