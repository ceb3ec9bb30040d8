"""The self-test's findings as lines. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.present.messages.errors import message_for_code
from claudometer.present.messages.terminal import Terminal, for_terminal

if TYPE_CHECKING:
    from claudometer.domain.errors import ErrorCode

_FINE = {
    "certificates": "the system's are there",
    "keyring": "can be reached, and is open",
    "tray": "the icon is up",
    "window": "the page shows its data",
    "end": "ended when asked to",
}
"""By the value of ``processes.doctor.Part``."""

_MARKS = {"ok": "ok", "lacking": "lacking", "failed": "FAILED"}


def line_for(part: str, state: str, code: ErrorCode | None, folder: str | None) -> str:
    """Return one line: the part, how it is, and in words why."""
    words = _FINE[part]
    if code is not None:
        message = message_for_code(code, {"folder": folder} if folder else {})
        message = for_terminal(code, message, Terminal.ONCE)
        words = f"{message.title} {message.hint}"
    return f"{part:<13} {_MARKS[state]:<8} {words}"
