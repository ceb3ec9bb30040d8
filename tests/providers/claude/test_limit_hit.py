"""What the hook left is read for the account that is logged in, and nothing else is made of it."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from claudometer.providers.claude.limit_hit import LimitHitFile, parse_hit
from claudometer.system import captures
from tests.dead_drive import dead_drive

if TYPE_CHECKING:
    from pathlib import Path

AT = 1_787_300_000.0
WHEN = datetime.fromtimestamp(AT, UTC)


@pytest.mark.parametrize(("owner", "login"), [("", ""), ("a", ""), ("", "a"), ("a", "a")])
def test_a_hit_counts_unless_the_account_is_certainly_another(owner: str, login: str) -> None:
    assert parse_hit(captures.hit_of(AT, owner), login) == WHEN
    assert parse_hit(captures.hit_of(AT, "other"), "mine") is None


@pytest.mark.parametrize(
    "kept",
    [None, [], {}, {"version": 2, "hit_at": AT}, {"version": 1}, {"version": 1, "hit_at": True},
     {"version": 1, "hit_at": "now"}, {"version": 1, "hit_at": float("inf")}, {"version": 1, "hit_at": 1e30}],
)  # fmt: skip
def test_anything_else_in_the_file_is_no_hit(kept: object) -> None:
    assert parse_hit(kept, "") is None


def test_the_file_is_read_again_when_it_changes(tmp_path: Path) -> None:
    source = LimitHitFile(lambda: tmp_path / "config", tmp_path, login=lambda: "")

    async def scenario() -> None:
        before = await source.stamp()
        assert await source.read() is None
        path = captures.hit_file(str(tmp_path), str(tmp_path / "config"))
        assert captures.save(path, captures.hit_of(AT, ""))
        assert await source.stamp() != before
        assert await source.read() == WHEN

    asyncio.run(scenario())


def test_a_dead_drive_costs_one_thread_however_often_the_file_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("claudometer.system.off_loop.FILE_TIMEOUT_S", 0.1)
    state = tmp_path / "state"
    state.mkdir()
    source = LimitHitFile(lambda: tmp_path / "config", state, login=lambda: "")

    async def ask() -> int:
        before = set(threading.enumerate())  # a thread of another test may end meanwhile
        for _ in range(3):
            await source.stamp()
            assert await source.read() is None
        return len(set(threading.enumerate()) - before)

    with dead_drive(state):
        assert asyncio.run(ask()) == 1
