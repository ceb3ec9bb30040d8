"""The picture in a notification: the tray icon of the one limit that it is about. Pure; draws nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.domain.alerts.model import AlertKind
from claudometer.present.icon import LEVEL_SHAPES, IconModel, Level, Shape, arc_of, number_in_ring
from claudometer.present.levels import Thresholds

if TYPE_CHECKING:
    from claudometer.control.wire.report import LevelName
    from claudometer.domain.alerts.model import Alert

_AMBER = (AlertKind.FORECAST, AlertKind.THRESHOLD)
"""Kinds that are at least a warning, also below the percentage from which limits usually are amber."""


def alert_icon(alert: Alert, *, remaining: bool, level: LevelName | None = None) -> IconModel | None:
    """Return the number of the alert's limit in a ring of one arc; ``None`` for the program's own icon.

    Args:
        remaining: whether numbers say what is left.
        level: of the limit, by the user's thresholds; ``None`` goes by the usual ones.
    """
    if alert.kind is AlertKind.LOGIN:
        return IconModel("!", Level.UNAUTHORIZED, Shape.BROKEN_RING, "")
    if alert.kind is AlertKind.CREDIT_ENDS or alert.percent is None:
        return None
    name = level or Thresholds().level_of(alert.percent)
    if alert.kind in _AMBER and name != "critical":
        name = "warning"
    shown, arc = Level(name), arc_of(alert.percent, name)
    text = number_in_ring(alert.percent, remaining=remaining)
    return IconModel(text, shown, LEVEL_SHAPES[shown], "", (arc,))
