"""The browser's process: an opening and questions on stdin, answers on stdout, gone within 30 seconds."""

from __future__ import annotations

import logging
import signal
import sys
from typing import TYPE_CHECKING, BinaryIO, Protocol

from claudometer.domain.errors import ClaudometerError
from claudometer.providers.claude.browser_protocol import (
    MAX_LINE_BYTES,
    TIME_LIMIT_S,
    Told,
    decode_opening,
    decode_question,
    encode_told,
)

if TYPE_CHECKING:
    from claudometer.providers.claude.browser_protocol import Opening

log = logging.getLogger(__name__)


class Browser(Protocol):
    """What answers questions."""

    def ask(self, path: str) -> Told:
        """Ask for a path below the base address."""
        ...


def run(questions: BinaryIO, answers: BinaryIO) -> int:
    """Answer one question a line until there is no other. The first line is the opening.

    Raises:
        ValueError: a line that is no message of ours.
    """
    if sys.platform != "win32":
        signal.alarm(TIME_LIMIT_S)  # should whoever started us be gone
    opening = decode_opening(questions.readline(MAX_LINE_BYTES))
    browser = _open(opening)
    while line := questions.readline(MAX_LINE_BYTES):
        answers.write(encode_told(browser.ask(decode_question(line))))
        answers.flush()
    return 0


class _NoBrowser:
    """Stands where no browser can be: answers why."""

    def __init__(self, error: ClaudometerError) -> None:
        self._code = error.code

    def ask(self, path: str) -> Told:
        log.warning("no browser to ask for %s: %s", path.partition("/")[0], self._code)
        return Told(self._code)


def _open(opening: Opening) -> Browser:
    from claudometer.ui.browser.web_view import WebView  # noqa: PLC0415 - loads GTK, after the key is read

    try:
        return WebView(opening)
    except ClaudometerError as error:
        return _NoBrowser(error)
