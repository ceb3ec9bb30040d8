"""The history of a limit over the real socket: of the account that is shown, and of nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from claudometer.control.client import ControlClient
from claudometer.domain.usage import AccountId, AccountKey
from claudometer.present.history_card import SPANS
from claudometer.store.history import History
from tests.clocks import NOON, FakeClock
from tests.control.running_server import RunningServer
from tests.histories import ACCOUNT, record, record_all
from tests.readings import reading, session, snapshot, weekly

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.control.small_engine import SmallEngine


@pytest.fixture
def client(engine: SmallEngine, socket_path: str, tmp_path: Path) -> Iterator[ControlClient]:
    history = History(tmp_path / "state" / "history.db")
    for minutes in range(-300, 1, 5):
        record(history, session(40 + minutes // 10), weekly(29), minutes=minutes)
    other = reading(session(99), fetched_at=NOON)
    record_all(history, replace(other, account=replace(other.account, id=AccountId("other"))))
    engine.history = history
    engine.snapshot = replace(snapshot(), account=ACCOUNT)
    with RunningServer(engine, socket_path, clock=FakeClock()):
        yield ControlClient(socket_path)
    history.close()


@pytest.mark.parametrize("span", SPANS)
def test_a_limit_has_a_chart_of_every_span(client: ControlClient, span: str) -> None:
    chart = client.call("history", {"limit": "session", "span": span})["chart"]
    assert (chart["limit"], chart["title"]) == ("session", "Session")
    assert chart["samples"][-1]["used"] == "40\u00a0%"
    assert len(chart["lines"]) == 1


def test_now_is_the_present_window_of_the_reading_that_is_shown(client: ControlClient) -> None:
    chart = client.call("history", {"limit": "session", "span": "now"})["chart"]
    assert [tick["label"] for tick in chart["ticks"]] == ["09:10", "now", "resets 14:10"]


def test_the_days_are_those_of_the_weekly_limit_even_for_a_session(client: ControlClient) -> None:
    for limit in ("session", "weekly"):
        days = client.call("history", {"limit": limit, "span": "day"})["days"]
        assert days["title"] == "Weekly, day by day"
        assert days["note"] == "13\u00a0% a day lasts until Tuesday"
        assert [day["value"] for day in days["days"]][:3] == ["—", "—", "—"], "29 % were used before it began"


def test_another_accounts_history_is_never_shown(client: ControlClient, engine: SmallEngine) -> None:
    ours = client.call("history", {"limit": "session", "span": "day"})["chart"]
    assert "99" not in ours["summary"]
    engine.snapshot = replace(engine.snapshot, account=AccountKey(ACCOUNT.provider, AccountId("nobody")))
    assert client.call("history", {"limit": "session", "span": "day"}) == {"chart": None, "days": None}
    engine.snapshot = replace(engine.snapshot, account=None)
    assert client.call("history", {"limit": "session", "span": "day"}) == {"chart": None, "days": None}


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"limit": "session"},
        {"limit": "monthly", "span": "day"},
        {"limit": 3, "span": "day"},
        {"limit": "session", "span": "year"},
        {"limit": "session", "span": ["day"]},
        {"limit": None, "span": None},
    ],
)
def test_what_is_not_known_has_no_chart(client: ControlClient, params: dict[str, object]) -> None:
    assert client.call("history", params) == {"chart": None, "days": None}


def test_a_program_without_a_history_has_no_chart(engine: SmallEngine, socket_path: str) -> None:
    with RunningServer(engine, socket_path):
        answer = ControlClient(socket_path).call("history", {"limit": "session", "span": "day"})
    assert answer == {"chart": None, "days": None}


def test_the_longest_history_is_answered_before_the_client_gives_up(
    client: ControlClient, engine: SmallEngine
) -> None:
    history = engine.history
    assert history is not None
    readings = [
        reading(session(minutes % 90), fetched_at=NOON + timedelta(minutes=minutes))
        for minutes in range(1, 5000)
    ]
    record_all(history, *readings)
    chart = client.call("history", {"limit": "session", "span": "quarter"})["chart"]
    assert len(chart["samples"]) > 1
