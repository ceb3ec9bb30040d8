"""The browser process: reads a start message and requests from stdin, and writes replies to stdout."""

from __future__ import annotations

import logging
import signal
import sys
from typing import TYPE_CHECKING, BinaryIO, Protocol

from claudometer.domain.errors import ClaudometerError
from claudometer.providers.claude.browser_protocol import (
    MAX_LINE_BYTES,
    TIME_LIMIT_S,
    BrowserReply,
    decode_request,
    decode_start,
    encode_reply,
)

if TYPE_CHECKING:
    from claudometer.providers.claude.browser_protocol import StartMessage

log = logging.getLogger(__name__)


class Browser(Protocol):
    """Sends requests."""

    def request(self, path: str) -> BrowserReply:
        """Request a path below the base address. Errors are replies."""
        ...


def run(requests: BinaryIO, replies: BinaryIO) -> int:
    """Reply to one request a line until ``requests`` ends. The first line is the start message.

    Returns:
        The exit code.

    Raises:
        ValueError: a line is not a message of the protocol.
    """
    if sys.platform != "win32":
        # Usually the app kills this process. The alarm ends it if the app itself was killed.
        signal.alarm(TIME_LIMIT_S)
    start = decode_start(requests.readline(MAX_LINE_BYTES))
    browser = _start_browser(start)
    while line := requests.readline(MAX_LINE_BYTES):
        replies.write(encode_reply(browser.request(decode_request(line))))
        replies.flush()
    return 0


class _NoBrowser:
    """Replies to each request with the error because of which no browser runs."""

    def __init__(self, error: ClaudometerError) -> None:
        self._code = error.code

    def request(self, path: str) -> BrowserReply:
        log.warning("no browser can request %s: %s", path.partition("/")[0], self._code)
        return BrowserReply(self._code)


def _start_browser(start: StartMessage) -> Browser:
    from claudometer.ui.browser.web_view import WebView  # noqa: PLC0415 - loads GTK, after the key is read

    try:
        return WebView(start)
    except ClaudometerError as error:
        return _NoBrowser(error)
