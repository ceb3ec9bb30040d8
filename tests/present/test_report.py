"""``status --json`` and its exit codes: scripts rely on both."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.domain.next_poll import Paused, Poll, Reason
from claudometer.domain.outcome import Status
from claudometer.domain.plan import StoppedBy
from claudometer.domain.region import UTC_REGION
from claudometer.domain.snapshot import Problem, Snapshot
from claudometer.domain.usage import CapState, Mode, Money, Origin, Source
from claudometer.present.exit_codes import exit_code_of
from claudometer.present.messages.errors import message_for
from claudometer.present.messages.phrases import NO_LIMITS, SOURCE_NAMES
from claudometer.present.messages.terminal import Terminal
from claudometer.present.report import report_for
from tests.clocks import NOON
from tests.readings import credit, euros, fable, reading, session, snapshot, spend, weekly
from tests.sentences import hint, title
from tests.views import view

JITTER = timedelta(microseconds=-441_870)


def report(shown: Snapshot) -> Any:  # noqa: ANN401 - read as scripts read it
    return report_for(view(shown))


def test_a_number_from_a_newer_source_names_it() -> None:
    origin = Origin(Source.STATUS_LINE, NOON + timedelta(seconds=30))
    limits = report(snapshot(reading(replace(session(), origin=origin), weekly())))["limits"]
    assert [(limit["source"], limit["fetched_at"]) for limit in limits] == [
        ("status_line", "2026-08-20T12:00:30Z"),
        ("oauth", "2026-08-20T12:00:00Z"),
    ]


def test_every_source_has_a_name() -> None:
    assert set(SOURCE_NAMES) == {source.value for source in Source}


def test_the_report_has_exactly_the_documented_form() -> None:
    shown = replace(
        snapshot(
            reading(session(81.0, NOON + timedelta(hours=1) + JITTER), weekly(), fable(), spend=spend())
        ),
        next_poll=Poll(NOON + timedelta(minutes=1), Reason.INTERVAL),
    )
    made = report(shown)
    assert json.loads(json.dumps(made)) == {
        "schema": 1,
        "now": "2026-08-20T12:00:00Z",
        "status": "ok",
        "mode": "cli",
        "source": "oauth",
        "account": {
            "id": "account-1",
            "name": "Claude Code",
            "organization_id": None,
            "organization": None,
            "plan": "Max 5x",
            "tier": None,
        },
        "limits": [
            {
                "id": "session",
                "kind": "session",
                "label": "Session",
                "percent": 81.0,
                "resets_at": "2026-08-20T13:00:00Z",
                "window_seconds": 18000,
                "level": "warning",
                "expected_percent": 80.0,
                "forecast": None,
                "forecast_record": None,
                "source": "oauth",
                "fetched_at": "2026-08-20T12:00:00Z",
                "stale": False,
            },
            {
                "id": "weekly",
                "kind": "weekly",
                "label": "Weekly",
                "percent": 29.0,
                "resets_at": "2026-08-25T17:00:00Z",
                "window_seconds": 604800,
                "level": "ok",
                "expected_percent": 26.0,
                "forecast": None,
                "forecast_record": None,
                "source": "oauth",
                "fetched_at": "2026-08-20T12:00:00Z",
                "stale": False,
            },
            {
                "id": "weekly:fable",
                "kind": "weekly_model",
                "label": "Fable",
                "percent": 66.0,
                "resets_at": "2026-08-25T17:00:00Z",
                "window_seconds": 604800,
                "level": "ok",
                "expected_percent": 26.0,
                "forecast": None,
                "forecast_record": None,
                "source": "oauth",
                "fetched_at": "2026-08-20T12:00:00Z",
                "stale": False,
            },
        ],
        "limits_left_out": 0,
        "spend": {
            "enabled": True,
            "used": {"minor": 1234, "exponent": 2, "currency": "EUR"},
            "cap": {"minor": 4000, "exponent": 2, "currency": "EUR"},
            "percent": 30.9,
            "stopped_by": None,
            "source": "oauth",
            "fetched_at": "2026-08-20T12:00:00Z",
            "stale": False,
        },
        "credits": [],
        "fetched_at": "2026-08-20T12:00:00Z",
        "stale": False,
        "next_poll_at": "2026-08-20T12:01:00Z",
        "message": None,
        "hint": None,
    }


def test_a_credit_is_listed_with_its_last_day() -> None:
    (made,) = report(snapshot(reading(credits_granted=(credit(5150),))))["credits"]
    assert made == {
        "id": "iguana_necktie",
        "label": "Iguana Necktie",
        "used": {"minor": 5150, "exponent": 2, "currency": "USD"},
        "limit": {"minor": 25000, "exponent": 2, "currency": "USD"},
        "percent": 20.6,
        "expires_at": "2026-11-05T07:59:00Z",
        "source": "oauth",
        "fetched_at": "2026-08-20T12:00:00Z",
        "stale": False,
    }


def test_a_plan_that_reports_no_limit_says_so_and_is_no_failure() -> None:
    made = report(snapshot(replace(reading(), limits=())))
    assert (made["status"], made["message"], made["hint"]) == ("ok", NO_LIMITS, None)
    assert exit_code_of(made) == 0


def test_the_level_of_an_unknown_percent_is_unknown() -> None:
    made = report(snapshot(reading(session(None), weekly(90.0))))
    assert [limit["level"] for limit in made["limits"]] == [None, "critical"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, 0),
        ({"used": euros(4000)}, 1),
        ({"used": euros(4001), "enabled": False, "stopped_by": StoppedBy.ORGANIZATION}, 1),
        ({"enabled": False, "stopped_by": StoppedBy.CAP}, 1),
        ({"cap": CapState.UNKNOWN, "enabled": False, "stopped_by": StoppedBy.CAP}, 1),
        ({"used": euros(4001), "enabled": False, "stopped_by": StoppedBy.USER}, 0),
        ({"enabled": False, "stopped_by": StoppedBy.CREDITS}, 0),
        ({"cap": Money(1234, 2, ""), "percent": 100.0}, 1),
        ({"cap": Money(1000, 2, ""), "percent": 100.0}, 1),
        ({"cap": Money(1000, 2, ""), "percent": 40.0}, 0),
        ({"cap": Money(1000, 2, "")}, 0),
    ],
)
def test_a_spend_limit_is_a_limit(changes: dict[str, Any], code: int) -> None:
    shown = snapshot(reading(session(12.0), spend=replace(spend(), **changes)))
    assert exit_code_of(report(shown)) == code


@pytest.mark.parametrize(
    ("changes", "stopped_by"),
    [
        ({"used": euros(3999)}, None),
        ({"used": euros(4000)}, "cap"),
        ({"used": euros(4001), "enabled": None}, "cap"),
        ({"used": euros(4001), "enabled": False}, None),
        ({"used": euros(4001), "stopped_by": StoppedBy.CREDITS}, "credits"),
        ({"used": euros(4001), "cap": CapState.UNCAPPED}, None),
        ({"used": euros(1), "cap": Money(0, 2, "EUR")}, None),
        ({"cap": Money(1000, 2, ""), "percent": 100.0}, "cap"),
    ],
)
def test_all_of_a_cap_used_is_what_stopped_extra_usage_also_where_the_server_has_not_said_so(
    changes: dict[str, Any], stopped_by: str | None
) -> None:
    shown = view(snapshot(reading(session(12.0), spend=replace(spend(), **changes)))).spend
    made = report(snapshot(reading(session(12.0), spend=replace(spend(), **changes))))["spend"]
    assert shown is not None
    assert made["stopped_by"] == stopped_by
    # The words say what the value says.
    assert shown.state.value == (stopped_by or ("off" if shown.enabled is False else "pays"))


@pytest.mark.parametrize(
    ("used", "percent"), [(0, 0.0), (1, 0.1), (1234, 30.9), (3999, 99.9), (4000, 100.0), (4001, 100.0)]
)
def test_a_share_of_money_is_neither_rounded_to_nothing_nor_to_all(used: int, percent: float) -> None:
    assert report(snapshot(reading(spend=spend(used))))["spend"]["percent"] == percent


def test_a_spent_credit_fills_no_limit() -> None:
    made = report(snapshot(reading(session(12.0), credits_granted=(credit(25000),))))
    assert made["credits"][0]["percent"] == 100.0
    assert exit_code_of(made) == 0


def test_before_the_first_response_everything_is_unknown_and_nothing_is_zero() -> None:
    made = report(Snapshot(mode=Mode.WEB))
    assert made["status"] == "starting"
    assert made["limits"] == []
    assert made["source"] is None
    assert made["fetched_at"] is None
    assert made["stale"] is True


def test_a_paused_poller_has_no_next_poll() -> None:
    paused = replace(snapshot(), next_poll=Paused(ErrorCode.LOGIN_REJECTED))
    assert report(paused)["next_poll_at"] is None


def test_no_cap_is_null() -> None:
    made = report(snapshot(reading(spend=spend(cap=CapState.UNCAPPED))))
    assert made["spend"]["cap"] is None


@pytest.mark.parametrize(
    ("shown", "minutes", "code"),
    [
        (snapshot(), 0, 0),
        (snapshot(reading(session(100.0))), 0, 1),
        (snapshot(reading(session(99.9))), 0, 0),
        (snapshot(), 16, 75),
        (snapshot(status=Status.OFFLINE), 0, 0),
        (snapshot(status=Status.OFFLINE), 16, 75),
        (snapshot(status=Status.UNAUTHORIZED), 0, 77),
        (Snapshot(mode=Mode.CLI, status=Status.MISSING_CREDENTIALS), 0, 77),
        (Snapshot(mode=Mode.CLI, status=Status.RATE_LIMITED), 0, 69),
        (Snapshot(mode=Mode.CLI, status=Status.CHALLENGED), 0, 69),
        (Snapshot(mode=Mode.CLI, status=Status.OFFLINE), 0, 69),
        (Snapshot(mode=Mode.CLI, status=Status.SERVER_ERROR), 0, 69),
        (Snapshot(mode=Mode.CLI, status=Status.UNREADABLE), 0, 69),
        (Snapshot(mode=Mode.CLI), 0, 69),
        (snapshot(replace(reading(spend=spend()), limits=())), 0, 0),
    ],
)
def test_the_exit_code_says_whether_the_numbers_are_current(shown: Snapshot, minutes: int, code: int) -> None:
    assert exit_code_of(report_for(view(shown, NOON + timedelta(minutes=minutes)))) == code


def test_a_failure_comes_with_its_message_and_hint() -> None:
    problem = Problem(ErrorCode.DNS_FAILED)
    made = report(replace(snapshot(status=Status.OFFLINE), problem=problem))
    message = message_for(problem, UTC_REGION)
    assert (made["message"], made["hint"]) == (message.title, message.hint)


def test_a_damaged_settings_file_is_reported_beside_good_numbers() -> None:
    notice = Problem(ErrorCode.SETTINGS_BROKEN, facts=(("moved_to", "aside.json"),))
    made = report(replace(snapshot(reading(session())), notices=(notice,)))
    assert made["status"] == "ok"
    assert made["message"] == message_for(notice, UTC_REGION).title
    assert "aside.json" in made["hint"]


def test_an_unreadable_settings_file_is_reported_beside_good_numbers() -> None:
    notice = Problem(ErrorCode.SETTINGS_UNREADABLE, facts=(("path", "/c/settings.json"),))
    made = report(replace(snapshot(reading(session())), notices=(notice,)))
    assert made["status"] == "ok"
    assert "/c/settings.json" in made["message"]


def test_a_missing_tray_is_not_reported_in_a_terminal() -> None:
    notice = Problem(ErrorCode.TRAY_HOST_MISSING)
    made = report(replace(snapshot(reading(session())), notices=(notice,)))
    assert made["message"] is None


def test_a_failure_takes_precedence_over_a_notice() -> None:
    notice = Problem(ErrorCode.STATE_UNWRITABLE)
    timed_out = message_for(Problem(ErrorCode.TIMED_OUT), UTC_REGION)
    failed = replace(snapshot(reading(session())), problem=Problem(ErrorCode.TIMED_OUT), notices=(notice,))
    assert report(failed)["message"] == timed_out.title


@pytest.mark.parametrize("status", [Status.STARTING, Status.MISSING_CREDENTIALS])
def test_a_mode_that_nothing_speaks_for_is_not_named(status: Status) -> None:
    guessed = Snapshot(Mode.WEB, status, is_mode_chosen=False)
    assert (report(guessed)["mode"], report(guessed)["account"]["name"]) == (None, None)
    for known in (replace(guessed, is_mode_chosen=True), replace(guessed, account=reading().key)):
        assert (report(known)["mode"], report(known)["account"]["name"]) == ("web", "claude.ai")
    assert report(replace(guessed, mode=Mode.CLI))["mode"] == "cli"


def test_a_history_that_is_not_saved_is_said_behind_what_is_about_the_numbers() -> None:
    facts = (("reason", "is_fifo"), ("path", "/state/history.db"))
    history = Problem(ErrorCode.HISTORY_UNKEPT, facts=facts)
    made = report(replace(snapshot(reading(session())), notices=(history,)))
    assert made["message"] == title(ErrorCode.HISTORY_UNKEPT, **dict(facts))
    assert made["hint"] == hint(ErrorCode.HISTORY_UNKEPT, **dict(facts))
    unsaved = Problem(ErrorCode.STATE_UNKEPT, facts=(("folder", "/state"),))
    both = report(replace(snapshot(reading(session())), notices=(history, unsaved)))
    assert both["message"] == title(ErrorCode.STATE_UNKEPT, folder="/state")


def test_only_the_command_that_set_a_damaged_history_aside_says_so() -> None:
    """The app's notice lasts until it is restarted, and nothing needs to be done."""
    notice = Problem(ErrorCode.HISTORY_BROKEN, facts=(("moved_to", "/state/history.broken.db"),))
    shown = view(replace(snapshot(reading(session())), notices=(notice,)))
    assert report_for(shown, Terminal.APP)["message"] is None
    assert report_for(shown, Terminal.ONCE)["message"] == title(ErrorCode.HISTORY_BROKEN)
