"""The limits of the usage card: their order, their texts and lengths, and what the ring shows. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.domain.usage import LimitKind
from claudometer.present.at_limit import reached
from claudometer.present.formatters import percent, rounded, said_share, short_left, short_percent, span
from claudometer.present.messages import card as words
from claudometer.present.messages.phrases import SOURCE_NAMES
from claudometer.present.text import one_line
from claudometer.present.view import ResetState

if TYPE_CHECKING:
    from claudometer.control.wire.page import CardLimit, CardRing
    from claudometer.present.view import AccountView, CreditView, LimitView, SpendView

_DAY_S = 24 * 3600

MOST_IN_ORDER = 3
"""Up to this many limits keep the plan's own order. Of more, the models are sorted, the fullest first."""


def limits_for(view: AccountView) -> list[CardLimit]:
    """Return the rows of the limits."""
    shown = list(view.shown)
    if len(shown) > MOST_IN_ORDER:
        shown.sort(key=_sort_key)
    return [_limit(limit, view) for limit in shown]


def ring_for(view: AccountView) -> CardRing:
    """Return what the ring shows: the fullest number that can be trusted, else the fullest there is."""
    known = [limit for limit in view.shown if limit.percent is not None]
    current = [limit for limit in known if not limit.is_old]
    values = [limit.percent or 0.0 for limit in current or known]
    # An Enterprise plan may have nothing but a spend limit.
    if not values and view.spend is not None and view.spend.shown is not None:
        values = [view.spend.shown]
    if not values:
        return {"text": None, "bar": None, "said": None}
    fullest = max(values)
    text = short_left(fullest) if view.remaining else short_percent(fullest)
    return {"text": text, "bar": bar_of(fullest), "said": said_share(fullest, remaining=view.remaining)}


def is_frozen(view: AccountView) -> bool:
    """Return whether no new numbers come until the user has done something: then they all count as old."""
    return view.problem is not None and not view.problem.waiting


def _sort_key(limit: LimitView) -> tuple[int, float]:
    """Return the sort key of a row. Session and week stay on top, where people look for them."""
    first = {LimitKind.SESSION: 0, LimitKind.WEEKLY: 1}
    return first.get(limit.kind, 2), 0.0 if limit.kind in first else -(limit.percent or 0.0)


def _limit(limit: LimitView, view: AccountView) -> CardLimit:
    value, elapsed = limit.percent, limit.elapsed
    is_old = limit.is_old or is_frozen(view)
    forecast = None if is_old else limit.forecast
    # Beside a forecast, or to say why there is none.
    record = limit.record if limit.record and (forecast is not None or limit.record.is_bad) else None
    return {
        "id": limit.id,
        "name": limit.label,
        # A kind without a word for its window shows how long that is.
        "window": words.WINDOWS.get(limit.kind) or (span(limit.window_s) if limit.window_s else ""),
        "percent": value,
        "percent_text": limit.said,
        "bar": None if value is None else bar_of(value),
        "level": limit.level,
        "elapsed": elapsed,
        "elapsed_text": None if elapsed is None else words.ELAPSED.format(percent=percent(rounded(elapsed))),
        "resets": _resets(limit),
        "detail": reached(limit, view),
        "forecast": None if forecast is None else forecast.sentence,
        "forecast_full": forecast is not None and forecast.is_full,
        "record": None if record is None else record.sentence,
        "record_meaning": None if record is None else record.meaning,
        "forecast_bar": None if forecast is None else bar_of(forecast.percent_at_reset or 100.0),
        "stale": is_old,
        "origin": origin_of(limit),
        "age": age_of(limit, view),
        "sentence": _sentence(limit, None if is_old else reached(limit, view), is_old=is_old),
    }


def bar_of(value: float) -> float:
    """Return the length of a bar, 0 to 100, for a used percent: over 100 % it is just full."""
    return max(0.0, min(100.0, value))


def _resets(limit: LimitView) -> str:
    """Return "Resets 14:10, in 2 h 8 min", "Resets Tue 17:00", or why that is not known."""
    reset = limit.reset
    if reset.state is not ResetState.AHEAD or reset.when is None:
        return words.RESETS[reset.state]
    soon = words.RESETS_SOON if reset.left_s < _DAY_S else words.RESETS_AT
    return soon.format(time=reset.when.moment, span=reset.left)


def _sentence(limit: LimitView, at_limit: str | None, *, is_old: bool) -> str:
    """Return "Weekly, all models: 63 % used, resets Monday 07:00", for screen readers.

    Args:
        at_limit: what a reached limit means, which the row shows, too.
    """
    window = words.WINDOWS.get(limit.kind)
    label = one_line(limit.label)
    name = words.NAME_AND_WINDOW.format(name=label, window=window) if window else label
    used = words.UNKNOWN_USE if limit.percent is None else limit.said
    reset = limit.reset
    when = words.SAID[reset.state]
    if reset.state is ResetState.AHEAD and reset.when is not None:
        when = words.SAID_RESET.format(time=reset.when.said)
    if at_limit is not None:
        return words.SAID_LIMIT_REACHED.format(name=name, used=used, reset=when, reached=at_limit)
    is_known = limit.percent is not None
    remark = words.SAID_OLD if is_old and is_known else words.SAID_LEVELS.get(limit.level)
    if limit.forecast is not None and not is_old:
        remark = limit.forecast.then
    sentence = words.SAID_LIMIT_AND_REMARK if remark else words.SAID_LIMIT
    return sentence.format(name=name, used=used, reset=when, remark=remark)


def origin_of(part: LimitView | SpendView | CreditView) -> str | None:
    """Return "From Claude Code's status line, 2 min ago", ``None`` for a number from the last answer."""
    if not part.has_own_origin:
        return None
    return words.ORIGIN.format(source=SOURCE_NAMES[part.origin.source], age=part.origin.age)


def age_of(part: LimitView | SpendView | CreditView, view: AccountView) -> str | None:
    """Return "As of 11:40, 20 min ago" for a number that is old while others are not.

    When all are old, the line below the limits says so once.
    """
    if view.is_stale or not part.is_old:
        return None
    return words.AS_OF.format(time=part.origin.when.clock, age=part.origin.age)
