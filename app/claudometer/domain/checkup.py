"""What a check of this computer finds: for each part how it is, and facts for its sentence. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from claudometer.domain.errors import Fact


class Part(StrEnum):
    """What is checked, in the order of the report. The values are public: ``doctor --json`` prints them."""

    LOGIN = "login"
    CONNECTION = "connection"
    PROXY = "proxy"
    CERTIFICATES = "certificates"
    ROOM = "room"  # how many requests the account's budget has left
    CLOCK = "clock"
    TRAY = "tray"
    NOTIFICATIONS = "notifications"
    KEYRING = "keyring"
    WINDOW = "window"
    AUTOSTART = "autostart"
    STATUS_LINE = "status-line"
    HOOK = "hook"
    SETTINGS = "settings"
    DATA = "data"
    HISTORY = "history"
    COPIES = "copies"  # whether the app runs, and whether it runs twice
    VERSIONS = "versions"


class State(StrEnum):
    """How a part is. Public, too.

    ``UNKNOWN``: it could not be found out. ``NOT_HERE``: it is not there, and nothing needs it.
    """

    OK = "ok"
    ATTENTION = "attention"
    UNKNOWN = "unknown"
    NOT_HERE = "not-here"


@dataclass(frozen=True, slots=True)
class Finding:
    """What the check of one part found.

    Attributes:
        said: which sentence says it: an ``ErrorCode``, or a key of ``present.messages.doctor``.
        facts: what the sentence and its step need. No secret, no name of a person. Paths have ``~`` for the
            home folder; ``command`` is a line for a shell; a time, in seconds since 1970, ends in ``_at``, or
            in ``_day`` if only its day is said.
    """

    part: Part
    state: State
    said: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
