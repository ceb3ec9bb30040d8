"""The command line's ``main``: parses the arguments, runs the command, and catches what it raises."""

from __future__ import annotations

import sys

from claudometer.cli.options import UsageError, parse
from claudometer.present.exit_codes import USAGE
from claudometer.system.streams import soften

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

INTERRUPTED = 130
BROKEN_PIPE = 141


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command that ``argv`` names and return its exit code. Raises nothing."""
    words = sys.argv[1:] if argv is None else list(argv)
    try:
        for stream in (sys.stdout, sys.stderr):
            soften(stream, _in_ascii)
        code = _run(words)
        if sys.stdout is not None:  # it is, when the program was started without a console
            sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return _stay_quiet()
    except Exception as error:  # noqa: BLE001 - barrier; `explain` logs it
        from claudometer.cli.failures import explain

        return explain(error, demo="--demo" in words)
    return code


def _run(words: Sequence[str]) -> int:
    try:
        call = parse(words)
    except UsageError as error:
        from claudometer.present.usage import describe

        print(describe(error.kind, error.word, error.suggestion), file=sys.stderr)
        return USAGE
    if call.has("--help"):
        from claudometer.present.usage import help_for

        print(help_for(call.command.name))
        return 0
    if call.has("--version"):
        from claudometer.cli.version import print_version

        return print_version()
    if call.has("--selftest"):
        from claudometer.cli.selftest import run_selftest

        return run_selftest()
    return call.command.run(call)


def _stay_quiet() -> int:
    """Print nothing more, not even at exit: the reader of our output has closed it."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return BROKEN_PIPE


def _in_ascii(text: str) -> str:
    """Replace what the locale cannot encode by plain quotes and question marks."""
    from claudometer.present.typesetting import as_ascii

    return as_ascii(text)
