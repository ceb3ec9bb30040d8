"""The budgets on disk: damaged, unwritable, shared."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from claudometer.domain.budget import OAUTH_BUDGET
from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import Status
from claudometer.domain.snapshot import is_stale
from claudometer.system.state import JsonState
from tests.readings import reading

if TYPE_CHECKING:
    from collections.abc import Callable

    from claudometer.engine.engine import Engine
    from tests.engine.sources import Bench


class FullDisk(JsonState):
    """A state file that can be read and, until there is room, not written."""

    is_full = True

    def change(self, edit: Callable[[dict[str, Any]], None]) -> None:
        if self.is_full:
            raise OSError(28, "No space left on device")
        super().change(edit)


def poll(engine: Engine, times: int = 1) -> None:
    for _ in range(times):
        asyncio.run(engine.poll_once())


def codes(engine: Engine) -> list[ErrorCode]:
    return [notice.code for notice in engine.snapshot.notices]


@pytest.mark.parametrize(
    "damage", [{"tokens": float("nan")}, {"tokens": float("inf")}, {"tokens": 10**400}, {"counted_at": "x"}]
)
def test_a_damaged_allowance_is_empty_and_recovers(bench: Bench, damage: dict[str, Any]) -> None:
    bench.cli.budget = OAUTH_BUDGET
    poll(bench.engine())
    file = bench.folder / "state" / "state.json"
    state = json.loads(file.read_text(encoding="utf-8"))
    state["allowances"]["claude/account-1"] |= damage
    file.write_text(json.dumps(state), encoding="utf-8")
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
    "books of another form": b'{"allowances": [1]}',
}


@pytest.mark.parametrize("content", LOST.values(), ids=LOST)
def test_after_lost_books_the_bucket_is_empty_and_that_is_said(bench: Bench, content: bytes) -> None:
    bench.cli.budget = OAUTH_BUDGET
    file = bench.folder / "state" / "state.json"
    file.parent.mkdir(mode=0o700, exist_ok=True)
    file.write_bytes(content)
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


def test_a_refusal_long_after_the_loss_is_the_budgets_alone(bench: Bench) -> None:
    bench.cli.budget = OAUTH_BUDGET
    file = bench.folder / "state" / "state.json"
    file.parent.mkdir(mode=0o700, exist_ok=True)
    file.write_bytes(b"{")
    poll(bench.engine())
    bench.clock.advance(OAUTH_BUDGET.capacity * OAUTH_BUDGET.refill_s)
    engine = bench.engine()
    poll(engine, 10)
    assert bench.cli.requests == OAUTH_BUDGET.capacity
    assert codes(engine) == []


def test_who_deletes_the_state_begins_anew_with_a_full_bucket(bench: Bench) -> None:
    bench.cli.budget = OAUTH_BUDGET
    poll(bench.engine(), 10)
    (bench.folder / "state" / "state.json").unlink()
    poll(bench.engine(), 10)
    assert bench.cli.requests == 2 * OAUTH_BUDGET.capacity


def test_a_source_without_a_budget_is_asked_after_a_loss_too(bench: Bench) -> None:
    file = bench.folder / "state" / "state.json"
    file.parent.mkdir(mode=0o700, exist_ok=True)
    file.write_bytes(b"{")
    engine = bench.engine()
    poll(engine)
    assert engine.snapshot.status is Status.OK
    assert codes(engine) == []


def test_on_a_full_disk_polling_goes_on_slowly_and_says_so(bench: Bench) -> None:
    bench.cli.budget = OAUTH_BUDGET
    bench.state = FullDisk(bench.folder / "state.json")
    engine = bench.engine()
    poll(engine, 3)
    assert bench.cli.requests == 0
    assert codes(engine) == [ErrorCode.STATE_UNWRITABLE]
    for _ in range(20):
        bench.clock.advance(OAUTH_BUDGET.refill_s)
        poll(engine, 2)
    assert bench.cli.requests == 20
    assert engine.snapshot.status is Status.OK
    assert engine.snapshot.reading == reading()
    assert is_stale(engine.snapshot, bench.clock.now())  # the scripted answer is an hour old by now


def test_on_a_full_disk_no_number_of_starts_sends_anything(bench: Bench) -> None:
    bench.cli.budget = OAUTH_BUDGET
    bench.state = FullDisk(bench.folder / "state.json")
    for _ in range(50):
        poll(bench.engine())
    assert bench.cli.requests == 0


def test_when_there_is_room_again_what_was_spent_meanwhile_is_written_down(bench: Bench) -> None:
    bench.cli.budget = OAUTH_BUDGET
    bench.state = disk = FullDisk(bench.folder / "state.json")
    engine = bench.engine()
    poll(engine)
    bench.clock.advance(OAUTH_BUDGET.refill_s)
    poll(engine)
    disk.is_full = False
    poll(engine, 3)
    assert bench.cli.requests == 1
    assert codes(engine) == []
    assert disk.read()["allowances"]["claude/account-1"]["tokens"] == pytest.approx(0.0)


def test_a_source_without_a_budget_is_asked_on_a_full_disk_too(bench: Bench) -> None:
    bench.state = FullDisk(bench.folder / "state.json")
    engine = bench.engine()
    poll(engine)
    assert engine.snapshot.status is Status.OK
    assert engine.snapshot.reading == reading()
