"""The picture in a notification: the tray icon of the one limit that it is about. Pure; draws nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.domain.alerts.model import AlertKind
from claudometer.present.formatters import rounded, short_left
from claudometer.present.icon import LEVEL_SHAPES, Arc, IconModel, Level, Shape, short_number
from claudometer.present.levels import Thresholds

if TYPE_CHECKING:
    from claudometer.domain.alerts.model import Alert


def alert_icon(alert: Alert, *, remaining: bool) -> IconModel | None:
    """Return the number of the alert's limit in one whole ring; ``None`` for the program's own icon.

    Args:
        remaining: whether numbers say what is left.
    """
    if alert.kind is AlertKind.LOGIN:
        return IconModel("!", Level.UNAUTHORIZED, Shape.BROKEN_RING, "")
    if alert.kind is AlertKind.CREDIT_ENDS or alert.percent is None:
        return None
    level = Level(Thresholds().level_of(alert.percent, is_filling=alert.kind is AlertKind.FORECAST))
    text = short_left(alert.percent) if remaining else short_number(alert.percent)
    arc = Arc(max(1, rounded(alert.percent)) if alert.percent > 0 else 0, level)
    return IconModel(text, level, LEVEL_SHAPES[level], "", (arc,))
