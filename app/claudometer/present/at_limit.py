"""What is true of a limit that is reached: never that somebody cannot work. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.domain.usage import LimitKind
from claudometer.present.card_amounts import spend_text
from claudometer.present.messages.at_limit import BESIDE
from claudometer.present.text import one_line
from claudometer.present.view import SpendState

if TYPE_CHECKING:
    from claudometer.present.messages.at_limit import AtLimit
    from claudometer.present.view import AccountView, LimitView, SpendView

_SHARED = (LimitKind.SESSION, LimitKind.WEEKLY)
"""The limits of all models together."""


def full_shared(view: AccountView) -> list[LimitView]:
    """Return the limits of all models that are at 100 % or more, without those whose number is old."""
    return [
        limit
        for limit in view.limits
        if limit.kind in _SHARED and (limit.percent or 0) >= 100 and not limit.is_old
    ]


def paying(view: AccountView) -> SpendView | None:
    """Return extra usage if it is known to pay now, beyond the plan's limits."""
    spend = view.spend
    is_paying = spend is not None and spend.enabled and spend.state is SpendState.PAYS and not spend.is_old
    return spend if is_paying else None


def reached(limit: LimitView, view: AccountView, words: AtLimit = BESIDE) -> str | None:
    """Return what a limit at 100 % or more means for the user.

    ``None`` below 100 %, or if the number is old and the window may be over.

    Args:
        words: the sentences of the place where it is shown.
    """
    if limit.percent is None or limit.percent < 100:
        return None
    if limit.is_old and limit.reset.at is None:  # nobody knows whether it has reset since
        return None
    name = one_line(limit.label)
    if limit.kind is LimitKind.WEEKLY_MODEL and _others_work(view):
        return words.other_models.format(name=name)
    spend = paying(view)
    if spend is not None:
        return words.paying.format(name=name, amount=spend_text(spend))
    # A spend limit, say, of which no slow lane is known; or a model, while a limit of all models is reached.
    if limit.kind in (LimitKind.OTHER, LimitKind.WEEKLY_MODEL):
        return words.alone.format(name=name)
    # Claude Code has a low-priority lane, which it may offer; whether it does is not ours to say.
    return words.go_on_slowly.format(name=name)


def _others_work(view: AccountView) -> bool:
    """Return whether no limit of all models can be reached by now.

    An old number leaves that open: a session that was nearly full then may be full now.
    """
    shared = [limit for limit in view.limits if limit.kind in _SHARED]
    return not any(limit.is_old or (limit.percent or 0) >= 100 for limit in shared)
