"""States of the page that only its pictures need: one of each kind of error, doctor, and no tray."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from claudometer.domain.checkup import Finding, Part, State
from claudometer.domain.errors import ErrorCode
from claudometer.domain.next_poll import Paused, Poll, Reason
from claudometer.domain.outcome import Status
from claudometer.domain.snapshot import Problem, Snapshot
from claudometer.domain.usage import Mode, Organization
from tests.clocks import NOON
from tests.form_states import form_state
from tests.page.scenarios import NO_TRAY, NOW, Scenario, checked, snapshot, web_form
from tests.readings import reading, session, weekly

if TYPE_CHECKING:
    from collections.abc import Mapping

_SOON = Poll(NOON + timedelta(minutes=6), Reason.RETRY)
_TWO_HOURS_OLD = replace(reading(), fetched_at=NOON - timedelta(hours=2))

_ERRORS: tuple[tuple[ErrorCode, Status, Mapping[str, str]], ...] = (
    (ErrorCode.LOGIN_DENIED, Status.MISSING_CREDENTIALS, {"file": "~/.claude/.credentials.json"}),
    (ErrorCode.LOGIN_REVOKED, Status.UNAUTHORIZED, {}),
    (ErrorCode.LOGIN_SCOPE_MISSING, Status.UNAUTHORIZED, {}),
    (ErrorCode.ORGANIZATION_DISABLED, Status.UNAUTHORIZED, {}),
    (ErrorCode.CHALLENGED, Status.CHALLENGED, {}),
    (ErrorCode.BROWSER_FAILED, Status.CHALLENGED, {}),
    (ErrorCode.CAPTIVE_PORTAL, Status.CHALLENGED, {}),
    (ErrorCode.REGION_BLOCKED, Status.UNAUTHORIZED, {}),
    (ErrorCode.SERVER_ERROR, Status.SERVER_ERROR, {}),
    (ErrorCode.DNS_FAILED, Status.OFFLINE, {}),
    (ErrorCode.TLS_FAILED, Status.OFFLINE, {}),
    (ErrorCode.PROXY_LOGIN_NEEDED, Status.OFFLINE, {"proxy": "proxy.example.org:3128"}),
    (ErrorCode.KEYRING_LOCKED, Status.MISSING_CREDENTIALS, {}),
    (ErrorCode.LOCAL_NUMBERS_MISSING, Status.UNREADABLE, {}),
    (ErrorCode.NO_NUMBERS, Status.UNREADABLE, {}),
)


def _failed(code: ErrorCode, status: Status, facts: Mapping[str, str], *, old: bool) -> Snapshot:
    """Return a failed attempt, after numbers of two hours ago or after none."""
    problem = Problem(
        code, http_status=503 if code is ErrorCode.SERVER_ERROR else None, facts=tuple(facts.items())
    )
    waits = status in {Status.OFFLINE, Status.SERVER_ERROR, Status.CHALLENGED}
    return snapshot(
        reading=_TWO_HOURS_OLD if old else None,
        status=status,
        problem=problem,
        next_poll=_SOON if waits else Paused(code),
    )


def _doctor(*found: Finding, **answers: Any) -> Scenario:  # noqa: ANN401 - JSON values
    return Scenario("", snapshot(), form_state(), {"doctor": checked(*found)} | answers)


_FINE = (
    Finding(Part.CONNECTION, State.OK, "connection.answered", {"host": "claude.ai", "seconds": "0.3"}),
    Finding(Part.WINDOW, State.OK, "window.works", {"engine": "WebKitGTK 2.50.6"}),
)

MORE: dict[str, Scenario] = {
    **{
        f"error-{code.value}": Scenario("", _failed(code, status, facts, old=place % 2 == 0), form_state())
        for place, (code, status, facts) in enumerate(_ERRORS)
    },
    "no-tray": Scenario("", snapshot(notices=(NO_TRAY,)), form_state()),
    "local-only": Scenario(
        "",
        snapshot(
            reading=reading(session(41.0), weekly(22.0)),
            mode=Mode.LOCAL,
            notices=(Problem(ErrorCode.LOCAL_ONLY),),
            next_poll=None,
        ),
        form_state(mode="local"),
    ),
    "choose-organization": Scenario(
        "",
        snapshot(
            reading=None,
            mode=Mode.WEB,
            status=Status.UNAUTHORIZED,
            problem=Problem(ErrorCode.ORGANIZATION_NEEDED),
            organizations=(Organization("org-1", "Personal"), Organization("org-2", "Example org")),
            next_poll=Paused(ErrorCode.ORGANIZATION_NEEDED),
        ),
        web_form(),
    ),
    "clock-wrong": Scenario(
        "", snapshot(notices=(Problem(ErrorCode.CLOCK_WRONG, facts=(("behind_s", "3480"),)),)), form_state()
    ),
    "doctor-needs-you": Scenario("", snapshot(), form_state()),
    "doctor-fine": _doctor(*_FINE),
    "doctor-still-locked": _doctor(
        Finding(Part.KEYRING, State.ATTENTION, "keyring.still_locked", {"keyring": "gnome-keyring-daemon"}),
        *_FINE,
    ),
    "doctor-checking": _doctor(*_FINE, delay={"doctor": 60_000}),
    "doctor-unanswered": Scenario(
        "",
        snapshot(),
        form_state(),
        {
            "doctor": {
                "ok": False,
                "message": "Claudometer is not responding.",
                "hint": "Try again, or restart it.",
            }
        },
    ),
    "waiting-without-numbers": Scenario(
        "",
        snapshot(
            reading=None,
            status=Status.RATE_LIMITED,
            problem=Problem(ErrorCode.RATE_LIMITED, until=NOW + timedelta(minutes=38)),
            next_poll=Poll(NOW + timedelta(minutes=38), Reason.RATE_LIMITED),
        ),
        form_state(),
    ),
}
"""By name. They have no titles: the sheets show the names."""
