"""States of the settings form, to build tests from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from claudometer.domain.form_state import FormState


def form_state(**changes: Any) -> FormState:  # noqa: ANN401 - the fields of FormState
    """Return the form's state of a Claude Code user without a problem, with these fields changed."""
    state: Any = {
        "mode": "cli",
        "mode_chosen": True,
        "session_key": {"saved": False, "where": None, "ends_at": None},
        "remember": True,
        "ask_through_browser": {"enabled": True, "available": True},
        "check_daily": {"enabled": False, "host": "github.com"},
        "icon_number": "fullest",
        "icon_colors": "color",
        "icon_label": False,
        "icon_text": "number",
        "percents": "used",
        "without_tray": "ask",
        "alerts": {
            "alert_thresholds": [75, 90, 100],
            "alert_limits_off": [],
            "alert_own_thresholds": {},
            "alert_forecast": True,
            "alert_reset": True,
            "alert_login": True,
            "alert_credit": True,
            "alert_key": True,
            "quiet_hours": False,
            "quiet_from": "22:00",
            "quiet_to": "08:00",
        },
        "keyring": {"problem": None},
        "organization_id": None,
        "organizations": [],
        "interval_seconds": None,
        "autostart": {"enabled": False, "available": True},
        "overrides": [],
        "claude_folder": {"own": None, "variable": None},
        "login": {"found": True, "code": None, "folder": "~/.claude", "closed": None, "facts": {}},
        "version": "0.1.0",
        "demo": False,
    }
    changed: FormState = state | changes
    return changed
