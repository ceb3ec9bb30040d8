"""Prints why a command failed, and chooses its exit code."""

from __future__ import annotations

import logging
import sys
from contextlib import suppress

from claudometer.cli.terminal_style import find_size, fitted
from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.present.exit_codes import NO_NUMBERS, USAGE
from claudometer.present.messages.cli import MESSAGE, describe, line
from claudometer.present.messages.errors import message_for_code
from claudometer.present.messages.terminal import Terminal, for_terminal
from claudometer.present.typesetting import fill
from claudometer.system.logs import start_logging
from claudometer.system.paths import find_places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from claudometer.control.wire.report import Report

SOFTWARE = 70  # EX_SOFTWARE of sysexits.h: an error in the program
_EXIT_CODES = {
    ErrorCode.ENVIRONMENT_INVALID: USAGE,
    ErrorCode.URL_REFUSED: USAGE,
    ErrorCode.ACCOUNT_UNKNOWN: USAGE,
    ErrorCode.INTERNAL: SOFTWARE,
}

log = logging.getLogger(__name__)


def explain(error: Exception, *, demo: bool) -> int:
    """Print ``error`` to standard error and return the exit code for it.

    An expected error has its own message. Anything else is a bug, and is logged with its traceback.
    """
    folder = find_places(demo=demo).log_folder
    if isinstance(error, ClaudometerError):
        print_error(error, folder=str(folder), demo=demo)
        return _EXIT_CODES.get(error.code, NO_NUMBERS)
    start_logging(folder, name="terminal")  # most commands have not started a log
    log.critical("the command failed", exc_info=error)
    print_error(ClaudometerError(ErrorCode.INTERNAL), folder=str(folder))
    return SOFTWARE


def print_error(error: ClaudometerError, *, folder: str = "", demo: bool = False) -> None:
    """Print what happened and what helps to standard error: for scripts on one line, for people wrapped."""
    facts = {"folder": folder} | ({"demo": "yes"} if demo else {}) | error.facts
    message = message_for_code(error.code, facts)
    message = for_terminal(error.code, message, Terminal.ONCE)
    with suppress(OSError):  # nobody reads it, or its disk is full
        sentences = line(MESSAGE.format(title=message.title, hint=message.hint))
        print(fitted(sentences, sys.stderr), file=sys.stderr)


def print_problem(report: Report) -> None:
    """Print to standard error why a report has no numbers, and what helps, as wide as the terminal."""
    width = find_size(sys.stderr)[0]
    for sentence in filter(None, (report["message"], report["hint"])):
        print(fill(sentence, width), file=sys.stderr)


def refuse(command: str, kind: str, word: str, suggestion: str | None = None) -> int:
    """Print what is wrong with the command line and whose help to read; return the exit code for it.

    Args:
        command: the command's name; "" for the help of the program.
        kind: a key of ``MISTAKES`` in ``present.messages.cli``.
        word: the word that is wrong; "" if none is.
        suggestion: what the user may have meant, or what is possible.
    """
    print(describe(kind, word, suggestion, command=command), file=sys.stderr)
    return USAGE
