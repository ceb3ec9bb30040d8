"""The protocol of the local socket: every message that its two ends exchange. Pure, versioned.

Each message is one JSON object on one line, of 64 KiB at most. Kept free of heavy imports, because
``claudometer status`` loads it.
"""

from __future__ import annotations

from claudometer.domain.quick_json import dumps, loads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Final, NoReturn, TypedDict

    from claudometer.control.wire.answers import Fact, Refusal

    Message = dict[str, Any]
    """Any JSON object. What it holds in each case is in ``control.wire``."""

    class Request(TypedDict):
        """What a client sends."""

        v: int
        id: int
        op: str
        params: Mapping[str, object]


VERSION: Final = 1
MAX_LINE_BYTES: Final = 64 * 1024
"""Limits the memory that a client can take up. A test checks that the largest card and report fit."""

# Every operation, with its parameters and its result, by its name in control.wire. None returns a secret.
OPERATIONS: Final[dict[str, str]] = {
    "ping": "{} -> Ping",
    "status": "{} -> StatusAnswer",
    "card": "{} -> CardAnswer",
    "refresh": "{} -> RefreshAnswer, when the request it led to has been answered",
    "open_window": "{} -> Empty",
    "window_ready": "{} -> Empty; from the window, once its page shows its data",
    "window_closing": "{} -> Empty; from the window, before it disappears",
    "quit": "{} -> Empty",
    "settings": "{} -> FormAnswer",
    "save_settings": "the form's fields, optionally session_key -> FormAnswer",
    "forget_key": "{} -> FormAnswer",
    "requests": "{} -> RequestsAnswer",
    "alerts": "{do: test, unmute or null; account?, limit?: what to unmute} -> AlertsAnswer",
    "mute": "{for: 1h, 4h, until-reset, tomorrow or off} -> MuteAnswer",
    "history": "{limit: an id, span: now, day, week, month or quarter} -> HistoryAnswer",
    "resets": "{} -> ResetsAnswer",
    "resets_csv": "{first: the number of a line, 0 first} -> ResetsCsvAnswer",
    "doctor": "{do: install-status-line, install-hook, unlock-keyring or null} -> DoctorAnswer, when every "
    "check has ended",
    "update": "{do: check, install, cancel, restart, page or null} -> UpdateAnswer; "
    "a check answers when it is done, a download goes on",
    "subscribe": "{view: card or report} -> Empty; then a stream of Event",
}

# Why a line was refused, as the fact `reason` of `request_invalid`.
TOO_LONG: Final = "too_long"
NOT_JSON: Final = "not_json"
NOT_AN_OBJECT: Final = "not_an_object"
UNKNOWN_OPERATION: Final = "unknown_operation"
BAD_SHAPE: Final = "shape"
UNKNOWN_VIEW: Final = "unknown_view"
TOO_MANY: Final = "too_many_connections"  # version 0.1.0 says this where `BUSY` is meant

BUSY: Final = "app_busy"
"""The ``ErrorCode`` value of a refusal that will pass: the server has too many clients. Try again soon."""


class ProtocolError(Exception):
    """A line that is refused: ``code`` is an ``ErrorCode`` value, ``number`` the request's, 0 if unknown."""

    def __init__(self, code: str, *, number: int = 0, **facts: Fact) -> None:
        super().__init__(code)
        self.code = code
        self.number = number
        self.facts = facts


def encode(message: Mapping[str, object]) -> bytes:
    """Return one line, newline included.

    Raises:
        ProtocolError: the line would be longer than ``MAX_LINE_BYTES``.
        ValueError, TypeError: a value that JSON does not have, NaN among them.
    """
    # NaN is not JSON: the page could not parse the whole card. Not ASCII only: that would double the size of
    # names in Chinese.
    text = dumps(message, allow_nan=False, ensure_ascii=False)
    # UTF-8 cannot encode a lone surrogate, which a file name may contain. Its backslash form is valid JSON.
    line = text.encode("utf-8", "backslashreplace") + b"\n"
    if len(line) > MAX_LINE_BYTES:
        raise ProtocolError("request_invalid", reason=TOO_LONG)
    return line


def decode(line: bytes) -> Message:
    """Return the object on one line.

    Raises:
        ProtocolError: not JSON, not an object, or too long.
    """
    if len(line) > MAX_LINE_BYTES:
        raise ProtocolError("request_invalid", reason=TOO_LONG)
    try:
        # Deep nesting raises RecursionError, and any process of the user may send that.
        message = loads(line, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise ProtocolError("request_invalid", reason=NOT_JSON) from error
    if not isinstance(message, dict):
        raise ProtocolError("request_invalid", reason=NOT_AN_OBJECT)
    return message


def request(op: str, params: Mapping[str, object] | None = None, *, number: int = 1) -> Message:
    """Build a request."""
    return {"v": VERSION, "id": number, "op": op, "params": params or {}}


def parse_request(line: bytes) -> Request:
    """Read a request and check its version, operation and shape.

    Raises:
        ProtocolError: ``protocol_mismatch`` for another version, else ``request_invalid``.
    """
    message = decode(line)
    number = message.get("id")
    # Not isinstance: a bool is an int, but `true` is not the number of a request.
    if type(number) is not int:
        raise ProtocolError("request_invalid", reason=BAD_SHAPE)
    # Checked before the operation: another version may mean something else by the same name.
    if type(message.get("v")) is not int or message["v"] != VERSION:
        raise ProtocolError("protocol_mismatch", number=number, expected=VERSION)
    op, params = message.get("op"), message.get("params", {})
    if not isinstance(op, str) or not isinstance(params, dict):
        raise ProtocolError("request_invalid", number=number, reason=BAD_SHAPE)
    if op not in OPERATIONS:
        raise ProtocolError("request_invalid", number=number, reason=UNKNOWN_OPERATION)
    return {"v": VERSION, "id": number, "op": op, "params": params}


def success(number: int, result: Mapping[str, object]) -> Message:
    """Build the answer to a request that was carried out."""
    return {"id": number, "ok": True, "result": result}


def failure(number: int, error: Refusal) -> Message:
    """Build the answer to a request that was refused."""
    return {"id": number, "ok": False, "error": error}


def refusal(error: ProtocolError) -> Message:
    """Build the answer to a line that is not a valid request, or that the server has no room for."""
    return failure(error.number, {"code": error.code, "facts": error.facts})


def _refuse(constant: str) -> NoReturn:
    """Refuse NaN and Infinity: Python would read them, but they are not JSON."""
    raise ValueError(constant)
