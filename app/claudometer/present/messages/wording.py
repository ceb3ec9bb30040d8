"""What a message is made of, and the sentences that depend on more than the error's code. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from claudometer.domain.errors import ErrorCode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from claudometer.domain.errors import Fact

WAIT = "Claudometer keeps the numbers it has and tries again by itself."


@dataclass(frozen=True, slots=True)
class Message:
    """Two sentences: what happened, and what to do about it."""

    title: str
    hint: str


ALLOWED = {
    "CLAUDOMETER_MODE": "web or cli",
    "CLAUDOMETER_INTERVAL_SECONDS": "a whole number from 10 to 3600",
    "CLAUDOMETER_SESSION_KEY": "the value of the cookie “sessionKey”, which begins with sk-ant-sid",
    "CLAUDOMETER_LOG_LEVEL": "debug, info, warning, error or critical",
}
"""What the variables may hold. The settings refuse the rest."""

_UNNAMED_ERROR = Message("Claude's answer was not the usage but an error.", WAIT)

_RESTARTED = Message(
    "Part of Claudometer stopped working and was restarted.",
    "If you see this again, report it with the log in {folder}.",
)

_BROWSER_LATER = Message(
    "Next update at {until}.", "The hidden browser checks claude.ai every 5 minutes at most."
)

_KEY_REASONS: dict[str, Message] = {
    "api_key": Message(
        "That is an API key, not a session key.",
        "Copy the value of the cookie “sessionKey” on claude.ai; it begins with sk-ant-sid.",
    ),
    "login": Message(
        "That is a Claude Code token, not a session key.",
        "Choose Claude Code as the source: Claudometer then reads that login by itself.",
    ),
    "empty": Message("The session key is empty.", "Paste the value of the cookie “sessionKey” on claude.ai."),
}


_FOLDER_REASONS: dict[str, Message] = {
    "relative": Message("That is not a whole path.", "Begin it with / or ~, or click Choose…"),
    "missing": Message("There is no such folder.", "Check the spelling, or click Choose…"),
    "file": Message("That is a file, not a folder.", "Give the folder that it lies in."),
    "closed": Message("That folder may not be opened.", "Give your user the right to, or choose another."),
}


_PROCESS_KNOWN: dict[ErrorCode, Message] = {
    ErrorCode.APP_UNRESPONSIVE: Message(
        "Claudometer runs but does not answer.", "End its process, {pid}, then start it again."
    ),
    ErrorCode.APP_STILL_RUNNING: Message(
        "Claudometer was told to quit but is still running.",
        "Wait a moment. If it does not end, end its process, {pid}.",
    ),
}
"""The better hints, for when the app's process id is known."""


_UNITS = (("day", 86_400), ("hour", 3600), ("minute", 60))


def deviation(behind_s: float) -> str:
    """Return how wrong a clock is: "58 minutes slow", "1 hour fast", "2 days 3 hours slow"."""
    left_s = round(abs(behind_s) / 60) * 60
    parts = []
    for unit, unit_s in _UNITS:
        count, left_s = divmod(left_s, unit_s)
        if count:
            parts.append(f"{count} {unit}{'s' if count > 1 else ''}")
    return f"{' '.join(parts[:2])} {'slow' if behind_s > 0 else 'fast'}"


def special_case(code: ErrorCode, facts: Mapping[str, Fact]) -> Message | None:  # noqa: PLR0911 - a table of cases
    """Return the words that the facts call for, ``None`` where those of the code alone will do."""
    if code is ErrorCode.ERROR_ANSWER and facts.get("error_type") is None:
        return _UNNAMED_ERROR
    if code is ErrorCode.INTERNAL and facts.get("restarted") is not None:
        return Message(_RESTARTED.title, _RESTARTED.hint.format_map(facts))
    if code is ErrorCode.REFRESH_LATER and facts.get("browser") is not None:
        return Message(_BROWSER_LATER.title.format_map(facts), _BROWSER_LATER.hint)
    if code in _PROCESS_KNOWN and facts.get("pid") is not None:
        message = _PROCESS_KNOWN[code]
        return Message(message.title, message.hint.format_map(facts))
    if code is ErrorCode.SESSION_KEY_MALFORMED:
        return _KEY_REASONS.get(str(facts.get("reason")))
    if code is ErrorCode.CLAUDE_FOLDER_REFUSED:
        return _FOLDER_REASONS.get(str(facts.get("reason")))
    return None
