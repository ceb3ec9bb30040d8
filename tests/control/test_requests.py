"""The list of requests over the real socket: today's sum, the latest first, and what stands in their way."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from claudometer.control import protocol
from claudometer.control.client import ControlClient
from claudometer.control.server.requests import LATEST, RequestReader
from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.domain.ledger import (
    LONGEST_TEXT,
    RequestRecord,
    encode_record,
    record_from_wire,
    summary_from_wire,
)
from claudometer.domain.policy import Reason
from claudometer.system.ledger import FILE_NAME
from tests.clocks import NOON, FakeClock
from tests.control.running_server import RunningServer

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
    with RunningServer(engine, socket_path, ledger=folder):
        yield ControlClient(socket_path)


def write(folder: Path, *records: RequestRecord) -> None:
    folder.mkdir(exist_ok=True)
    folder.joinpath(FILE_NAME).write_bytes(b"".join(map(encode_record, records)))


def minutes_ago(minutes: float) -> RequestRecord:
    return replace(OK, at=NOON - timedelta(minutes=minutes))


def test_the_latest_come_first_and_only_today_is_summed_up(client: ControlClient, folder: Path) -> None:
    asked_to_wait = replace(LIMITED, at=NOON - timedelta(minutes=9))
    write(folder, minutes_ago(800), asked_to_wait, minutes_ago(2), minutes_ago(5))
    answer = client.call("requests")
    assert answer["kept"] is True
    latest = [record_from_wire(record) for record in answer["latest"]]
    assert latest == [minutes_ago(2), minutes_ago(5), asked_to_wait, minutes_ago(800)]
    today = summary_from_wire(answer["today"])
    assert (today.count, today.hosts, today.refused) == (3, (("api.anthropic.com", 3),), 1)
    assert today.last_refused == asked_to_wait


def test_a_busy_day_is_counted_whole_and_listed_in_part(client: ControlClient, folder: Path) -> None:
    write(folder, *(minutes_ago(place / 60) for place in range(4000)))
    answer = client.call("requests")
    assert answer["today"]["count"] == 4000
    assert len(answer["latest"]) == LATEST


def test_without_a_file_nothing_was_sent(client: ControlClient) -> None:
    answer = client.call("requests")
    assert answer["today"] == {"count": 0, "hosts": [], "refused": 0, "last_refused": None}
    assert answer["latest"] == []


def test_a_file_that_cannot_be_read_is_an_error_with_its_folder(client: ControlClient, folder: Path) -> None:
    folder.joinpath(FILE_NAME).mkdir(parents=True)
    with pytest.raises(ClaudometerError) as caught:
        client.call("requests")
    assert caught.value.code is ErrorCode.LEDGER_UNREADABLE
    assert caught.value.facts == {"folder": str(folder)}


def test_a_program_that_sends_nothing_keeps_no_list(engine: SmallEngine, socket_path: str) -> None:
    with RunningServer(engine, socket_path, ledger=None):
        answer = ControlClient(socket_path).call("requests")
    assert answer == {"kept": False, "today": None, "latest": []}


def test_the_longest_records_to_the_most_hosts_fit_into_a_line(client: ControlClient, folder: Path) -> None:
    def wordy(place: int) -> RequestRecord:
        host = f"{place:03d}" + "h" * (LONGEST_TEXT - 3)
        return replace(LIMITED, host=host, path="/" + "p" * (LONGEST_TEXT - 1))

    write(folder, *map(wordy, range(500)))
    answer = client.call("requests")
    assert answer["today"]["count"] == 500
    assert len(protocol.encode(protocol.success(1, answer))) < protocol.MAX_LINE_BYTES / 2


def test_a_line_of_somebody_else_in_the_file_is_not_passed_on(client: ControlClient, folder: Path) -> None:
    write(folder, OK)
    with folder.joinpath(FILE_NAME).open("ab") as file:
        file.write(b'{"sessionKey": "sk-ant-sid01-canary"}\n')
    answer = client.call("requests")
    assert answer["today"]["count"] == 1
    assert "canary" not in json.dumps(answer)


@pytest.mark.parametrize(("hours", "count"), [(0, 1), (3, 2), (13, 1)])
def test_days_are_counted_as_the_users_zone_does(folder: Path, hours: int, count: int) -> None:
    """Half past eleven last night and half past eleven today, both UTC, are one day three hours east."""
    write(folder, minutes_ago(12.5 * 60), minutes_ago(30))
    reader = RequestReader(folder, FakeClock(), timezone(timedelta(hours=hours)))
    answer = asyncio.run(reader.read())
    assert answer["today"]["count"] == count
