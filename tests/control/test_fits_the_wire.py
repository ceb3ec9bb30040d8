"""However long the names of limits and organizations are, a card and a report fit on one line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from claudometer.control import protocol
from claudometer.domain.errors import ErrorCode
from claudometer.domain.next_poll import Poll, Reason
from claudometer.domain.outcome import Status
from claudometer.domain.snapshot import Problem, Snapshot
from claudometer.domain.usage import Mode, Organization, Origin, Source
from claudometer.present.card import card_for
from claudometer.present.messages.terminal import Terminal
from claudometer.processes.presenter import account_report
from claudometer.providers.claude.organizations import parse_organizations
from claudometer.providers.claude.parse import Usage, parse_usage
from tests.clocks import NOON
from tests.readings import account, reading
from tests.views import view

LONG = "x" * 4096
"""The longest path on Linux."""


def largest(letter: str) -> Snapshot:
    """Build the snapshot of a thousand limits and as many organizations, with names of 100,000 letters."""
    name = letter * 100_000
    entries = [
        {
            "kind": "weekly_scoped",
            "percent": 1 / 3 + number,
            "resets_at": "2026-08-21T12:00:00.123456Z",
            "scope": {"model": {"display_name": f"{number}{name}"}, "surface": name},
        }
        for number in range(1000)
    ]
    usage = parse_usage({"limits": entries}, now=NOON)
    organizations = parse_organizations(
        [{"uuid": f"{number:060}", "name": name, "capabilities": ["chat"]} for number in range(1000)]
    )
    assert isinstance(usage, Usage)
    assert isinstance(organizations, tuple)
    assert all(isinstance(organization, Organization) for organization in organizations)
    limits = [replace(limit, origin=Origin(Source.STATUS_LINE, NOON)) for limit in usage.limits]
    shown = replace(
        reading(*limits), account=account(Mode.WEB, organization=organizations[0].name, plan=letter * 60)
    )
    problem = Problem(ErrorCode.LOGIN_DENIED, until=NOON, http_status=403, facts=(("login_folder", LONG),))
    return Snapshot(
        Mode.WEB,
        Status.OK,
        replace(shown, left_out=usage.left_out),
        problem,
        Poll(NOON, Reason.INTERVAL),
        organizations,
        notices=(problem,) * 2,
    )


@pytest.mark.parametrize("letter", ["x", "ß", "日", "🦜", "ΐ"])
def test_the_largest_card_and_the_largest_report_fit_on_one_line(letter: str) -> None:
    shown = view(largest(letter))
    key = {"provider": "claude", "id": LONG, "shown": True}
    for event in (
        {"event": "card", "accounts": [key | {"card": card_for(shown)}]},
        {"event": "report", "accounts": [key | {**account_report(shown, Terminal.APP)}]},
    ):
        assert protocol.decode(protocol.encode(event)) == event


def test_a_path_that_is_not_valid_utf_8_survives() -> None:
    message = {"path": "/home/\udcff/日"}
    assert protocol.decode(protocol.encode(message)) == message
