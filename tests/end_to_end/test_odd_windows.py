"""Tests limit windows whose numbers mean less than they seem to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.simulator.script import Reply

if TYPE_CHECKING:
    from tests.end_to_end.person import Person
    from tests.simulator import Simulator


def from_now(**distance: float) -> str:
    return (datetime.now(UTC) + timedelta(**distance)).isoformat()


@pytest.mark.parametrize("days_ago", [1, 4, 40])
def test_a_session_that_reset_long_ago_is_unknown_and_the_week_is_kept(
    cli_user: Person, simulator: Simulator, days_ago: int
) -> None:
    simulator.oauth.stand(
        Reply(
            body={
                "five_hour": {"utilization": 97, "resets_at": from_now(days=-days_ago)},
                "seven_day": {"utilization": 9, "resets_at": from_now(days=2)},
            }
        )
    )
    code, report = cli_user.read_status()
    percents = {limit["id"]: limit["percent"] for limit in report["limits"]}
    assert (code, percents) == (0, {"session": None, "weekly": 9.0})


def test_a_model_without_percent_and_reset_is_left_out(cli_user: Person, simulator: Simulator) -> None:
    ghost = {
        "kind": "weekly_scoped",
        "group": "weekly",
        "percent": None,
        "resets_at": None,
        "scope": {"model": {"id": None, "display_name": "Ghost"}, "surface": None},
    }
    session = {"kind": "session", "group": "session", "percent": 5, "resets_at": from_now(hours=2)}
    simulator.oauth.stand(Reply(body={"limits": [session, ghost]}))
    code, report = cli_user.read_status()
    assert (code, [limit["id"] for limit in report["limits"]]) == (0, ["session"])
