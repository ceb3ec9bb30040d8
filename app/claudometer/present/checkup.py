"""The findings of a check of this computer as a report: what ``doctor --json`` prints. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from claudometer.domain.checkup import Part, State
from claudometer.domain.errors import ErrorCode
from claudometer.present.formatters import day_and_year, spoken_moment
from claudometer.present.messages import doctor as words
from claudometer.present.messages import history_faults
from claudometer.present.messages.errors import fill, message_for_code, without_line
from claudometer.present.messages.message import Message
from claudometer.present.messages.terminal import Terminal, for_terminal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from claudometer.control.wire.checkup import CheckedPart, CheckReport, Step
    from claudometer.domain.checkup import Finding
    from claudometer.domain.errors import Fact
    from claudometer.domain.region import Region

SCHEMA = 1

_TIME = "_at"
"""A fact whose name ends like this is a time, in seconds since 1970."""

_DAY = "_day"
"""So is this one, but only its day is said."""


def report_of(
    findings: Iterable[Finding], now: datetime, region: Region, *, version: str, program: str = "claudometer"
) -> CheckReport:
    """Return the report, its parts in the order of :class:`~claudometer.domain.checkup.Part`.

    Args:
        now: aware UTC.
        version: of this program.
        program: what people type to run it.
    """
    order = list(Part)
    found = sorted(findings, key=lambda finding: order.index(finding.part))
    needs_you = sum(finding.state is State.ATTENTION for finding in found)
    unknown = sum(finding.state is State.UNKNOWN for finding in found)
    return {
        "schema": SCHEMA,
        "version": version,
        "needs_you": needs_you,
        "verdict": _verdict(needs_you, unknown),
        "checks": [_checked(finding, now, region, program) for finding in found],
    }


def rest_of(report: CheckReport) -> str:
    """Return the sentence about everything else, beside a verdict that something needs the user; else ""."""
    unknown = any(check["state"] == State.UNKNOWN for check in report["checks"])
    return words.EVERYTHING_ELSE_WORKS if report["needs_you"] and not unknown else ""


def is_keyring_fine(report: CheckReport) -> bool:
    """Return whether the keyring is there and unlocked, or locked where nothing needs it."""
    states = {check["id"]: check["state"] for check in report["checks"]}
    return states.get(Part.KEYRING) == State.OK


def _verdict(needs_you: int, unknown: int) -> str:
    if needs_you:
        sentence = words.ONE_NEEDS_YOU if needs_you == 1 else words.SEVERAL_NEED_YOU
        return sentence.format(count=needs_you)
    if unknown:
        sentence = words.ONE_UNKNOWN if unknown == 1 else words.SEVERAL_UNKNOWN
        return sentence.format(count=unknown)
    return words.EVERYTHING_WORKS


def _checked(finding: Finding, now: datetime, region: Region, program: str) -> CheckedPart:
    message = _message(finding, now, region)
    return {
        "id": finding.part.value,
        "title": words.TITLES[finding.part],
        "state": finding.state.value,
        "sentence": message.title,
        "action": _step(finding, message, program) if message.hint else None,
    }


def _step(finding: Finding, message: Message, program: str) -> Step:
    command = finding.facts.get("command")
    if command is None and finding.said in words.COMMANDS:
        command = words.COMMANDS[finding.said].format(program=program)
    return {
        "text": message.hint if command is not None else without_line(message).hint,
        "command": None if command is None else str(command),
        "button": words.BUTTONS.get(finding.said),
    }


def _message(finding: Finding, now: datetime, region: Region) -> Message:
    facts = _readable(finding.facts, now, region)
    if finding.said in words.SENTENCES:
        return fill(words.SENTENCES[finding.said], facts)
    # Everything else is an error code, which has its sentences in every place.
    code = ErrorCode(finding.said)
    message = for_terminal(code, message_for_code(code, facts), Terminal.ONCE)
    hint = words.HINTS.get(code)
    if finding.part is Part.HISTORY:
        hint = history_faults.STEPS.get(str(facts.get("reason")))
    return message if hint is None else Message(message.title, hint)


def _readable(facts: Mapping[str, Fact], now: datetime, region: Region) -> dict[str, Fact]:
    """Return the facts, with times as people read them, under names without ``_at`` or ``_day``."""
    found: dict[str, Fact] = {}
    for name, value in facts.items():
        if name == "owner":  # the report is for others, and has no names
            found[name] = history_faults.ANOTHER_USER
        elif name.endswith(_TIME):
            found[name.removesuffix(_TIME)] = spoken_moment(_time(value), now, region)
        elif name.endswith(_DAY):
            found[name.removesuffix(_DAY)] = day_and_year(_time(value), now, region)
        else:
            found[name] = value
    return found


def _time(at_s: Fact) -> datetime:
    return datetime.fromtimestamp(float(at_s or 0), UTC)
