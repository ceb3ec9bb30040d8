"""The messages between the app and its browser process: one JSON object a line. Pure; both sides use it.

::

    app      {"base_url": "https://claude.ai/api", "session_key": "…", "folder": "…"}
             {"path": "organizations"}
    browser  {"page_loads": […], "status": 200, "headers": {…}, "body": "…"}
             {"page_loads": […], "error": "…"}     if there is no response
             either with "renewed_key": "…", "key_ends_at": …
                                                   if the server replaced the session key or its expiry
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from claudometer.domain.addresses import is_safe_url
from claudometer.domain.errors import ErrorCode
from claudometer.domain.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

TIME_LIMIT_S = 30
"""The longest that one browser process may live, whatever a page does."""

MAX_BODY_BYTES = 2 * 1024 * 1024  # as without a browser
# JSON writes a control character as six ("\u0001"), so a body can grow sixfold.
MAX_LINE_BYTES = 16 * 1024 * 1024
MAX_PAGE_LOADS = 20  # a check loads a few pages; more is a page that reloads itself for ever

FIRST_PAGE = "organizations"
"""The page that the browser loads to pass the check, and from which it then sends requests."""

# The only paths, below the base address, that the browser process accepts.
_PATH = re.compile(r"organizations(?:/[A-Za-z0-9%._~-]{1,600}/usage)?")


@dataclass(frozen=True, slots=True)
class StartMessage:
    """The first message to a browser process.

    Attributes:
        folder: where WebKit keeps the compiled content rules. Holds no secret.
    """

    base_url: str
    session_key: Secret
    folder: str

    @property
    def origin(self) -> str:
        """The only origin that receives requests, as scheme, host and port."""
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}"


@dataclass(frozen=True, slots=True)
class PageLoad:
    """A page of the origin that the browser loaded before a request: the check, and the page after it."""

    status: int
    duration_s: float
    is_check: bool


@dataclass(frozen=True, slots=True)
class FetchResponse:
    """The server's response to one request, with only the headers that a decision needs."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class BrowserReply:
    """The browser process's reply to one request.

    Attributes:
        result: the server's response, or why there is no response.
        page_loads: the pages loaded since the previous reply.
        renewed_key: the session key that the server has set: a new one, or that of ``StartMessage`` again
            with an expiry.
        key_ends_at: when the browser drops it, in seconds since 1970; ``None`` if the server set no end.
    """

    result: FetchResponse | ErrorCode
    page_loads: tuple[PageLoad, ...] = ()
    renewed_key: Secret | None = None
    key_ends_at: float | None = None


def encode_start(start: StartMessage) -> bytes:
    """Return the first line. It holds the session key, so it may only go into a pipe."""
    return _line(base_url=start.base_url, session_key=start.session_key.reveal(), folder=start.folder)


def decode_start(line: bytes) -> StartMessage:
    """Read the first line.

    Raises:
        ValueError: the line is not a start message, or its address must not receive a secret.
    """
    wire = _object(line)
    start = StartMessage(_text(wire, "base_url"), Secret(_text(wire, "session_key")), _text(wire, "folder"))
    if not is_safe_url(start.base_url):
        raise ValueError("this address must not receive a secret")
    return start


def encode_request(path: str) -> bytes:
    """Return the line that requests ``path``."""
    return _line(path=path)


def decode_request(line: bytes) -> str:
    """Return the requested path.

    Raises:
        ValueError: the line is not a request, or its path is not allowed.
    """
    path = _text(_object(line), "path")
    # Checked again on the browser's side: it holds a key, and must not be led anywhere else.
    if not _PATH.fullmatch(path):
        raise ValueError("this path is not allowed")
    return path


def encode_reply(reply: BrowserReply) -> bytes:
    """Return a reply as a line. It may hold a session key, so it may only go into a pipe."""
    page_loads = [[load.status, round(load.duration_s, 3), load.is_check] for load in reply.page_loads]
    wire: dict[str, object] = {"page_loads": page_loads}
    if reply.renewed_key is not None:
        wire["renewed_key"] = reply.renewed_key.reveal()
    if reply.key_ends_at is not None:
        wire["key_ends_at"] = reply.key_ends_at
    if isinstance(reply.result, ErrorCode):
        return _line(**wire, error=reply.result.value)
    # A body that is not UTF-8 is not JSON either: whoever parses it finds it unreadable.
    body = reply.result.body.decode("utf-8", "replace")
    return _line(**wire, status=reply.result.status, headers=dict(reply.result.headers), body=body)


def decode_reply(line: bytes) -> BrowserReply:
    """Read a reply.

    Raises:
        ValueError: the line is incomplete or not a reply.
    """
    wire = _object(line)
    try:
        page_loads = tuple(
            PageLoad(int(status), max(0.0, float(duration_s)), is_check is True)
            for status, duration_s, is_check in wire["page_loads"][:MAX_PAGE_LOADS]
        )
        renewed_key = Secret(_text(wire, "renewed_key")) if "renewed_key" in wire else None
        key_ends_at = float(wire["key_ends_at"]) if "key_ends_at" in wire else None
        if "error" in wire:
            return BrowserReply(ErrorCode(wire["error"]), page_loads, renewed_key, key_ends_at)
        headers = {str(name): str(value) for name, value in wire["headers"].items()}
        response = FetchResponse(int(wire["status"]), headers, _text(wire, "body").encode())
        return BrowserReply(response, page_loads, renewed_key, key_ends_at)
    # JSON has numbers that an int or a float cannot hold: Infinity, and integers of any size.
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError("not a reply") from error


def _line(**message: object) -> bytes:
    return json.dumps(message, separators=(",", ":")).encode() + b"\n"


def _object(line: bytes) -> dict[str, Any]:
    wire = json.loads(line)
    if not isinstance(wire, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004 - callers expect ValueError for every bad line
    return wire


def _text(wire: Mapping[str, Any], name: str) -> str:
    value = wire.get(name)
    if not isinstance(value, str):
        raise ValueError("a string is missing")  # noqa: TRY004 - as above
    return value
