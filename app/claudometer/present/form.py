"""The settings form: the state of its fields, with the words beside each. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.domain.errors import ErrorCode
from claudometer.present.messages.errors import message_for_code

if TYPE_CHECKING:
    from claudometer.control.wire.page import Form, FormKeyring, FormLogin, FormRange, FormSwitch
    from claudometer.domain.form_state import (
        AutostartState,
        BrowserState,
        DailyCheckState,
        FormState,
        LoginState,
    )

# What the form may offer; the domain's settings model refuses the rest.
_INTERVAL: FormRange = {"min": 10, "max": 3600}

_KEY_NOTES = {
    "keyring": "A key is saved in the system keyring.",
    "memory": "A key is in use until you quit; it is saved nowhere.",
    "environment": "The key comes from CLAUDOMETER_SESSION_KEY, for this run only.",
}

_DEFAULT_FOLDER = "~/.claude"

_VARIABLES = {
    "mode": "CLAUDOMETER_MODE",
    "interval_seconds": "CLAUDOMETER_INTERVAL_SECONDS",
    "session_key": "CLAUDOMETER_SESSION_KEY",
}


def form_for(state: FormState) -> Form:
    """Return the page's form: codes in, words out."""
    key = state["session_key"]
    return {
        "mode": state["mode"],
        "session_key": {
            "saved": key["saved"],
            "note": _KEY_NOTES.get(key["where"] or "", "No key saved.") if key["saved"] else "No key saved.",
        },
        "remember": state["remember"],
        "ask_through_browser": _browser(state["ask_through_browser"], demo=state["demo"]),
        "check_daily": _check_daily(state["check_daily"]),
        "keyring": _keyring(state["keyring"]["problem"]),
        "organization_id": state["organization_id"],
        "organizations": [
            {"id": organization["id"], "name": organization["name"] or "Unnamed organization"}
            for organization in state["organizations"]
        ],
        "interval_seconds": state["interval_seconds"],
        "interval": _INTERVAL,
        "claude_folder": {"value": state["claude_folder"]["own"] or "", "default": _DEFAULT_FOLDER},
        "autostart": _autostart(state["autostart"], demo=state["demo"]),
        "locked": _locked(state),
        "login": _login(state["login"], own=state["claude_folder"]["own"] is not None),
        "version": state["version"],
        "demo": state["demo"],
    }


def _keyring(problem: str | None) -> FormKeyring:
    if problem is None:
        return {"available": True, "message": None, "hint": None}
    message = message_for_code(ErrorCode(problem))
    return {"available": False, "message": message.title, "hint": message.hint}


def _check_daily(daily: DailyCheckState) -> FormSwitch:
    host = daily["host"]
    note = (
        "Not used by the demo."
        if host is None
        else f"Sends Claudometer's name and version to {host}, and nothing about you or your usage."
    )
    return {"enabled": daily["enabled"], "available": host is not None, "note": note}


def _browser(browser: BrowserState, *, demo: bool) -> FormSwitch:
    note = None
    if not browser["available"]:
        note = "Not used by the demo." if demo else "Not on this system yet."
    return {"enabled": browser["enabled"], "available": browser["available"], "note": note}


def _autostart(autostart: AutostartState, *, demo: bool) -> FormSwitch:
    note = None
    if not autostart["available"]:
        note = "Not changed by the demo." if demo else "This system offers no start at login to change."
    return {"enabled": autostart["enabled"], "available": autostart["available"], "note": note}


def _locked(state: FormState) -> dict[str, str]:
    """Return the fields that the environment sets, each with the words that say so."""
    variables = {name: _VARIABLES[name] for name in state["overrides"]}
    if state["claude_folder"]["variable"]:
        variables["claude_folder"] = state["claude_folder"]["variable"]
    return {name: f"Set by {variable} for this run." for name, variable in variables.items()}


def _login(login: LoginState, *, own: bool) -> FormLogin:
    if login["found"]:
        return {"found": True, "message": f"Login found in {login['folder']}", "hint": None}
    if login["code"] == ErrorCode.LOGIN_MISSING and own:
        message = f"No Claude Code login in {login['folder']}."
        hint = "Log in with it there, or choose its folder below."
        return {"found": False, "message": message, "hint": hint}
    facts = {"login_folder": login["closed"] or login["folder"]}
    words = message_for_code(ErrorCode(login["code"] or ErrorCode.LOGIN_MISSING), facts)
    return {"found": False, "message": words.title, "hint": words.hint}
