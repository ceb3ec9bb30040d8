"""The names of the settings that the window's form may change. Pure; the window's process imports it too."""

from __future__ import annotations

from typing import Final

ALERT_FIELDS: Final = (
    "alert_thresholds",
    "alert_limits_off",
    "alert_own_thresholds",
    "alert_forecast",
    "alert_reset",
    "alert_login",
    "alert_credit",
    "alert_key",
    "quiet_hours",
    "quiet_from",
    "quiet_to",
)
"""Those about alerts. They have the same names in ``domain.settings``, in the file and in the form."""

FIELDS: Final = frozenset(
    {
        *ALERT_FIELDS,
        "mode",
        "interval_seconds",
        "organization_id",
        "claude_folder",
        "remember",
        "ask_through_browser",
        "check_daily",
        "icon_number",
        "icon_colors",
        "icon_label",
        "icon_text",
        "percents",
        "without_tray",
        "autostart",
        "session_key",
    }
)
"""All fields of the form."""
