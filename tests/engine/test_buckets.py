"""Tests the rate-limit buckets in the state file: damaged, lost, and on a full disk."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.domain.freshness import is_stale
from claudometer.domain.next_poll import Poll, Reason
from claudometer.domain.outcome import Fetched, Offline, RateLimited, Status
from claudometer.domain.token_bucket import OAUTH_BUDGET
from claudometer.engine.buckets import BucketStore
from claudometer.system.state import JsonState
from tests.clocks import NOON
from tests.engine.full_disk import FullDisk
from tests.readings import reading

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from claudometer.domain.outcome import Outcome
    from claudometer.engine.engine import Engine
    from tests.engine.sources import Bench


def full_disk(bench: Bench) -> FullDisk:
    """Give the bench a state file that cannot be written yet, and return it."""
    bench.state = disk = FullDisk(JsonState(bench.folder / "state.json"), is_full=True)
    return disk


def poll(engine: Engine, times: int = 1) -> None:
    for _ in range(times):
        asyncio.run(engine.poll_once())


def codes(engine: Engine) -> list[ErrorCode]:
    return [notice.code for notice in engine.snapshot.notices]


def state_file(bench: Bench) -> Path:
    return bench.folder / "state" / "state.json"


def leave_state(bench: Bench, content: bytes) -> None:
    """Write a state file as another run may have left it."""
    state_file(bench).parent.mkdir(mode=0o700)
    state_file(bench).write_bytes(content)


def entry(bench: Bench) -> dict[str, Any]:
    """Return the bucket of the account from the state file."""
    kept: dict[str, Any] = json.loads(state_file(bench).read_bytes())["allowances"]["claude/account-1"]
    return kept


def spoil_entry(bench: Bench, members: dict[str, Any]) -> None:
    """Replace members of the account's bucket in the state file."""
    state = json.loads(state_file(bench).read_bytes())
    state["allowances"]["claude/account-1"] |= members
    state_file(bench).write_text(json.dumps(state), encoding="utf-8")


@pytest.mark.parametrize(
    "damage", [{"tokens": float("nan")}, {"tokens": float("inf")}, {"tokens": 10**400}, {"counted_at": "x"}]
)
def test_a_damaged_bucket_counts_as_empty_and_refills(bench: Bench, damage: dict[str, Any]) -> None:
    bench.cli.budget = OAUTH_BUDGET
    poll(bench.engine())
    spoil_entry(bench, damage)
    poll(bench.engine(), 3)
    assert bench.cli.requests == 1
    bench.clock.advance(OAUTH_BUDGET.refill_s)
    poll(bench.engine())
    assert bench.cli.requests == 2


LOST = {
    "no bytes": b"",
    "cut short": b'{"allowances": {"cli:acc',
    "zeros, as a power cut leaves them": bytes(400),
    "a list": b"[]",
    "buckets of another type": b'{"allowances": [1]}',
}


@pytest.mark.parametrize("content", LOST.values(), ids=LOST)
def test_the_bucket_is_empty_after_the_state_file_is_lost_and_a_notice_gives_the_reason(
    bench: Bench, content: bytes
) -> None:
    bench.cli.budget = OAUTH_BUDGET
    leave_state(bench, content)
    for _ in range(3):
        engine = bench.engine()
        poll(engine)
        assert codes(engine) == [ErrorCode.STATE_BROKEN]
    assert bench.cli.requests == 0
    bench.clock.advance(OAUTH_BUDGET.refill_s)
    engine = bench.engine()
    poll(engine, 3)
    assert bench.cli.requests == 1
    assert engine.snapshot.status is Status.OK


def test_the_notice_about_a_lost_state_file_is_gone_once_the_bucket_has_refilled(bench: Bench) -> None:
    bench.cli.budget = OAUTH_BUDGET
    leave_state(bench, b"{")
    poll(bench.engine())
    bench.clock.advance(OAUTH_BUDGET.capacity * OAUTH_BUDGET.refill_s)
    engine = bench.engine()
    poll(engine, 10)
    assert bench.cli.requests == OAUTH_BUDGET.capacity
    assert codes(engine) == []


def test_the_bucket_is_full_after_the_user_deletes_the_state_file(bench: Bench) -> None:
    bench.cli.budget = OAUTH_BUDGET
    poll(bench.engine(), 10)
    state_file(bench).unlink()
    poll(bench.engine(), 10)
    assert bench.cli.requests == 2 * OAUTH_BUDGET.capacity


def test_a_source_without_a_budget_sends_requests_after_the_state_file_is_lost(bench: Bench) -> None:
    leave_state(bench, b"{")
    engine = bench.engine()
    poll(engine)
    assert engine.snapshot.status is Status.OK
    assert codes(engine) == []


