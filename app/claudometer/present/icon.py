"""Decides what the tray icon shows: shape, level, number and one line of text. Pure; draws nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import Status
from claudometer.domain.settings import IconColors, IconNumber, IconText
from claudometer.domain.usage import LimitKind
from claudometer.present.formatters import said_share, share, short_left, short_percent, whole_percent
from claudometer.present.messages import menu as words
from claudometer.present.messages.card import CLAUDE
from claudometer.present.messages.phrases import EXTRA_USAGE
from claudometer.present.text import one_line
from claudometer.present.units import joined

if TYPE_CHECKING:
    from claudometer.control.wire.report import LevelName
    from claudometer.present.view import AccountView, LimitView, When


class Level(StrEnum):
    """What the color means."""

    OK = "ok"
    WARNING = "warning"
    CRITICAL = "critical"
    UNAUTHORIZED = "unauthorized"
    RATE_LIMITED = "rate_limited"
    UNKNOWN = "unknown"


class Shape(StrEnum):
    """The shape. It differs from state to state, so that the icon works without color.

    ``RING``, ``MARKED_RING`` and ``DISC`` have a number, and differ by its level.
    """

    RING = "ring"
    MARKED_RING = "marked_ring"
    DISC = "disc"
    PAUSED = "paused"
    BROKEN_RING = "broken_ring"
    DASHED_RING = "dashed_ring"
    DOTTED_RING = "dotted_ring"
    EMPTY_RING = "empty_ring"


@dataclass(frozen=True, slots=True)
class IconOptions:
    """The user's choices about the icon.

    Attributes:
        label: whether ``text`` is written beside the icon, where the desktop can. A time in it is also in the
            tooltip.
    """

    number: IconNumber = IconNumber.FULLEST
    colors: IconColors = IconColors.COLOR
    label: bool = False
    text: IconText = IconText.NUMBER


@dataclass(frozen=True, slots=True)
class Arc:
    """A part of the ring that fills as a limit is used.

    Attributes:
        percent: in whole percents, at least 1 unless nothing was used; ``None`` if it is unknown.
    """

    percent: int | None
    level: Level


@dataclass(frozen=True, slots=True)
class IconModel:
    """One picture of the tray icon. Two equal models need no redrawing.

    Attributes:
        text: the number inside the ring ("81", "<1", "100"; what is left, if people read that), or a mark:
            "!", "?", "-", "…", "||".
        level: what the number, or the mark, means.
        tooltip: one line for panels and screen readers.
        arcs: two for session (left) and week (right); one for a plan with one of them, or with neither for
            the number itself; none if no number is current.
        paused: the number is current, but Claude makes us wait for the next.
        label: the text beside the icon, such as "81 % Session" or "2 h 10 min"; empty for none.
    """

    text: str
    level: Level
    shape: Shape
    tooltip: str
    arcs: tuple[Arc, ...] = ()
    paused: bool = False
    colors: IconColors = IconColors.COLOR
    label: str = ""


@dataclass(frozen=True, slots=True)
class _Number:
    """A number to show; ``value`` is the used share.

    ``left`` is the time until its reset in words, "" if that is unknown or not wanted.
    """

    name: str
    value: float
    level: LevelName
    resets: When | None
    then: str | None = None
    left: str = ""


def icon_for(view: AccountView, options: IconOptions | None = None) -> IconModel:
    """Decide what the tray icon shows.

    Refused credentials take precedence over any number, because the user must act. A rate limit keeps the
    number with its level, and marks it as paused.
    """
    options = options or IconOptions()
    number = _number(view, options.number)
    # Only who asked for the countdown beside the icon gets it: many panels show no text there, but a tooltip.
    if number is not None and not (options.label and options.text is not IconText.NUMBER):
        number = replace(number, left="")
    model = _model(view, number)
    label = ""
    # Without arcs the icon has a mark in place of this number.
    if options.label and number is not None and model.arcs:
        label = _label(number, options.text, remaining=view.remaining)
    return replace(model, colors=options.colors, label=label)


def _label(number: _Number, text: IconText, *, remaining: bool) -> str:
    """Return the text beside the icon. A number without a reset ahead has no time to show."""
    if text is IconText.RESET and number.left:
        return number.left
    shown = share(number.value, remaining=remaining)
    label = (words.LABEL_LEFT if remaining else words.LABEL).format(name=number.name, percent=shown)
    if text is IconText.BOTH and number.left:
        return words.LABEL_AND_TIME.format(label=label, left=number.left)
    return label


def _model(view: AccountView, number: _Number | None) -> IconModel:
    """Return the picture in the default colors, without a label."""
    tooltip = _tooltip(view, number)
    if _needs_login(view):
        return IconModel("!", Level.UNAUTHORIZED, Shape.BROKEN_RING, tooltip)
    if view.status is Status.MISSING_CREDENTIALS:
        # Nothing was refused: a new user has not connected yet. A choice that only the user can make differs.
        level = Level.WARNING if _has(view, ErrorCode.ORGANIZATION_NEEDED) else Level.UNKNOWN
        return IconModel("?", level, Shape.DOTTED_RING, tooltip)
    is_waiting = view.status is Status.RATE_LIMITED
    if number is not None:
        return _with_number(view, number, tooltip, paused=is_waiting)
    if is_waiting:
        return IconModel("||", Level.RATE_LIMITED, Shape.PAUSED, tooltip)
    return _without_number(view, tooltip)


def _without_number(view: AccountView, tooltip: str) -> IconModel:
    if view.status is Status.STARTING:
        return IconModel("…", Level.UNKNOWN, Shape.EMPTY_RING, tooltip)
    if view.is_stale:
        return IconModel("-", Level.UNKNOWN, Shape.DASHED_RING, tooltip)
    # Not old, only without a number: right after a reset, for example.
    return IconModel("-", Level.UNKNOWN, Shape.EMPTY_RING, tooltip, _arcs(view, None))


LEVEL_SHAPES = {Level.OK: Shape.RING, Level.WARNING: Shape.MARKED_RING, Level.CRITICAL: Shape.DISC}


def short_number(value: float) -> str:
    """Return a percent in at most three characters: "0", "<1", "81", "100", "134"; above 999, "999".

    0.4 is not "0", which would mean that nothing was used, and 99.6 is not "100".
    """
    return short_percent(min(999, value))


def number_in_ring(used: float, *, remaining: bool) -> str:
    """Return the used percent, or what is left of it, in at most three characters."""
    return short_left(used) if remaining else short_number(used)


def _needs_login(view: AccountView) -> bool:
    """Return whether the user must log in. Not if the login has only expired: Claude Code will renew it."""
    return view.status is Status.UNAUTHORIZED and not _has(view, ErrorCode.LOGIN_RESTING)


def _has(view: AccountView, code: ErrorCode) -> bool:
    return view.problem is not None and view.problem.code is code


def _with_number(view: AccountView, number: _Number, tooltip: str, *, paused: bool) -> IconModel:
    level = Level(number.level)
    text = number_in_ring(number.value, remaining=view.remaining)
    return IconModel(text, level, LEVEL_SHAPES[level], tooltip, _arcs(view, number), paused)


def _arcs(view: AccountView, number: _Number | None) -> tuple[Arc, ...]:
    """Return the arcs of session and week, as many as the plan has; else one of the number."""
    limits = (_limit(view, LimitKind.SESSION), _limit(view, LimitKind.WEEKLY))
    arcs = tuple(arc_of(_trusted(limit), limit.level) for limit in limits if limit is not None)
    if arcs or number is None:
        return arcs
    return (arc_of(number.value, number.level),)


def arc_of(value: float | None, level: LevelName) -> Arc:
    """Return the arc of a used percent; an unknown one has no level, either."""
    if value is None:
        return Arc(None, Level.UNKNOWN)
    return Arc(max(1, whole_percent(value)) if value > 0 else 0, Level(level))


def _limit(view: AccountView, kind: LimitKind) -> LimitView | None:
    return next((limit for limit in view.limits if limit.kind is kind), None)


def _trusted(limit: LimitView) -> float | None:
    return None if limit.is_old else limit.percent


def _number(view: AccountView, choice: IconNumber) -> _Number | None:
    """Return the number that the icon shows; for a plan without limits, the used share of the spend cap."""
    if view.is_stale:
        return None
    chosen = _limit(view, LimitKind(choice.value)) if choice is not IconNumber.FULLEST else None
    if chosen is not None:
        return _number_of(chosen)
    limit, spend = view.tightest, view.spend
    if limit is not None:
        return _number_of(limit)
    # Beside limits whose numbers are unknown, the spend alone would look like the whole truth.
    if view.limits or spend is None or spend.shown is None:
        return None
    return _Number(EXTRA_USAGE, spend.shown, spend.level, None)


def _number_of(limit: LimitView) -> _Number | None:
    value = _trusted(limit)
    if value is None:
        return None
    forecast = limit.forecast
    then = forecast.then if forecast is not None and forecast.is_full else None
    return _Number(limit_name(limit), value, limit.level, limit.reset.when, then, limit.reset.left)


def limit_name(limit: LimitView) -> str:
    """Return "Session", "Weekly", "Fable (weekly)" or the server's own name, on one line."""
    name = one_line(limit.label)
    return words.OF_A_MODEL.format(name=name) if limit.kind is LimitKind.WEEKLY_MODEL else name


