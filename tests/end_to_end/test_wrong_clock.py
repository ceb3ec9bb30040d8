"""Tests a computer with a wrong clock: the countdowns are right, and a message reports the clock."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from claudometer.domain.errors import ErrorCode
from tests.fixtures import load_body
from tests.sentences import title

if TYPE_CHECKING:
    from tests.end_to_end.person import Person
    from tests.simulator import Simulator

SESSION_LEFT_S = 7800.0
"""The time until the session's reset in the recorded body, in seconds."""


def left_s(report: dict[str, Any]) -> float:
    """Return the seconds until the session's reset, computed from the report as a script would."""
    now, resets_at = (datetime.fromisoformat(at) for at in (report["now"], report["limits"][0]["resets_at"]))
    return (resets_at - now).total_seconds()


@pytest.mark.parametrize("mode", ["cli", "web"])
@pytest.mark.parametrize(
    ("ahead_s", "says"),
    [
        (3600, title(ErrorCode.CLOCK_WRONG, behind_s=3600)),
        (-3480, title(ErrorCode.CLOCK_WRONG, behind_s=-3480)),
        (20, None),
    ],
)
def test_countdowns_use_the_servers_time_and_a_wrong_clock_is_reported(
    request: pytest.FixtureRequest, simulator: Simulator, mode: str, ahead_s: float, says: str | None
) -> None:
    person: Person = request.getfixturevalue(f"{mode}_user")
    simulator.set_clock(ahead_s=ahead_s)
    simulator.account.usage = lambda now: load_body("c_full", now=now)
    code, report = person.read_status()
    assert (code, report["message"], report["stale"]) == (0, says, False)
    assert left_s(report) == pytest.approx(SESSION_LEFT_S, abs=10 if says else 30)
    assert (report["hint"] is None) is (says is None)


def test_a_corrected_clock_is_used_again_without_a_message(cli_user: Person, simulator: Simulator) -> None:
    simulator.account.usage = lambda now: load_body("c_full", now=now)
    simulator.set_clock(ahead_s=3600)
    assert cli_user.read_status()[1]["message"]
    simulator.set_clock(ahead_s=0)
    _code, report = cli_user.read_status()
    assert report["message"] is None
    assert left_s(report) == pytest.approx(SESSION_LEFT_S, abs=10)


def test_text_and_template_use_the_corrected_clock(cli_user: Person, simulator: Simulator) -> None:
    simulator.account.usage = lambda now: load_body("c_full", now=now)
    simulator.set_clock(ahead_s=7200)
    text = " ".join(cli_user.run("status").stdout.split())
    assert title(ErrorCode.CLOCK_WRONG, behind_s=7200) in text
    assert "just now" in text
    line = cli_user.run("status", "--format", "{session.resets_in}|{age}").stdout.strip()
    assert line in {"2 h 9 min|under a minute", "2 h 10 min|under a minute"}
