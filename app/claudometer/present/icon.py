"""What the tray icon shows, as a value: shape, level, number and one line of text. Pure; draws nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import Status
from claudometer.domain.snapshot import Snapshot, current_limits, is_stale
from claudometer.domain.usage import Limit, LimitKind, Reading, tightest
from claudometer.present.card import spend_percent
from claudometer.present.formatters import clock, moment, nearest_minute, percent, rounded
from claudometer.present.messages import menu as words
from claudometer.present.messages.card import CLAUDE
from claudometer.present.messages.errors import message_for
from claudometer.present.messages.phrases import EXTRA_USAGE
from claudometer.present.provenance import main_origin
from claudometer.present.text import one_line

if TYPE_CHECKING:
    from datetime import datetime

    from claudometer.domain.region import Region
    from claudometer.present.levels import Thresholds


class Level(StrEnum):
    """The color's meaning."""

    OK = "ok"
    WARNING = "warning"
    CRITICAL = "critical"
    UNAUTHORIZED = "unauthorized"
    RATE_LIMITED = "rate_limited"
    UNKNOWN = "unknown"


class Shape(StrEnum):
    """The form, which alone tells the states apart for an eye that sees no color."""

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
        percent: how far the ring is filled, whole percents; ``None`` when no number is shown.
        text: what stands inside: "81", "<1", "100", or a mark: "!", "?", "-", "…", "||".
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
    resets_at: datetime | None


def icon_for(snapshot: Snapshot, now: datetime, region: Region, thresholds: Thresholds) -> IconModel:
    """Decide what the tray icon shows.

    The tightest limit fills the ring while its number can be trusted. Refused credentials come before any
    number; a rate limit keeps the number and marks it as paused.
    """
    tooltip = _tooltip(snapshot, now, region)
    number = _number(snapshot, now)
    if _needs_login(snapshot):
        return IconModel(None, "!", Level.UNAUTHORIZED, Shape.BROKEN_RING, tooltip)
    if snapshot.status is Status.MISSING_CREDENTIALS:
        return IconModel(None, "?", Level.UNKNOWN, Shape.DOTTED_RING, tooltip)
    if snapshot.status is Status.RATE_LIMITED:
        return _paused(number, tooltip)
    if number is None:
        return _without_number(snapshot, now, tooltip)
    level = Level(thresholds.level_of(number.value))
    return IconModel(rounded(number.value), short_number(number.value), level, _LEVEL_SHAPES[level], tooltip)


_LEVEL_SHAPES = {Level.OK: Shape.RING, Level.WARNING: Shape.MARKED_RING, Level.CRITICAL: Shape.DISC}


def short_number(value: float) -> str:
    """Return a percent in three characters: "0", "<1", "81", "100", "134"; "999" is also all above.

    0.4 is not "0", which would say that nothing was used, and 99.6 is not "100".
    """
    return "<1" if 0 < value < 1 else str(min(999, rounded(value)))


def _needs_login(snapshot: Snapshot) -> bool:
    """Tell whether the login is refused. A resting one is not: Claude Code renews it by itself."""
    resting = snapshot.problem is not None and snapshot.problem.code is ErrorCode.LOGIN_RESTING
    return snapshot.status is Status.UNAUTHORIZED and not resting


def _paused(number: _Number | None, tooltip: str) -> IconModel:
    if number is None:
        return IconModel(None, "||", Level.RATE_LIMITED, Shape.PAUSED, tooltip)
    text = short_number(number.value)
    return IconModel(rounded(number.value), text, Level.RATE_LIMITED, Shape.PAUSED_RING, tooltip)


def _without_number(snapshot: Snapshot, now: datetime, tooltip: str) -> IconModel:
    if snapshot.status is Status.STARTING:
        return IconModel(None, "…", Level.UNKNOWN, Shape.EMPTY_RING, tooltip)
    shape = Shape.DASHED_RING if is_stale(snapshot, now) else Shape.EMPTY_RING
    return IconModel(None, "-", Level.UNKNOWN, shape, tooltip)


def _number(snapshot: Snapshot, now: datetime) -> _Number | None:
    reading = snapshot.reading
    if reading is None or is_stale(snapshot, now):
        return None
    limit = tightest(current_limits(snapshot, now), now)
    if limit is not None and limit.percent is not None:
        return _Number(limit_name(limit), limit.percent, limit.resets_at)
    return None if reading.limits else _spent(reading)


def _spent(reading: Reading) -> _Number | None:
    """Return the share of the spend cap: all that plans without limits report."""
    share = spend_percent(reading.spend) if reading.spend else None
    return None if share is None else _Number(EXTRA_USAGE, share, None)


def limit_name(limit: Limit) -> str:
    """Return "Session", "Weekly", "Fable (weekly)" or the server's own name, on one line."""
    name = one_line(limit.label)
    return words.OF_A_MODEL.format(name=name) if limit.kind is LimitKind.WEEKLY_MODEL else name


def _tooltip(snapshot: Snapshot, now: datetime, region: Region) -> str:
    parts = [_number_words(snapshot, now, region)]
    if snapshot.problem is not None:
        parts.append(message_for(snapshot.problem, region).title)
    text = words.BETWEEN.join(part for part in parts if part)
    name = words.DEMO.format(name=CLAUDE) if snapshot.demo else CLAUDE
    return words.TOOLTIP.format(name=name, text=text) if text else name


def _number_words(snapshot: Snapshot, now: datetime, region: Region) -> str:
    number = _number(snapshot, now)
    if number is None:
        return _age_words(snapshot, now, region)
    shown = percent(number.value)
    if number.resets_at is None:
        return words.NUMBER.format(name=number.name, percent=shown)
    time = moment(nearest_minute(number.resets_at), now, region)
    return words.NUMBER_RESETS.format(name=number.name, percent=shown, time=time)


def _age_words(snapshot: Snapshot, now: datetime, region: Region) -> str:
    if snapshot.reading is None:
        return ""
    at = main_origin(snapshot.reading).fetched_at
    if is_stale(snapshot, now):
        return words.LAST_UPDATE.format(time=moment(at, now, region))
    return words.NO_NUMBER.format(time=clock(at, region))
