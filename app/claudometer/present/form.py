"""The settings form: the engine's state as the words beside each field. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from claudometer.domain.errors import ErrorCode
from claudometer.present.messages import message_for_code

if TYPE_CHECKING:
    from collections.abc import Mapping

# What the form may offer; the domain's settings model refuses the rest.
_INTERVAL = {"min": 10, "max": 3600}

_KEY_NOTES = {
    "keyring": "A key is saved in the system keyring.",
    "memory": "A key is in use until you quit; it is saved nowhere.",
    "environment": "The key comes from CLAUDOMETER_SESSION_KEY, for this run only.",
}

_VARIABLES = {
    "mode": "CLAUDOMETER_MODE",
    "interval_seconds": "CLAUDOMETER_INTERVAL_SECONDS",
    "session_key": "CLAUDOMETER_SESSION_KEY",
}


def form_for(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return the page's form from the engine's form state (codes in, words out)."""
    key = state["session_key"]
    return {
        "mode": state["mode"],
        "session_key": {
            "saved": key["saved"],
            "note": _KEY_NOTES.get(key["where"] or "", "No key saved.") if key["saved"] else "No key saved.",
        },
        "remember": state["remember"],
        "ask_through_browser": _browser(state["ask_through_browser"], demo=state["demo"]),
        "keyring": _keyring(state["keyring"]["problem"]),
        "organization_id": state["organization_id"],
        "organizations": [
            {"id": organization["id"], "name": organization["name"] or "Unnamed organization"}
            for organization in state["organizations"]
        ],
        "interval_seconds": state["interval_seconds"],
        "interval": _INTERVAL,
        "autostart": _autostart(state["autostart"], demo=state["demo"]),
        "locked": {name: f"Set by {_VARIABLES[name]} for this run." for name in state["overrides"]},
        "login": _login(state["login"]),
        "version": state["version"],
        "demo": state["demo"],
    }


def _keyring(problem: str | None) -> dict[str, Any]:
    if problem is None:
        return {"available": True, "message": None, "hint": None}
    message = message_for_code(ErrorCode(problem))
    return {"available": False, "message": message.title, "hint": message.hint}


def _browser(browser: Mapping[str, Any], *, demo: bool) -> dict[str, Any]:
    note = None
    if not browser["available"]:
        note = "Not used by the demo." if demo else "Not on this system yet."
    return {"enabled": browser["enabled"], "available": browser["available"], "note": note}


def _autostart(autostart: Mapping[str, Any], *, demo: bool) -> dict[str, Any]:
    note = None
    if not autostart["available"]:
        note = "Not changed by the demo." if demo else "This system offers no start at login to change."
    return {"enabled": autostart["enabled"], "available": autostart["available"], "note": note}


def _login(login: Mapping[str, Any]) -> dict[str, Any]:
    if login["code"] is not None:
        message = message_for_code(ErrorCode(login["code"]), {"login_folder": login["folder"]})
        return {"found": login["found"], "message": message.title, "hint": message.hint}
    if login["found"]:
        return {"found": True, "message": f"Login found in {login['folder']}", "hint": None}
    missing = message_for_code(ErrorCode.LOGIN_MISSING)
    return {"found": False, "message": missing.title, "hint": missing.hint}
