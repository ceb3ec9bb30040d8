"""Decides what the tray icon shows: shape, level, number and one line of text. Pure; draws nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import Status
from claudometer.domain.usage import LimitKind
from claudometer.present.formatters import percent, rounded
from claudometer.present.messages import menu as words
from claudometer.present.messages.card import CLAUDE
from claudometer.present.messages.phrases import EXTRA_USAGE
from claudometer.present.text import one_line

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
    """The shape. It differs from state to state, so that the icon works without color."""

    RING = "ring"
    MARKED_RING = "marked_ring"
    DISC = "disc"
    PAUSED_RING = "paused_ring"
    PAUSED = "paused"
    BROKEN_RING = "broken_ring"
    DASHED_RING = "dashed_ring"
    DOTTED_RING = "dotted_ring"
    EMPTY_RING = "empty_ring"


@dataclass(frozen=True, slots=True)
class IconModel:
    """One picture of the tray icon. Two equal models need no redrawing.

    Attributes:
        percent: how far the ring is filled, in whole percents; ``None`` if no number is shown.
        text: the number inside the ring ("81", "<1", "100"), or a mark: "!", "?", "-", "…", "||".
        tooltip: one line for panels and screen readers.
    """

    percent: int | None
    text: str
    level: Level
    shape: Shape
    tooltip: str


@dataclass(frozen=True, slots=True)
class _Number:
    name: str
    value: float
    level: LevelName
    resets: When | None


def icon_for(view: AccountView) -> IconModel:
    """Decide what the tray icon shows.

    The tightest limit fills the ring while its number can be trusted. Refused credentials take precedence
    over any number, because the user must act. A rate limit keeps the number, and marks it as paused.
    """
    tooltip = _tooltip(view)
    number = _number(view)
    if _needs_login(view):
        return IconModel(None, "!", Level.UNAUTHORIZED, Shape.BROKEN_RING, tooltip)
    if view.status is Status.MISSING_CREDENTIALS:
        return IconModel(None, "?", Level.UNKNOWN, Shape.DOTTED_RING, tooltip)
    if view.status is Status.RATE_LIMITED:
        return _paused(number, tooltip)
    if number is None:
        return _without_number(view, tooltip)
    level = Level(number.level)
    return IconModel(rounded(number.value), short_number(number.value), level, _LEVEL_SHAPES[level], tooltip)


_LEVEL_SHAPES = {Level.OK: Shape.RING, Level.WARNING: Shape.MARKED_RING, Level.CRITICAL: Shape.DISC}


def short_number(value: float) -> str:
    """Return a percent in at most three characters: "0", "<1", "81", "100", "134"; above 999, "999".

    0.4 is not "0", which would mean that nothing was used, and 99.6 is not "100".
    """
    return "<1" if 0 < value < 1 else str(min(999, rounded(value)))


def _needs_login(view: AccountView) -> bool:
    """Return whether the user must log in. Not if the login has only expired: Claude Code will renew it."""
    resting = view.problem is not None and view.problem.code is ErrorCode.LOGIN_RESTING
    return view.status is Status.UNAUTHORIZED and not resting


def _paused(number: _Number | None, tooltip: str) -> IconModel:
    if number is None:
        return IconModel(None, "||", Level.RATE_LIMITED, Shape.PAUSED, tooltip)
    text = short_number(number.value)
    return IconModel(rounded(number.value), text, Level.RATE_LIMITED, Shape.PAUSED_RING, tooltip)


def _without_number(view: AccountView, tooltip: str) -> IconModel:
    if view.status is Status.STARTING:
        return IconModel(None, "…", Level.UNKNOWN, Shape.EMPTY_RING, tooltip)
    shape = Shape.DASHED_RING if view.is_stale else Shape.EMPTY_RING
    return IconModel(None, "-", Level.UNKNOWN, shape, tooltip)


def _number(view: AccountView) -> _Number | None:
    """Return the number that the icon shows; for a plan without limits, the used share of the spend cap."""
    if view.is_stale:
        return None
    limit, spend = view.tightest, view.spend
    if limit is not None and limit.percent is not None:
        return _Number(limit_name(limit), limit.percent, limit.level, limit.reset.when)
    # Beside limits whose numbers are unknown, the spend alone would look like the whole truth.
    if view.limits or spend is None or spend.percent is None:
        return None
    return _Number(EXTRA_USAGE, spend.percent, spend.level, None)


def limit_name(limit: LimitView) -> str:
    """Return "Session", "Weekly", "Fable (weekly)" or the server's own name, on one line."""
    name = one_line(limit.label)
    return words.OF_A_MODEL.format(name=name) if limit.kind is LimitKind.WEEKLY_MODEL else name


def _tooltip(view: AccountView) -> str:
    parts = [_number_words(view)]
    # For a screen reader this line is the whole icon, so it must also say what is wrong.
    if view.problem is not None:
        parts.append(view.problem.message.title)
    text = words.BETWEEN.join(part for part in parts if part)
    name = words.DEMO.format(name=CLAUDE) if view.demo else CLAUDE
    return words.TOOLTIP.format(name=name, text=text) if text else name


def _number_words(view: AccountView) -> str:
    number = _number(view)
    if number is None:
        return _age_words(view)
    shown = percent(number.value)
    if number.resets is None:
        return words.NUMBER.format(name=number.name, percent=shown)
    return words.NUMBER_RESETS.format(name=number.name, percent=shown, time=number.resets.moment)


def _age_words(view: AccountView) -> str:
    if view.main is None:
        return ""
    if view.is_stale:
        return words.LAST_UPDATE.format(time=view.main.when.moment)
    return words.NO_NUMBER.format(time=view.main.when.clock)
