"""What the self-test finds when it tries the demo, as lines of a terminal. Pure."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

from claudometer.present.messages.errors import message_for_code
from claudometer.present.messages.terminal import Terminal, for_terminal

if TYPE_CHECKING:
    from claudometer.domain.errors import ErrorCode

TRYING: Final = "Trying it with sample data:"

FINE: Final = {
    "certificates": "CA certificates are installed",
    "keyring": "the keyring can be reached and is unlocked",
    "tray": "the tray icon is shown",
    "window": "the window opens and shows its data",
    "end": "the app quits when asked to",
}
"""By the value of ``processes.doctor.trial.Trial``."""

STATES: Final = {"ok": "ok", "lacking": "missing", "failed": "FAILED"}

_COLUMNS = 80
_PART, _STATE = 13, 8  # widths of the first two columns


def line_for(part: str, state: str, code: ErrorCode | None, folder: str | None) -> str:
    """Return the part, its state and the reason, wrapped to 80 columns with a hanging indent.

    Args:
        part: a key of ``FINE``.
        state: a key of ``STATES``.
        code: what is wrong, ``None`` if nothing is.
        folder: of the log, for an error that names it.
    """
    words = FINE[part]
    if code is not None:
        message = message_for_code(code, {"folder": folder} if folder else {})
        message = for_terminal(code, message, Terminal.ONCE)
        words = f"{message.title} {message.hint}"
    return textwrap.fill(
        f"{part:<{_PART}} {STATES[state]:<{_STATE}} {words}",
        _COLUMNS,
        subsequent_indent=" " * (_PART + _STATE + 2),
        break_long_words=False,
        break_on_hyphens=False,
    )
