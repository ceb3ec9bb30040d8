"""Tests that readings, buckets and snapshots are kept by account, including those of version 0.1."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.codec import reading_to_wire
from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import Fetched, MissingCredentials, Offline, RateLimited, Status
from claudometer.domain.snapshot import Snapshot
from claudometer.domain.token_bucket import OAUTH_BUDGET
from claudometer.domain.usage import CLAUDE, AccountId, AccountKey, Mode, Reading
from claudometer.engine.bus import Bus, SnapshotStore
from claudometer.engine.kept_readings import MOST_KEPT
from tests.clocks import NOON
from tests.engine.full_disk import FullDisk
from tests.readings import reading, session

if TYPE_CHECKING:
    from claudometer.engine.engine import Engine
    from tests.engine.sources import Bench

FIRST = AccountKey(CLAUDE, AccountId("account-1"))
SECOND = AccountKey(CLAUDE, AccountId("account-2"))


def poll(engine: Engine) -> None:
    asyncio.run(engine.poll_once())


def reading_of(key: AccountKey, percent: float) -> Reading:
    plain = reading(session(percent))
    return replace(plain, account=replace(plain.account, id=key.account))


def test_the_snapshot_has_the_account(bench: Bench) -> None:
    engine = bench.engine()
    assert engine.snapshot.account is None
    poll(engine)
    assert engine.snapshot.account == FIRST


def test_an_account_that_logs_in_again_gets_its_kept_numbers(bench: Bench) -> None:
    engine = bench.engine()
    bench.cli.answers[0] = Fetched(reading_of(FIRST, 10.0))
    poll(engine)
    bench.cli.account, bench.cli.answers[0] = SECOND.account, Fetched(reading_of(SECOND, 20.0))
    poll(engine)
    bench.cli.account, bench.cli.answers[0] = FIRST.account, Offline()
    restarted = bench.engine()
    poll(restarted)
    assert restarted.snapshot.account == FIRST
    assert restarted.snapshot.reading == reading_of(FIRST, 10.0)
    assert restarted.snapshot.status is Status.OFFLINE


def test_the_newest_numbers_of_the_mode_are_shown_while_the_account_is_unknown(bench: Bench) -> None:
    engine = bench.engine()
    for key in (FIRST, SECOND, FIRST):
        bench.cli.account, bench.cli.answers[0] = key.account, Fetched(reading_of(key, 10.0))
        poll(engine)
    bench.cli.account = MissingCredentials(ErrorCode.LOGIN_UNREADABLE)
    restarted = bench.engine()
    asyncio.run(restarted.recall())
    assert restarted.snapshot.account == FIRST


def test_only_the_numbers_of_the_latest_accounts_are_kept(bench: Bench) -> None:
    engine = bench.engine()
    for number in range(MOST_KEPT + 3):
        key = AccountKey(CLAUDE, AccountId(f"account-{number}"))
        bench.cli.account, bench.cli.answers[0] = key.account, Fetched(reading_of(key, 10.0))
        poll(engine)
    kept = bench.state.read()["readings"]
    assert list(kept) == [f"claude/account-{number}" for number in range(3, MOST_KEPT + 3)]


def leave_state_of_0_1(bench: Bench, **entry: object) -> None:
    """Write a state file of version 0.1: readings by mode, buckets by mode and account."""
    budget = {"tokens": 0.0, "counted_at": NOON.isoformat(), "blocked_until": None, "strikes": 0}

    def edit(state: dict[str, object]) -> None:
        state["readings"] = {"cli": reading_to_wire(reading_of(FIRST, 10.0)), "web": {"damaged": True}}
        state["allowances"] = {"cli:account-1": budget | entry, "browser": budget}

    bench.state.change(edit)


def test_numbers_and_bucket_of_version_0_1_are_migrated(bench: Bench) -> None:
    leave_state_of_0_1(bench)
    bench.cli.budget = OAUTH_BUDGET
    engine = bench.engine()
    poll(engine)
    assert bench.cli.requests == 0, "the migrated bucket is empty"
    assert engine.snapshot.reading == reading_of(FIRST, 10.0)
    bench.clock.advance(OAUTH_BUDGET.refill_s)
    poll(engine)
    assert bench.cli.requests == 1
    kept = bench.state.read()
    assert list(kept["readings"]) == ["claude/account-1"]
    assert sorted(kept["allowances"]) == ["browser", "claude/account-1"]


def test_a_rate_limit_of_version_0_1_still_applies(bench: Bench) -> None:
    leave_state_of_0_1(bench, blocked_until=(NOON + timedelta(minutes=30)).isoformat(), refusals=1)
    engine = bench.engine()
    poll(engine)
    assert bench.cli.requests == 0
    assert engine.snapshot.status is Status.RATE_LIMITED


def test_tokens_that_version_0_1_took_after_a_downgrade_count(bench: Bench) -> None:
    bench.cli.budget = OAUTH_BUDGET
    bench.cli.answers[0] = RateLimited(3600)
    poll(bench.engine())
    leave_state_of_0_1(bench)
    bench.clock.advance(10)
    engine = bench.engine()
    poll(engine)
    assert bench.cli.requests == 1, "the older version left an empty bucket"
    assert engine.snapshot.status is not Status.RATE_LIMITED


def test_tokens_taken_on_a_full_disk_override_the_bucket_of_version_0_1(
    bench: Bench,
) -> None:
    leave_state_of_0_1(bench, tokens=8.0)
    bench.state = disk = FullDisk(bench.state)
    bench.cli.budget = OAUTH_BUDGET
    engine = bench.engine()
    disk.is_full = True
    poll(engine)
    assert bench.cli.requests == 1, "in memory, a bucket has one token"
    disk.is_full = False
    poll(engine)
    assert bench.cli.requests == 1
    assert disk.read()["allowances"]["claude/account-1"]["tokens"] == pytest.approx(0.0)


def test_a_snapshot_moves_to_the_account_that_becomes_known() -> None:
    store = SnapshotStore(Bus(), Snapshot(mode=Mode.CLI))
    store.change(account=FIRST, refreshing=True)
    store.change(account=SECOND)
    assert store.snapshot == Snapshot(mode=Mode.CLI, account=SECOND, refreshing=True)
