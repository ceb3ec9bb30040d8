"""The usage card of the settings window: a view as texts and lengths, ready for the page. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.domain.errors import ErrorCode
from claudometer.domain.next_poll import Paused
from claudometer.present.card_amounts import credit_text, spend_text
from claudometer.present.card_limits import age_of, bar_of, is_frozen, limits_for, origin_of, ring_for
from claudometer.present.messages import card as words
from claudometer.present.messages.phrases import (
    CREDIT,
    EXTRA_USAGE,
    NO_LIMITS,
    NO_NUMBERS,
    NO_SESSION,
    SOURCE_NAMES,
    STOPPED,
    more_limits,
    source_line,
)
from claudometer.present.pace_banner import pace_banner
from claudometer.present.step import step_of
from claudometer.present.text import one_line
from claudometer.present.view import CheckView

if TYPE_CHECKING:
    from typing import Literal

    from claudometer.control.wire.page import (
        Card,
        CardCredit,
        CardNotice,
        CardProblem,
        CardSpend,
    )
    from claudometer.present.view import AccountView, CreditView, ProblemView, SpendView


def card_for(view: AccountView, revision: int = 0) -> Card:
    """Return the usage card. ``revision`` counts changes of the content, not of ages and countdowns."""
    return {
        "revision": revision,
        "headline": headline(view),
        "account": view.organization,
        "tone": _tone(view),
        "ring": ring_for(view),
        "pace": pace_banner(view),
        "limits": limits_for(view),
        "more": more_limits(view.hidden) or None,
        "note": NO_SESSION if view.lacks_session and view.limits else None,
        "spend": _spend(view.spend, view) if view.spend else None,
        "credits": [_credit(credit, view) for credit in view.credits],
        "problem": _problem(view.problem) if view.problem else None,
        "notices": [_notice(notice) for notice in view.notices],
        "updated": _updated_line(view, words.REFRESHED),
        "moment": _updated_line(view, words.LAST_REFRESH),
        "sources": [
            source_line([one_line(label) for label in other.labels], other.age, other.source)
            for other in view.sources
        ],
        "next": _next_line(view),
        "refreshing": view.refreshing,
        "demo": view.demo,
        "empty": _empty(view),
    }


def headline(view: AccountView) -> str:
    """Return "Claude Max 5x", or just "Claude" if the plan is unknown."""
    return words.CLAUDE_PLAN.format(plan=view.plan) if view.plan else words.CLAUDE


def _updated_line(view: AccountView, sentence: str) -> str | None:
    """Return when the shown numbers came and from where, ``None`` without numbers."""
    if view.main is None:
        return None
    main = view.main
    return sentence.format(time=main.when.clock, age=main.age, source=SOURCE_NAMES[main.source])


def _next_line(view: AccountView) -> str | None:
    """Return when the next refresh is, and why, where that helps."""
    match view.next_check:
        case None:
            return words.CHECKING if view.refreshing else None
        # Before the other pauses: Claude Code renews this login, and nobody has to fix anything.
        case Paused(code=ErrorCode.LOGIN_RESTING):
            return words.PAUSED_FOR_LOGIN
        case Paused() if view.held_until is not None:
            return words.PAUSED_UNTIL.format(time=view.held_until.moment)
        case Paused():
            return words.PAUSED
        case CheckView(when=when, reason=reason):
            return words.CHECKING if view.refreshing else words.NEXT_REFRESH[reason].format(time=when.clock)


def _spend(spend: SpendView, view: AccountView) -> CardSpend:
    return {
        "name": EXTRA_USAGE,
        "window": words.THIS_MONTH,
        "percent_text": None if spend.percent is None else spend.said,
        "text": spend_text(spend),
        "bar": None if spend.percent is None else bar_of(spend.percent),
        "level": spend.level,
        "detail": STOPPED.get(spend.state),
        "stale": spend.is_old or is_frozen(view),
        "origin": origin_of(spend),
        "age": age_of(spend, view),
    }


def _credit(credit: CreditView, view: AccountView) -> CardCredit:
    return {
        "id": credit.id,
        "name": CREDIT.format(name=one_line(credit.label)),
        "percent_text": None if credit.percent is None else credit.said,
        "text": credit_text(credit),
        "bar": None if credit.percent is None else bar_of(credit.percent),
        "stale": credit.is_old or is_frozen(view),
        "origin": origin_of(credit),
        "age": age_of(credit, view),
    }


def _tone(view: AccountView) -> Literal["ok", "warning", "critical", "stale", "starting", "error"]:
    # A problem that passes by itself does not hide how much is used: the color keeps its meaning.
    if view.problem is not None and not view.problem.waiting:
        return "error"
    if not view.has_numbers:
        return "starting" if view.problem is None else "stale"
    return "stale" if view.is_stale else _worst_level(view)


def _worst_level(view: AccountView) -> Literal["ok", "warning", "critical", "stale"]:
    """Return the worst level of the numbers that can be trusted. Without any, nothing is known to be ok."""
    levels = {limit.level for limit in view.limits if not limit.is_old}
    if view.spend is not None and _counts(view.spend, view):
        levels.add(view.spend.level)
    if "critical" in levels:
        return "critical"
    if "warning" in levels:
        return "warning"
    return "ok" if "ok" in levels else "stale"


def _counts(spend: SpendView, view: AccountView) -> bool:
    """Return whether extra usage has a say in the card's color.

    Where the plan has limits, work goes on within them although extra usage has stopped.
    """
    if spend.is_old:
        return False
    return spend.enabled is not False or (spend.level == "critical" and not view.limits)


def _problem(problem: ProblemView) -> CardProblem:
    kind: Literal["waiting", "error"] = "waiting" if problem.waiting else "error"
    step = step_of(problem.code, problem.message.hint)
    return {"kind": kind, "message": problem.message.title, "hint": step.words, "command": step.command}


def _notice(notice: ProblemView) -> CardNotice:
    step = step_of(notice.code, notice.message.hint)
    return {
        "code": notice.code.value,
        "message": notice.message.title,
        "hint": step.words,
        "command": step.command,
    }


def _empty(view: AccountView) -> str | None:
    if not view.has_numbers:
        # Without a problem the first answer is still on its way, and the page shows gray bars until then.
        return None if view.problem is None else NO_NUMBERS
    return None if view.limits else NO_LIMITS
