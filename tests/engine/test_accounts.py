"""Numbers, budgets and snapshots are kept by account, also those that an earlier version kept by mode."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.budget import OAUTH_BUDGET
from claudometer.domain.codec import reading_to_wire
from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import Fetched, MissingCredentials, Offline, RateLimited, Status
from claudometer.domain.snapshot import Snapshot
from claudometer.domain.usage import CLAUDE, AccountId, AccountKey, Mode, Reading
from claudometer.engine.bus import Bus, SnapshotStore
from claudometer.engine.reading_cache import MOST_KEPT
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


def of(key: AccountKey, percent: float) -> Reading:
    plain = reading(session(percent))
    return replace(plain, account=replace(plain.account, id=key.account))


def test_the_snapshot_says_whose_it_is(bench: Bench) -> None:
    engine = bench.engine()
    assert engine.snapshot.account is None
    poll(engine)
    assert engine.snapshot.account == FIRST
    assert engine.snapshots == (engine.snapshot,)


def test_after_a_second_login_as_before_the_known_numbers_of_that_account_are_shown(bench: Bench) -> None:
    engine = bench.engine()
    bench.cli.answers[0] = Fetched(of(FIRST, 10.0))
    poll(engine)
    bench.cli.account, bench.cli.answers[0] = SECOND.account, Fetched(of(SECOND, 20.0))
    poll(engine)
    bench.cli.account, bench.cli.answers[0] = FIRST.account, Offline()
    restarted = bench.engine()
    poll(restarted)
    assert restarted.snapshot.account == FIRST
    assert restarted.snapshot.reading == of(FIRST, 10.0)
    assert restarted.snapshot.status is Status.OFFLINE


def test_while_nobody_knows_the_account_the_newest_numbers_of_the_mode_are_shown(bench: Bench) -> None:
    engine = bench.engine()
    for key in (FIRST, SECOND, FIRST):
        bench.cli.account, bench.cli.answers[0] = key.account, Fetched(of(key, 10.0))
        poll(engine)
    bench.cli.account = MissingCredentials(ErrorCode.LOGIN_UNREADABLE)
    restarted = bench.engine()
    asyncio.run(restarted.recall())
    assert restarted.snapshot.account == FIRST


def test_the_numbers_of_the_last_few_accounts_are_kept(bench: Bench) -> None:
    engine = bench.engine()
    for number in range(MOST_KEPT + 3):
        key = AccountKey(CLAUDE, AccountId(f"account-{number}"))
        bench.cli.account, bench.cli.answers[0] = key.account, Fetched(of(key, 10.0))
        poll(engine)
    kept = bench.state.read()["readings"]
    assert list(kept) == [f"claude/account-{number}" for number in range(3, MOST_KEPT + 3)]


def leave_state_of_0_1(bench: Bench, **entry: object) -> None:
    """Write what version 0.1 left: numbers by mode, budgets by mode and account."""
    budget = {"tokens": 0.0, "counted_at": NOON.isoformat(), "blocked_until": None, "strikes": 0}

    def edit(state: dict[str, object]) -> None:
        state["readings"] = {"cli": reading_to_wire(of(FIRST, 10.0)), "web": {"damaged": True}}
        state["allowances"] = {"cli:account-1": budget | entry, "browser": budget}

    bench.state.change(edit)


def test_numbers_and_budget_of_an_earlier_version_are_taken_over(bench: Bench) -> None:
    leave_state_of_0_1(bench)
    bench.cli.budget = OAUTH_BUDGET
    engine = bench.engine()
    poll(engine)
    assert bench.cli.requests == 0, "its budget is used up"
    assert engine.snapshot.reading == of(FIRST, 10.0)
    bench.clock.advance(OAUTH_BUDGET.refill_s)
    poll(engine)
    assert bench.cli.requests == 1
    kept = bench.state.read()
    assert list(kept["readings"]) == ["claude/account-1"]
    assert sorted(kept["allowances"]) == ["browser", "claude/account-1"]


def test_a_block_of_an_earlier_version_still_counts(bench: Bench) -> None:
    leave_state_of_0_1(bench, blocked_until=(NOON + timedelta(minutes=30)).isoformat(), refusals=1)
    engine = bench.engine()
    poll(engine)
    assert bench.cli.requests == 0
    assert engine.snapshot.status is Status.RATE_LIMITED


def test_what_an_earlier_version_spent_after_a_step_back_counts(bench: Bench) -> None:
    bench.cli.budget = OAUTH_BUDGET
    bench.cli.answers[0] = RateLimited(3600)
    poll(bench.engine())
    leave_state_of_0_1(bench)
    bench.clock.advance(10)
    engine = bench.engine()
    poll(engine)
    assert bench.cli.requests == 1, "the older version left nothing"
    assert engine.snapshot.status is not Status.RATE_LIMITED


def test_what_was_spent_on_a_full_disk_counts_more_than_what_an_earlier_version_left(
    bench: Bench,
) -> None:
    leave_state_of_0_1(bench, tokens=8.0)
    bench.state = disk = FullDisk(bench.state)
    bench.cli.budget = OAUTH_BUDGET
    engine = bench.engine()
    disk.is_full = True
    poll(engine)
    assert bench.cli.requests == 0, "in memory, a bucket starts empty"
    disk.is_full = False
    poll(engine)
    assert bench.cli.requests == 0
    assert disk.read()["allowances"]["claude/account-1"]["tokens"] == pytest.approx(0.0)


def test_an_account_that_becomes_known_takes_its_snapshot_with_it() -> None:
    store = SnapshotStore(Bus(), Snapshot(mode=Mode.CLI))
    store.change(account=FIRST, refreshing=True)
    store.change(account=SECOND)
    assert store.snapshots == (Snapshot(mode=Mode.CLI, account=SECOND, refreshing=True),)
