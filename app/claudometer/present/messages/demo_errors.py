"""What goes wrong with the demo, where the step that helps is about the demo, too. Pure."""

from __future__ import annotations

from typing import Final

from claudometer.domain.errors import ErrorCode
from claudometer.present.messages.message import Message

WITH_FACT: Final[dict[tuple[ErrorCode, str], Message]] = {
    (ErrorCode.NO_DISPLAY, "demo"): Message(
        "There is no graphical session here.",
        "Use “claudometer --demo watch” to follow the sample data in the terminal.",
    ),
    (ErrorCode.NOT_RUNNING, "demo"): Message(
        "The demo is not running.",
        "Start it with “claudometer --demo”. “claudometer --demo status” shows the numbers without it.",
    ),
    (ErrorCode.APP_ENDED, "demo"): Message(
        "The demo quit before it answered.", "Start it again with “claudometer --demo”."
    ),
    (ErrorCode.APP_BUSY, "demo"): Message(
        "The demo is busy: too many programs are connected to it.",
        "Close some of them, such as “claudometer --demo watch” in other terminals, and try again.",
    ),
}
"""For errors of a command after ``--demo``, which come with the fact ``demo``."""
