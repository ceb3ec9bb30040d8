"""The list of requests over the real socket: a summary of today, the latest first, and failures."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from claudometer.control import protocol
from claudometer.control.client import ControlClient
from claudometer.domain.errors import ErrorCode
from claudometer.domain.ledger import LONGEST_TEXT, RequestRecord, encode_record
from claudometer.domain.next_poll import Reason
from claudometer.domain.region import Region
from claudometer.present.messages import requests as words
from claudometer.present.messages.errors import message_for_code
from claudometer.present.messages.requests import DEMO_SENDS_NOTHING, NOTHING_RECORDED
from claudometer.processes.requests_answer import LATEST
from claudometer.store.connecting import FILE_NAME
from claudometer.store.history import History
from claudometer.store.kept_requests import KeptRequests
from claudometer.store.older_requests import FILE_NAME as OLDER_NAME
from tests.clocks import NOON, FakeClock
from tests.control.running_server import RunningServer
from tests.kept_requests import keep_requests

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.control.small_engine import SmallEngine

OK = RequestRecord(NOON, "api.anthropic.com", "/api/oauth/usage", "ok", 200, 0.4, Reason.INTERVAL)
LIMITED = replace(OK, outcome="rate_limited", http_status=429, retry_after_s=720.0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def client(engine: SmallEngine, socket_path: str, folder: Path) -> Iterator[ControlClient]:
    engine.history = History(folder / FILE_NAME)
    with RunningServer(engine, socket_path, ledger=folder, clock=FakeClock()):
        yield ControlClient(socket_path)
    engine.history.close()


def minutes_ago(minutes: float) -> RequestRecord:
    return replace(OK, at=NOON - timedelta(minutes=minutes))


def test_the_latest_come_first_and_only_today_is_summarized(client: ControlClient, folder: Path) -> None:
    asked_to_wait = replace(LIMITED, at=NOON - timedelta(minutes=9))
    keep_requests(folder, minutes_ago(800), asked_to_wait, minutes_ago(2), minutes_ago(5))
    panel = client.call("requests")["panel"]
    today, yesterday = panel["days"]
    assert [row["time"] for row in today["rows"]] == ["11:58", "11:55", "11:51"]
    assert [row["time"] for row in yesterday["rows"]] == ["22:40"]
    assert panel["summary"].startswith("3 requests today, all to api.anthropic.com.")
    assert words.ONE_WAIT_FOR.format(time="11:51", span="12 min") in panel["summary"]


def test_a_busy_day_is_counted_in_full_and_listed_in_part(client: ControlClient, folder: Path) -> None:
    keep_requests(folder, *(minutes_ago(place / 60) for place in range(4000)))
    panel = client.call("requests")["panel"]
    assert panel["summary"].startswith("4000 requests today")
    assert sum(len(day["rows"]) for day in panel["days"]) == LATEST


def test_without_a_file_the_panel_says_that_nothing_is_recorded(client: ControlClient) -> None:
    panel = client.call("requests")["panel"]
    assert panel == {"summary": NOTHING_RECORDED, "hint": None, "days": []}


def test_what_an_older_version_wrote_is_listed_as_well(client: ControlClient, folder: Path) -> None:
    keep_requests(folder, minutes_ago(2))
    folder.joinpath(OLDER_NAME).write_bytes(encode_record(minutes_ago(5)) + encode_record(minutes_ago(2)))
    (today,) = client.call("requests")["panel"]["days"]
    assert [row["time"] for row in today["rows"]] == ["11:58", "11:55"]


def test_what_only_memory_has_is_listed_with_why_the_rest_is_missing(
    client: ControlClient, engine: SmallEngine, folder: Path
) -> None:
    path = folder / FILE_NAME
    path.mkdir(parents=True)
    assert engine.history is not None
    requests = KeptRequests(engine.history, folder / OLDER_NAME)
    requests.add(OK)
    requests.write()
    unreadable = message_for_code(
        ErrorCode.LEDGER_UNREADABLE, {"reason": "history.is_folder", "path": str(path)}
    )
    panel = client.call("requests")["panel"]
    assert panel["summary"].startswith("1 request today")
    assert panel["hint"] == f"{unreadable.title} {unreadable.hint}"
    assert f"{path} is a folder, not a file." in panel["hint"]
    assert len(panel["days"]) == 1


def test_a_database_that_cannot_be_read_is_explained_in_the_panel(
    client: ControlClient, folder: Path
) -> None:
    folder.joinpath(FILE_NAME).mkdir(parents=True)
    facts = {"reason": "history.is_folder", "path": str(folder / FILE_NAME)}
    unreadable = message_for_code(ErrorCode.LEDGER_UNREADABLE, facts)
    panel = {"summary": unreadable.title, "hint": unreadable.hint, "days": []}
    assert client.call("requests")["panel"] == panel


def test_an_older_file_that_cannot_be_read_is_explained_in_the_panel(
    client: ControlClient, folder: Path
) -> None:
    folder.joinpath(OLDER_NAME).mkdir(parents=True)
    facts = {"reason": "not_file", "path": str(folder / OLDER_NAME)}
    unreadable = message_for_code(ErrorCode.LEDGER_UNREADABLE, facts)
    panel = {"summary": unreadable.title, "hint": unreadable.hint, "days": []}
    assert client.call("requests")["panel"] == panel


def test_the_demo_has_no_list(engine: SmallEngine, socket_path: str) -> None:
    with RunningServer(engine, socket_path, ledger=None):
        panel = ControlClient(socket_path).call("requests")["panel"]
    assert panel == {"summary": DEMO_SENDS_NOTHING, "hint": None, "days": []}


def test_the_longest_records_to_the_most_hosts_fit_on_one_line(client: ControlClient, folder: Path) -> None:
    def wordy(place: int) -> RequestRecord:
        host = f"{place:03d}" + "h" * (LONGEST_TEXT - 3)
        return replace(LIMITED, host=host, path="/" + "p" * (LONGEST_TEXT - 1))

    keep_requests(folder, *map(wordy, range(500)))
    answer = client.call("requests")
    assert answer["panel"]["summary"].startswith("500 requests today")
    assert len(protocol.encode(protocol.success(1, answer))) < protocol.MAX_LINE_BYTES / 2


def test_a_foreign_line_of_an_older_version_is_not_passed_on(client: ControlClient, folder: Path) -> None:
    keep_requests(folder, OK)
    folder.joinpath(OLDER_NAME).write_bytes(b'{"sessionKey": "sk-ant-sid01-canary"}\n')
    answer = client.call("requests")
    assert answer["panel"]["summary"].startswith("1 request today")
    assert "canary" not in json.dumps(answer)


@pytest.mark.parametrize(("hours", "count"), [(0, "1 request"), (3, "2 requests"), (13, "1 request")])
def test_a_day_is_that_of_the_users_zone(
    engine: SmallEngine, socket_path: str, folder: Path, hours: int, count: str
) -> None:
    """23:30 yesterday and 11:30 today, both UTC, are the same day in a zone three hours to the east."""
    keep_requests(folder, minutes_ago(12.5 * 60), minutes_ago(30))
    engine.history = History(folder / FILE_NAME)
    region = Region(timezone(timedelta(hours=hours)))
    with RunningServer(engine, socket_path, ledger=folder, clock=FakeClock(), region=region):
        panel = ControlClient(socket_path).call("requests")["panel"]
    assert panel["summary"].startswith(f"{count} today")
