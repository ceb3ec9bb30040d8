"""Finds the two sentences for an error and fills in its facts. Tray, window and terminal all use it."""

from __future__ import annotations

from shlex import quote
from string import Formatter
from typing import TYPE_CHECKING

from claudometer.domain.errors import ErrorCode
from claudometer.present.formatters import clock
from claudometer.present.messages import (
    claude_errors,
    history_faults,
    local_errors,
    login_folder_errors,
    network_errors,
    tray_hosts,
    write_faults,
)
from claudometer.present.messages.message import Message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from claudometer.domain.errors import Fact
    from claudometer.domain.region import Region
    from claudometer.domain.snapshot import Problem

MESSAGES = claude_errors.MESSAGES | local_errors.MESSAGES | network_errors.MESSAGES
WITH_FACT = claude_errors.WITH_FACT | local_errors.WITH_FACT | network_errors.WITH_FACT
WITHOUT_FACTS = claude_errors.WITHOUT_FACTS | local_errors.WITHOUT_FACTS | network_errors.WITHOUT_FACTS

UNKNOWN_STATUS = "status unknown"
"""In place of an HTTP status, as in "(HTTP status unknown)"."""


class _Facts(dict[str, "Fact"]):
    """Facts for a template. A missing one becomes an ellipsis: an error message must never fail itself."""

    def __missing__(self, key: str) -> str:
        return "…"


def message_for_code(code: ErrorCode, facts: Mapping[str, Fact] | None = None) -> Message:
    """Return the message for an error, with its facts filled in."""
    known = _Facts({name: fact for name, fact in (facts or {}).items() if fact is not None})
    if "login_folder" in known:
        known["login_folder"] = quote(str(known["login_folder"]))  # part of a command that the user copies
    for name in ("path", "folder"):
        if name in known:
            known[f"quoted_{name}"] = quote(str(known[name]))  # as above
    if known.get("variable") in local_errors.ALLOWED:
        known["allowed"] = local_errors.ALLOWED[str(known["variable"])]
    cause = write_faults.CAUSES.get(str(known.get("reason")), write_faults.UNKNOWN_CAUSE)
    known["cause"] = cause.format_map(known)
    if "behind_s" in known:
        known["deviation"] = deviation(float(known["behind_s"] or 0))
    chosen = _choose(code, known)
    return fill(chosen if "command" in known else without_line(chosen), known)


def without_line(message: Message) -> Message:
    """Return the message for a system on which no line to type is known: its step ends with a full stop."""
    hint = message.hint.removesuffix("{command}").rstrip()
    return Message(
        message.title, f"{hint[:-1]}." if hint.endswith(":") else hint, everywhere=message.everywhere
    )


def message_for(problem: Problem, region: Region) -> Message:
    """Return the message for why there are no fresh numbers, with times as the user's clock shows them."""
    facts: dict[str, Fact] = dict(problem.facts)
    facts["http_status"] = UNKNOWN_STATUS if problem.http_status is None else problem.http_status
    facts["at"] = None if problem.at is None else clock(problem.at, region)
    facts["until"] = None if problem.until is None else clock(problem.until, region)
    return message_for_code(problem.code, facts)


def fill(message: Message, facts: Mapping[str, Fact]) -> Message:
    """Return the message with its placeholders filled in."""
    title, hint = message.title.format_map(facts), message.hint.format_map(facts)
    return Message(title, hint, everywhere=message.everywhere)


def placeholders_of(message: Message) -> set[str]:
    """Return the names of the facts that the message needs."""
    parsed = Formatter().parse(f"{message.title}{message.hint}")
    return {name for _, name, _, _ in parsed if name is not None}


def _choose(code: ErrorCode, known: Mapping[str, Fact]) -> Message:
    by_reason = _by_reason(code, is_named="variable" in known).get(str(known.get("reason")))
    if by_reason is not None:
        return by_reason
    if code is ErrorCode.CLOCK_WRONG and float(known.get("behind_s") or 0) < 0:
        return local_errors.CLOCK_FAST
    for (of_code, fact), message in WITH_FACT.items():
        if of_code is code and fact in known:
            return message
    if code in WITHOUT_FACTS and not placeholders_of(MESSAGES[code]) <= known.keys():
        return WITHOUT_FACTS[code]
    return MESSAGES[code]


def _by_reason(code: ErrorCode, *, is_named: bool) -> Mapping[str, Message]:
    """Return the messages of an error that has one for each reason. ``is_named``: a variable is to blame."""
    if code is ErrorCode.LOGIN_FOLDER_WRONG:
        folder = login_folder_errors
        return folder.NAMED_FOLDER_REASONS if is_named else folder.CHOSEN_FOLDER_REASONS
    return _REASONS.get(code, {})


_REASONS: dict[ErrorCode, Mapping[str, Message]] = {
    ErrorCode.SESSION_KEY_MALFORMED: claude_errors.KEY_REASONS,
    ErrorCode.CLAUDE_FOLDER_REFUSED: local_errors.FOLDER_REASONS,
    ErrorCode.HISTORY_UNKEPT: history_faults.REASONS,
    ErrorCode.HISTORY_UNREADABLE: history_faults.REASONS,
    ErrorCode.LEDGER_UNREADABLE: history_faults.LIST_UNREAD,
    ErrorCode.HISTORY_REPLACED: history_faults.REPLACED,
    ErrorCode.HOME_UNUSABLE: local_errors.HOME_REASONS,
    ErrorCode.TRAY_HOST_MISSING: tray_hosts.NOTICES,
    ErrorCode.TRAY_TOOLKIT_MISSING: local_errors.TOOLKIT_REASONS,
    ErrorCode.CLAUDE_FOLDERS_LEFT: login_folder_errors.LISTED_FOLDER_REASONS,
}


def deviation(behind_s: float) -> str:
    """Return a clock's error in its two largest units: "58 minutes", "2 days 3 hours"."""
    left_s = round(abs(behind_s) / 60) * 60
    parts = []
    for unit_s, singular, plural in local_errors.DURATIONS:
        count, left_s = divmod(left_s, unit_s)
        if count:
            parts.append((singular if count == 1 else plural).format(count=count))
    return " ".join(parts[:2])