def _tooltip(view: AccountView, number: _Number | None) -> str:
    """Return the whole icon in words: to a screen reader, this line is the icon."""
    first = _age_words(view) if number is None else _number_words(number, remaining=view.remaining)
    problem = view.problem.message.title if view.problem is not None else ""
    parts = [first, *_other_numbers(view, number), problem]
    text = words.BETWEEN.join(part for part in parts if part)
    name = words.DEMO.format(name=CLAUDE) if view.demo else CLAUDE
    return joined(words.TOOLTIP.format(name=name, text=text)) if text else name


def _other_numbers(view: AccountView, shown: _Number | None) -> list[str]:
    """Return what the arcs show beside the number."""
    if view.is_stale:
        return []
    limits = (_limit(view, LimitKind.SESSION), _limit(view, LimitKind.WEEKLY))
    numbers = (_number_of(limit) for limit in limits if limit is not None)
    others = [replace(number, left="") for number in numbers if number is not None]
    this = None if shown is None else replace(shown, left="")
    return [_number_words(number, remaining=view.remaining) for number in others if number != this]


def _number_words(number: _Number, *, remaining: bool) -> str:
    shown = said_share(number.value, remaining=remaining)
    if number.resets is None:
        return words.NUMBER.format(name=number.name, percent=shown)
    if number.left:
        sentence = words.NUMBER_RESETS_IN if number.then is None else words.NUMBER_FULL_IN
    else:
        sentence = words.NUMBER_RESETS if number.then is None else words.NUMBER_FULL
    return sentence.format(
        name=number.name, percent=shown, then=number.then, time=number.resets.moment, left=number.left
    )


def _age_words(view: AccountView) -> str:
    if view.main is None:
        return ""
    if view.is_stale:
        return words.LAST_REFRESH.format(time=view.main.when.moment)
    return words.NO_NUMBER.format(time=view.main.when.clock)
