"""The settings form: the state of its fields, and the text beside each. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from claudometer.domain.errors import ErrorCode
from claudometer.domain.region import UTC_REGION
from claudometer.present.formatters import day_and_year
from claudometer.present.limit_names import name_of
from claudometer.present.messages import form as words
from claudometer.present.step import Step, step_of

if TYPE_CHECKING:
    from typing import Literal

    from claudometer.control.wire.page import Form, FormKeyring, FormLogin, FormRange, FormSwitch
    from claudometer.domain.form_state import (
        AlertsState,
        AutostartState,
        BrowserState,
        DailyCheckState,
        FormState,
        KeyState,
        LoginState,
    )
    from claudometer.domain.region import Region

# Seconds. `domain.settings` has the same bounds, and refuses anything else.
# `kept_from`: with Claude Code's login, which allows few requests an hour, nothing shorter is offered.
_INTERVAL: FormRange = {"min": 10, "max": 3600, "kept_from": 300}

_DEFAULT_FOLDER = "~/.claude"

# A missing keyring is none of them: no key can be left in it.
_UNREADABLE = frozenset({ErrorCode.KEYRING_LOCKED.value, ErrorCode.KEYRING_FAILED.value})

_VARIABLES = {
    "mode": "CLAUDOMETER_MODE",
    "interval_seconds": "CLAUDOMETER_INTERVAL_SECONDS",
    "session_key": "CLAUDOMETER_SESSION_KEY",
}


def form_for(state: FormState, now: datetime | None = None, region: Region = UTC_REGION) -> Form:
    """Return the form for the page, with sentences in place of codes.

    Args:
        now: aware UTC; only to say when the key ends.
    """
    key = state["session_key"]
    return {
        "mode": state["mode"],
        "set_up": _is_set_up(state),
        "session_key": {
            "saved": key["saved"],
            "note": _key_note(key, state["keyring"]["problem"] if state["remember"] else None),
            "ends": _end_of(key, now, region),
        },
        "remember": state["remember"],
        "ask_through_browser": _switch(state["ask_through_browser"], demo=state["demo"]),
        "check_daily": _check_daily(state["check_daily"]),
        "keyring": _keyring(state["keyring"]["problem"]),
        "organization_id": state["organization_id"],
        "organizations": [
            {"id": organization["id"], "name": organization["name"] or words.UNNAMED_ORGANIZATION}
            for organization in state["organizations"]
        ],
        "interval_seconds": state["interval_seconds"],
        "interval": _INTERVAL,
        "claude_folder": {"value": state["claude_folder"]["own"] or "", "default": _DEFAULT_FOLDER},
        "icon_number": state["icon_number"],
        "icon_colors": state["icon_colors"],
        "icon_label": state["icon_label"],
        "icon_text": state["icon_text"],
        "percents": state["percents"],
        "without_tray": state["without_tray"],
        **state["alerts"],
        "alert_limit_names": _names(state["alerts"]),
        "autostart": _switch(state["autostart"], demo=state["demo"]),
        "locked": _locked(state),
        "login": _sample_login(state["login"]) if state["demo"] else _login(state),
        "version": state["version"],
        "demo": state["demo"],
    }


def _names(alerts: AlertsState) -> dict[str, str]:
    """Return the names of the limits that have a choice of their own."""
    chosen = {*alerts["alert_limits_off"], *alerts["alert_own_thresholds"]}
    return {each: name_of(each) for each in sorted(chosen)}


def _key_note(key: KeyState, keyring_problem: str | None) -> str:
    """Return where the key is. A keyring that is locked or out of order may have one.

    Args:
        keyring_problem: ``None`` also where keys are not kept in the keyring.
    """
    if key["saved"]:
        return words.KEY_NOTES.get(key["where"] or "", words.NO_KEY)
    return words.KEY_UNKNOWN if keyring_problem in _UNREADABLE else words.NO_KEY


def _end_of(key: KeyState, now: datetime | None, region: Region) -> str | None:
    if now is None or key["ends_at"] is None or not key["saved"]:
        return None
    at = datetime.fromtimestamp(key["ends_at"], now.tzinfo)
    line = words.KEY_ENDS if at > now else words.KEY_WAS_TO_END
    return line.format(day=day_and_year(at, now, region))


def _is_set_up(state: FormState) -> bool:
    """Return whether there is a source to read numbers from; else the window opens at the welcome page."""
    if "mode" in state["overrides"]:  # the environment chose, so there is nothing to choose in the window
        return True
    if state["mode"] == "web":
        return state["session_key"]["saved"]
    return state["mode_chosen"] or state["login"]["found"]


def _keyring(problem: str | None) -> FormKeyring:
    if problem is None:
        return {"available": True, "message": None, "hint": None}
    from claudometer.present.messages.errors import message_for_code  # noqa: PLC0415 - 0.2 MB, seldom needed

    message = message_for_code(ErrorCode(problem))
    return {"available": False, "message": message.title, "hint": message.hint}


def _check_daily(daily: DailyCheckState) -> FormSwitch:
    host = daily["host"]
    note = words.NOT_IN_DEMO if host is None else words.CHECK_DAILY.format(host=host)
    return {"enabled": daily["enabled"], "available": host is not None, "note": note}


def _switch(state: BrowserState | AutostartState, *, demo: bool) -> FormSwitch:
    """Return a switch; one that cannot be used says why."""
    note = None
    if not state["available"]:
        note = words.NOT_IN_DEMO if demo else words.NOT_ON_SYSTEM
    return {"enabled": state["enabled"], "available": state["available"], "note": note}


def _locked(state: FormState) -> dict[str, str]:
    """Return a sentence for each field that the environment sets: it cannot be changed here."""
    variables = {name: _VARIABLES[name] for name in state["overrides"]}
    if state["claude_folder"]["variable"]:
        variables["claude_folder"] = state["claude_folder"]["variable"]
    return {name: words.LOCKED.format(variable=variable) for name, variable in variables.items()}


def _sample_login(login: LoginState) -> FormLogin:
    """Return what the demo has in place of a login: nobody looked for one."""
    return {
        "found": True,
        "state": "found",
        "has_program": True,
        "folder": login["folder"],
        "message": words.SAMPLE_DATA,
        "hint": None,
        "command": None,
    }


def _login(state: FormState) -> FormLogin:
    login, own = state["login"], state["claude_folder"]["own"] is not None
    folder = login["folder"]
    if login["found"]:
        message = words.LOGIN_FOUND.format(folder=folder)
        return {
            "found": True,
            "state": "found",
            "has_program": True,
            "folder": folder,
            "message": message,
            "hint": None,
            "command": None,
        }
    has_none = login["code"] == ErrorCode.LOGIN_FOLDER_WRONG and login["facts"].get("reason") == "empty"
    if own and (has_none or login["code"] == ErrorCode.LOGIN_MISSING):
        title, step = words.NO_LOGIN_IN.format(folder=folder), Step(words.NO_LOGIN_IN_HINT, None)
    else:
        from claudometer.present.messages.errors import message_for_code  # noqa: PLC0415 - as above

        facts = {"login_folder": login["closed"] or folder, **login["facts"]}
        code = ErrorCode(login["code"] or ErrorCode.LOGIN_MISSING)
        missing = message_for_code(code, facts)
        title, step = missing.title, step_of(code, missing.hint)
    # Without a login, the welcome page says how to get one; other trouble has its own sentences.
    is_missing = has_none or login["code"] in {None, ErrorCode.LOGIN_MISSING}
    kind: Literal["missing", "trouble"] = "missing" if is_missing else "trouble"
    return {
        "found": False,
        "state": kind,
        "has_program": "no_program" not in login["facts"],
        "folder": folder,
        "message": title,
        "hint": step.words,
        "command": step.command,
    }
