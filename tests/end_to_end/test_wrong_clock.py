"""A computer whose clock is wrong: right countdowns, and a word about it."""

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
"""How long the recorded body's session window still goes."""


def left_s(report: dict[str, Any]) -> float:
    """Return how long the session's window has still to go, as a script reckons it."""
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
def test_countdowns_go_by_claudes_clock_and_a_wrong_one_is_said(
    request: pytest.FixtureRequest, simulator: Simulator, mode: str, ahead_s: float, says: str | None
) -> None:
    person: Person = request.getfixturevalue(f"{mode}_user")
    simulator.set_clock(ahead_s=ahead_s)
    simulator.account.usage = lambda now: load_body("c_full", now=now)
    code, report = person.read_status()
    assert (code, report["message"], report["stale"]) == (0, says, False)
    assert left_s(report) == pytest.approx(SESSION_LEFT_S, abs=10 if says else 30)
    assert (report["hint"] is None) is (says is None)


def test_once_the_clock_is_right_nothing_is_said_and_nothing_corrected(
    cli_user: Person, simulator: Simulator
) -> None:
    simulator.account.usage = lambda now: load_body("c_full", now=now)
    simulator.set_clock(ahead_s=3600)
    assert cli_user.read_status()[1]["message"]
    simulator.set_clock(ahead_s=0)
    _code, report = cli_user.read_status()
    assert report["message"] is None
    assert left_s(report) == pytest.approx(SESSION_LEFT_S, abs=10)


def test_the_lines_and_the_template_count_by_the_same_clock(cli_user: Person, simulator: Simulator) -> None:
    simulator.account.usage = lambda now: load_body("c_full", now=now)
    simulator.set_clock(ahead_s=7200)
    text = " ".join(cli_user.run("status").stdout.split())
    assert title(ErrorCode.CLOCK_WRONG, behind_s=7200) in text
    assert "just now" in text
    said = cli_user.run("status", "--format", "{session.resets_in}|{age}").stdout.strip()
    assert said in {"2 h 9 min|under a minute", "2 h 10 min|under a minute"}