def test_polling_continues_slowly_on_a_full_disk_with_a_notice(bench: Bench) -> None:
    bench.cli.budget = OAUTH_BUDGET
    full_disk(bench)
    engine = bench.engine()
    poll(engine, 3)
    assert bench.cli.requests == 1
    assert codes(engine) == [ErrorCode.STATE_UNKEPT]
    for _ in range(20):
        bench.clock.advance(OAUTH_BUDGET.refill_s)
        poll(engine, 2)
    assert bench.cli.requests == 21
    assert engine.snapshot.status is Status.OK
    assert engine.snapshot.reading == reading()
    assert is_stale(engine.snapshot, bench.clock.now())  # the scripted reading is an hour old by now


def test_each_start_on_a_full_disk_sends_one_request(bench: Bench) -> None:
    """Nothing can be remembered, and numbers are what the user started it for."""
    bench.cli.budget = OAUTH_BUDGET
    full_disk(bench)
    for start in range(1, 4):
        poll(bench.engine(), 3)
        assert bench.cli.requests == start


def test_tokens_taken_on_a_full_disk_are_saved_once_there_is_room(bench: Bench) -> None:
    bench.cli.budget = OAUTH_BUDGET
    disk = full_disk(bench)
    engine = bench.engine()
    poll(engine)
    bench.clock.advance(OAUTH_BUDGET.refill_s)
    poll(engine)
    disk.is_full = False
    poll(engine, 3)
    assert bench.cli.requests == 2
    assert codes(engine) == []
    assert disk.read()["allowances"]["claude/account-1"]["tokens"] == pytest.approx(0.0)


def test_on_a_full_disk_the_block_of_an_account_without_a_new_request_is_found(bench: Bench) -> None:
    disk = full_disk(bench)
    disk.is_full = False
    buckets = BucketStore(disk)

    async def peek_at_the_blocked_one() -> datetime | None:
        await buckets.request("claude/blocked", OAUTH_BUDGET, NOON)
        await buckets.settle("claude/blocked", RateLimited(600), OAUTH_BUDGET, NOON)
        disk.is_full = True
        await buckets.request("claude/other", OAUTH_BUDGET, NOON)  # kept in memory, which knows no other one
        return (await buckets.peek("claude/blocked", OAUTH_BUDGET, NOON)).refused_until

    assert asyncio.run(peek_at_the_blocked_one()) == NOON + timedelta(seconds=630)


def test_a_source_without_a_budget_sends_requests_on_a_full_disk(bench: Bench) -> None:
    full_disk(bench)
    engine = bench.engine()
    poll(engine)
    assert engine.snapshot.status is Status.OK
    assert engine.snapshot.reading == reading()


def test_a_rate_that_was_halved_stays_so_after_a_restart_and_comes_back_slowly(bench: Bench) -> None:
    bench.cli.budget = OAUTH_BUDGET
    bench.cli.answers.extendleft([Fetched(reading()), RateLimited(3600)])
    poll(bench.engine())
    assert entry(bench)["share"] == 0.5
    bench.clock.advance(3700)
    engine = bench.engine()
    poll(engine)
    assert 0.5 < entry(bench)["share"] < 0.51
    planned = engine.snapshot.next_poll
    assert isinstance(planned, Poll)
    assert planned.reason is Reason.SHARED
    assert 540 <= (planned.at - bench.clock.now()).total_seconds() <= 660


@pytest.mark.parametrize("refusal", [RateLimited(3600, at_edge=True), Offline()])
def test_a_refusal_that_the_api_did_not_send_halves_no_rate(bench: Bench, refusal: Outcome) -> None:
    bench.cli.budget = OAUTH_BUDGET
    bench.cli.answers[0] = refusal
    poll(bench.engine())
    assert entry(bench)["share"] == 1.0


def test_the_rate_of_a_source_without_a_budget_is_never_halved(bench: Bench) -> None:
    bench.cli.answers[0] = RateLimited(3600)
    poll(bench.engine())
    assert entry(bench)["share"] == 1.0
    assert entry(bench)["sent"] == []


@pytest.mark.parametrize("share", [float("nan"), float("inf"), -1, 0, 7, 10**40, "x", None, []])
@pytest.mark.parametrize("sent", [None, 7, "noon", ["x"], [7], {}])
def test_polling_goes_on_whatever_the_file_has_as_share_and_times(
    bench: Bench, share: object, sent: object
) -> None:
    bench.cli.budget = OAUTH_BUDGET
    poll(bench.engine())
    spoil_entry(bench, {"share": share, "sent": sent})
    bench.clock.advance(OAUTH_BUDGET.capacity * OAUTH_BUDGET.refill_s / OAUTH_BUDGET.least_share)
    poll(bench.engine())
    assert bench.cli.requests == 2
    assert OAUTH_BUDGET.least_share <= entry(bench)["share"] <= 1.0
