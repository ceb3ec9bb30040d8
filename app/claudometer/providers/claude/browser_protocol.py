"""The talk between the app and the browser that asks for it: one JSON line a message. Pure; both ends use it.

::

    app      {"base_url": "https://claude.ai/api", "session_key": "…", "folder": "…"}
             {"ask": "organizations"}
    browser  {"visits": […], "status": 200, "headers": {…}, "body": "…"}
             {"visits": […], "trouble": "…"}       if there is no answer, and why
             either with "renewed": "…"            if the server gave a new key
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
"""The longest that one run may live, whatever a page does."""

MAX_BODY_BYTES = 2 * 1024 * 1024
MAX_LINE_BYTES = 16 * 1024 * 1024
"""A body of control characters grows sixfold as JSON."""

MAX_VISITS = 20

FIRST_PAGE = "organizations"
"""What the browser loads to meet the check and to ask from."""

_PATH = re.compile(r"organizations(?:/[A-Za-z0-9%._~-]{1,600}/usage)?")
"""The two questions that the browser can be asked, below its base address. It fetches nothing else."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What one run starts with. ``folder`` takes the compiled rules of what may be loaded; no secret."""

    base_url: str
    session_key: Secret
    folder: str

    @property
    def origin(self) -> str:
        """The only place that is asked, as scheme, host and port."""
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}"


@dataclass(frozen=True, slots=True)
class Visit:
    """A page of the origin that the browser loaded on the way: the check, and what came after it."""

    status: int
    duration_s: float
    is_check: bool


@dataclass(frozen=True, slots=True)
class Page:
    """What the server said to a question: of the headers only those that a decision needs."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a question: an answer, or why there is none; and the key that the server gave instead."""

    said: Page | ErrorCode
    visits: tuple[Visit, ...] = ()
    renewed: Secret | None = None


def encode_opening(opening: Opening) -> bytes:
    """Return the first line. It holds the key: for a pipe alone."""
    return _line(base_url=opening.base_url, session_key=opening.session_key.reveal(), folder=opening.folder)


def decode_opening(line: bytes) -> Opening:
    """Read the first line.

    Raises:
        ValueError: not one, or an address that a secret must not go to.
    """
    wire = _object(line)
    opening = Opening(_text(wire, "base_url"), Secret(_text(wire, "session_key")), _text(wire, "folder"))
    if not is_safe_url(opening.base_url):
        raise ValueError("not an address for a secret")
    return opening


def encode_question(path: str) -> bytes:
    """Return a question as a line."""
    return _line(ask=path)


def decode_question(line: bytes) -> str:
    """Return the path that is asked for.

    Raises:
        ValueError: not one of the two that may be asked.
    """
    path = _text(_object(line), "ask")
    if not _PATH.fullmatch(path):
        raise ValueError("not a question of ours")
    return path


def encode_told(told: Told) -> bytes:
    """Return what came of a question as a line. It may hold a key: for a pipe alone."""
    visits = [[visit.status, round(visit.duration_s, 3), visit.is_check] for visit in told.visits]
    wire: dict[str, object] = {"visits": visits}
    if told.renewed is not None:
        wire["renewed"] = told.renewed.reveal()
    if isinstance(told.said, ErrorCode):
        return _line(**wire, trouble=told.said.value)
    body = told.said.body.decode("utf-8", "replace")
    return _line(**wire, status=told.said.status, headers=dict(told.said.headers), body=body)


def decode_told(line: bytes) -> Told:
    """Read what came of a question.

    Raises:
        ValueError: torn, or not of ours.
    """
    wire = _object(line)
    try:
        visits = tuple(
            Visit(int(status), max(0.0, float(taken)), is_check is True)
            for status, taken, is_check in wire["visits"][:MAX_VISITS]
        )
        renewed = Secret(_text(wire, "renewed")) if "renewed" in wire else None
        if "trouble" in wire:
            return Told(ErrorCode(wire["trouble"]), visits, renewed)
        headers = {str(name): str(value) for name, value in wire["headers"].items()}
        return Told(Page(int(wire["status"]), headers, _text(wire, "body").encode()), visits, renewed)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("not an answer of ours") from error


def _line(**message: object) -> bytes:
    return json.dumps(message, separators=(",", ":")).encode() + b"\n"


def _object(line: bytes) -> dict[str, Any]:
    wire = json.loads(line)
    if not isinstance(wire, dict):
        raise ValueError("not an object")  # noqa: TRY004 - one error for all that is no message
    return wire


def _text(wire: Mapping[str, Any], name: str) -> str:
    value = wire.get(name)
    if not isinstance(value, str):
        raise ValueError("a text is missing")  # noqa: TRY004
    return value
