"""The settings about alerts: in the form, in a change, and as rules."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING

from claudometer.domain.alerts.model import AlertKind, Rules
from claudometer.domain.alerts.silence import QuietHours
from claudometer.domain.errors import ErrorCode, InvalidSettingError
from claudometer.domain.form_fields import ALERT_FIELDS
from claudometer.domain.settings import read_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from claudometer.domain.form_state import AlertsState
    from claudometer.domain.settings import Settings


def alerts_state(settings: Settings) -> AlertsState:
    """Return the fields of the form."""
    return {
        "alert_thresholds": list(settings.alert_thresholds),
        "alert_limits_off": list(settings.alert_limits_off),
        "alert_own_thresholds": {
            limit: list(percents) for limit, percents in settings.alert_own_thresholds.items()
        },
        "alert_forecast": settings.alert_forecast,
        "alert_reset": settings.alert_reset,
        "alert_login": settings.alert_login,
        "alert_credit": settings.alert_credit,
        "alert_key": settings.alert_key,
        "quiet_hours": settings.quiet_hours,
        "quiet_from": settings.quiet_from,
        "quiet_to": settings.quiet_to,
    }


def parse_alerts(params: Mapping[str, object]) -> dict[str, object]:
    """Return the settings about alerts that a change has, by their names.

    Raises:
        InvalidSettingError: with the name of the field.
    """
    changed: dict[str, object] = {}
    for name in ALERT_FIELDS:
        if name in params:
            try:
                changed[name] = read_value(name, params[name])
            except (TypeError, ValueError) as error:
                raise InvalidSettingError(name, ErrorCode.REQUEST_INVALID) from error
    return changed


def rules_of(settings: Settings) -> Rules:
    """Return which alerts the user wants."""
    switches = {
        AlertKind.THRESHOLD: True,  # switched off by an empty list of percents
        AlertKind.FORECAST: settings.alert_forecast,
        AlertKind.RESET: settings.alert_reset,
        AlertKind.LOGIN: settings.alert_login,
        AlertKind.CREDIT_ENDS: settings.alert_credit,
        AlertKind.KEY_ENDS: settings.alert_key,
    }
    kinds = frozenset(kind for kind, is_on in switches.items() if is_on)
    limits_off = frozenset(settings.alert_limits_off)
    return Rules(settings.alert_thresholds, kinds, limits_off, settings.alert_own_thresholds)


def quiet_hours_of(settings: Settings) -> QuietHours | None:
    """Return the hours in which alerts are held back, ``None`` for none."""
    if not settings.quiet_hours:
        return None
    return QuietHours(time.fromisoformat(settings.quiet_from), time.fromisoformat(settings.quiet_to))
