"""The texts that ``status`` and ``watch`` show in a terminal. Made by the process that has the numbers. Pure.

``present.terminal`` lays them out; it runs in the terminal's own process, which knows the width.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.domain.usage import Source
from claudometer.present.at_limit import reached
from claudometer.present.card import headline
from claudometer.present.card_amounts import credit_text
from claudometer.present.formatters import UNKNOWN
from claudometer.present.messages import terminal as words
from claudometer.present.messages.at_limit import SENTENCE
from claudometer.present.messages.phrases import (
    EXTRA_USAGE,
    NO_LIMITS,
    NO_NUMBERS,
    NO_SESSION,
    SOURCE_NAMES,
    more_limits,
    source_line,
)
from claudometer.present.report import message_in
from claudometer.present.view import CheckView, ResetState, SpendState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from claudometer.control.wire.report import TerminalRow, TerminalText
    from claudometer.present.messages.terminal import Terminal
    from claudometer.present.view import AccountView, CreditView, LimitView, SpendView


def terminal_text(view: AccountView, terminal: Terminal) -> TerminalText:
    """Return the texts. ``terminal`` is the program that sends the requests, so that hints fit it."""
    message = message_in(view, terminal)
    details = (view.organization, words.DEMO if view.source is Source.DEMO else None)
    return {
        "title": headline(view),
        "details": [detail for detail in details if detail],
        "rows": list(_rows(view)),
        "more": more_limits(view.hidden) or None,
        "notes": list(_notes(view)),
        "empty": _empty(view, has_message=message is not None),
        "message": message.title if message else None,
        "hint": message.hint if message else None,
        "updated": list(_updated(view, terminal)),
        "sources": [source_line(other.labels, other.age, other.source) for other in view.sources],
        "stale": view.is_stale and view.has_numbers,
        "remaining": view.remaining,
    }


def _empty(view: AccountView, *, has_message: bool) -> str:
    """Return the sentence in place of rows; "" if a message already says why there are no numbers."""
    if view.has_numbers:
        return NO_LIMITS
    return "" if has_message else NO_NUMBERS


def _notes(view: AccountView) -> Iterator[str]:
    if view.lacks_session and view.limits:
        yield NO_SESSION
    for limit in view.shown:
        sentence = None if limit.is_old else reached(limit, view, SENTENCE)
        if sentence is not None:
            yield sentence
    if view.spend is not None and view.spend.state in words.STOPPED:
        yield words.STOPPED[view.spend.state]


def _rows(view: AccountView) -> Iterator[TerminalRow]:
    for limit in view.shown:
        yield _limit(limit, view)
    if view.spend is not None:
        yield _spend(view.spend, view)
    for credit in view.credits:
        yield _credit(credit, view)


def _limit(limit: LimitView, view: AccountView) -> TerminalRow:
    return {
        "name": limit.label,
        "number": limit.text,
        "used": limit.percent,
        "elapsed": limit.elapsed,
        "level": limit.level,
        "old": limit.is_old,
        "note": words.AS_OF.format(**_age_of(limit)) if limit.is_old and not view.is_stale else _reset(limit),
    }


def _reset(limit: LimitView) -> str:
    reset = limit.reset
    if reset.when is None:
        return words.NOT_STARTED if reset.state is ResetState.UNSTARTED else words.RESET_UNKNOWN
    if reset.state is ResetState.OVER:
        return words.HAS_RESET
    forecast = limit.forecast
    if forecast is None:
        return words.RESETS.format(time=reset.when.moment, span=reset.left)
    if forecast.is_full:
        return words.RESETS_FULL.format(time=reset.when.moment, then=forecast.then)
    return "\n".join((words.RESETS_AT.format(time=reset.when.moment), forecast.then))


def _spend(spend: SpendView, view: AccountView) -> TerminalRow:
    note, is_aged = _amounts(spend), spend.is_old and not view.is_stale
    return {
        "name": EXTRA_USAGE,
        "number": spend.text,
        "used": spend.percent,
        "elapsed": None,
        "level": spend.level,
        "old": spend.is_old,
        "note": words.SPENT_AS_OF.format(spent=note, **_age_of(spend)) if is_aged else note,
    }


def _credit(credit: CreditView, view: AccountView) -> TerminalRow:
    note, is_aged = credit_text(credit), credit.is_old and not view.is_stale
    return {
        "name": credit.label,
        "number": credit.text,
        "used": credit.percent,
        "elapsed": None,
        "level": "unknown",
        "old": credit.is_old,
        "note": words.SPENT_AS_OF.format(spent=note, **_age_of(credit)) if is_aged else note,
    }


def _amounts(spend: SpendView) -> str:
    used = spend.used_text or UNKNOWN
    if spend.cap_text:
        sentence = words.SPENT_OF_CAP_OFF if spend.state is SpendState.OFF else words.SPENT_OF_CAP
    else:
        sentence = words.SPENT_OFF if spend.state is SpendState.OFF else words.SPENT
    return sentence.format(used=used, cap=spend.cap_text)


def _age_of(part: LimitView | SpendView | CreditView) -> dict[str, str]:
    return {"time": part.origin.when.moment, "age": part.origin.age}


def _updated(view: AccountView, terminal: Terminal) -> Iterator[str]:
    if view.main is not None:
        updated = words.REFRESHED_OLD if view.is_stale else words.REFRESHED
        yield updated.format(time=view.main.when.moment, age=view.main.age)
        yield words.FROM_SOURCE.format(source=SOURCE_NAMES[view.main.source])
    will_ask = terminal is not words.Terminal.ONCE  # a single answer may know when it could be asked again
    if will_ask and isinstance(view.next_check, CheckView):
        yield words.NEXT_REFRESH.format(time=view.next_check.when.clock)
    elif view.held_until is not None:
        yield words.HELD_UNTIL.format(time=view.held_until.moment)
