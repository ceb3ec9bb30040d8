"""The words that ``status`` and ``watch`` show in a terminal, made by whoever has the numbers. Pure.

``present.terminal`` sets them in lines; it runs in the terminal's own process, which knows the width.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.domain.usage import Source
from claudometer.present.formatters import UNKNOWN
from claudometer.present.messages.phrases import (
    EXTRA_USAGE,
    NO_LIMITS,
    NO_NUMBERS,
    SOURCE_NAMES,
    SWITCHED_OFF,
    more_limits,
    told_line,
)
from claudometer.present.report import message_in
from claudometer.present.view import CheckView, ResetState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from claudometer.control.wire.report import TerminalRow, TerminalText
    from claudometer.present.messages.terminal import Terminal
    from claudometer.present.view import AccountView, LimitView, SpendView


def terminal_text(view: AccountView, terminal: Terminal) -> TerminalText:
    """Return the words; ``terminal`` is who asks for the numbers, which decides what a hint may say."""
    message = message_in(view, terminal)
    details = (view.organization, "demo" if view.source is Source.DEMO else None)
    return {
        "title": view.headline,
        "details": [detail for detail in details if detail],
        "rows": list(_rows(view)),
        "more": more_limits(view.hidden) or None,
        "empty": NO_LIMITS if view.has_numbers else NO_NUMBERS,
        "message": message.title if message else None,
        "hint": message.hint if message else None,
        "updated": list(_updated(view)),
        "sources": [told_line(other.labels, other.age, other.source) for other in view.sources],
        "stale": view.is_stale and view.has_numbers,
    }


def _rows(view: AccountView) -> Iterator[TerminalRow]:
    for limit in view.shown:
        yield _limit(limit, view)
    if view.spend is not None:
        yield _spend(view.spend, view)


def _limit(limit: LimitView, view: AccountView) -> TerminalRow:
    return {
        "name": limit.label,
        "number": limit.text,
        "used": limit.percent,
        "elapsed": limit.elapsed,
        "level": limit.level,
        "old": limit.is_old,
        "note": _as_of(limit) if limit.is_old and not view.is_stale else _reset(limit),
    }


def _reset(limit: LimitView) -> str:
    reset = limit.reset
    if reset.when is None:
        return "not started" if reset.state is ResetState.UNSTARTED else "reset time unknown"
    if reset.state is ResetState.OVER:
        return "has reset, new number to come"
    return f"resets {reset.when.moment}, in {reset.left}"


def _spend(spend: SpendView, view: AccountView) -> TerminalRow:
    note = _amounts(spend)
    return {
        "name": EXTRA_USAGE,
        "number": spend.text,
        "used": spend.percent,
        "elapsed": None,
        "level": spend.level,
        "old": spend.is_old,
        "note": f"{note}, {_as_of(spend)}" if spend.is_old and not view.is_stale else note,
    }


def _amounts(spend: SpendView) -> str:
    used = spend.used_text or UNKNOWN
    note = f"{used} of {spend.cap_text}" if spend.cap_text else f"{used} used"
    return f"{SWITCHED_OFF.lower()}, {note}" if spend.enabled is False else note


def _as_of(part: LimitView | SpendView) -> str:
    return f"as of {part.origin.when.moment}, {part.origin.age}"


def _updated(view: AccountView) -> Iterator[str]:
    if view.main is not None:
        word = "Not current: updated" if view.is_stale else "Updated"
        yield f"{word} {view.main.when.moment}, {view.main.age}"
        yield f"via {SOURCE_NAMES[view.main.source]}"
    if isinstance(view.next_check, CheckView):
        yield f"next check {view.next_check.when.clock}"
