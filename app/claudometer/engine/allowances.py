"""The request budgets of all accounts, kept on disk: neither a restart nor a second process resets them."""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from claudometer.domain.budget import (
    OAUTH_BUDGET,
    Allowance,
    BudgetRule,
    Uptime,
    allowed_at,
    full,
    rebased,
    refill,
    relieved,
    struck,
    take,
)
from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import Outcome, RateLimited
from claudometer.domain.times import read_time
from claudometer.system.off_loop import off_loop_at

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from claudometer.engine.parts import StateFile

    Edit = Callable[[dict[str, Any]], None]

T = TypeVar("T")

log = logging.getLogger(__name__)

UNLIMITED = BudgetRule(capacity=1_000_000, refill_s=0.001)
"""For sources without a budget: only their 429 blocks are kept."""

MOST_STRIKES = 1000
"""More change nothing."""

_SECTION = "allowances"
_DAMAGED = "damaged"
_EMPTIED_AT = "emptied_at"
"""When the books were lost: accounts without an entry count from there, with nothing in hand."""


@dataclass(frozen=True, slots=True)
class Permit:
    """The answer to "may I ask now?": the allowance after asking, and when to come back if not.

    ``books_lost``: it is refused because what was spent before is no longer known.
    """

    allowance: Allowance
    refused_until: datetime | None
    books_lost: bool = False


class AllowanceBook:
    """Grants requests. Each is written down before it is sent, so a crash can only err on the safe side.

    On a disk that takes nothing, budgets go on in memory, beginning with nothing in hand: polling goes on,
    slower, and however many processes are started there, none of them has a request to give away.

    Args:
        uptime: gives the time that nobody sets; within one run of the machine it alone fills the buckets and
            ends the blocks. Without it the wall clock does.
    """

    def __init__(
        self,
        state: StateFile,
        *,
        on_trouble: Callable[[ErrorCode | None], None] | None = None,
        uptime: Callable[[], Uptime] | None = None,
    ) -> None:
        self._state = state
        self._uptime = uptime
        self._on_trouble = on_trouble
        self._unwritten: dict[str, Any] = {}

    async def request(self, key: str, rule: BudgetRule | None, now: datetime) -> Permit:
        """Spend one request of ``key`` if it may go now."""
        permit = await self._off_loop(self._request, key, rule or UNLIMITED, now)
        if self._on_trouble is not None:
            self._on_trouble(self._trouble(permit))
        return permit

    async def peek(self, key: str, rule: BudgetRule | None, now: datetime) -> Permit:
        """Say whether a request could go now, spending nothing."""
        return await self._off_loop(self._peek, key, rule or UNLIMITED, now)

    async def settle(self, key: str, outcome: Outcome, rule: BudgetRule | None, now: datetime) -> Allowance:
        """Note how the request ended: a 429 blocks, anything else lifts the block."""
        settle = partial(self._settle, outcome)
        return await self._off_loop(settle, key, rule or UNLIMITED, now)

    async def _off_loop(
        self,
        work: Callable[[StateFile, str, BudgetRule, datetime], T],
        key: str,
        rule: BudgetRule,
        now: datetime,
    ) -> T:
        """Do it on disk; in memory alone where the disk does not answer.

        What was given up may still be written later: that can only spend a request too many.
        """
        try:
            return await off_loop_at(self._state, lambda: work(self._state, key, rule, now))
        except TimeoutError:
            return work(_Unreachable(), key, rule, now)

    def _trouble(self, permit: Permit) -> ErrorCode | None:
        if self._unwritten:
            return ErrorCode.STATE_UNWRITABLE
        return ErrorCode.STATE_BROKEN if permit.books_lost else None

    def _request(self, file: StateFile, key: str, rule: BudgetRule, now: datetime) -> Permit:
        permits: list[Permit] = []

        def edit(state: dict[str, Any]) -> None:
            allowance = self._load(state, key, rule, now)
            taken = take(allowance, rule, now)
            refused = None if taken else allowed_at(allowance, rule, now)
            lost = refused is not None and allowance.blocked_until is None and _EMPTIED_AT in state
            permits.append(Permit(taken or allowance, refused, books_lost=lost))
            self._store(state, key, taken or allowance)

        self._change(file, (key, rule, now), edit)
        return permits[-1]

    def _peek(self, file: StateFile, key: str, rule: BudgetRule, now: datetime) -> Permit:
        allowance = self._load(self._unwritten or file.read(), key, rule, now)
        at = allowed_at(allowance, rule, now)
        return Permit(allowance, at if at > now else None)

    def _settle(
        self, outcome: Outcome, file: StateFile, key: str, rule: BudgetRule, now: datetime
    ) -> Allowance:
        settled: list[Allowance] = []

        def edit(state: dict[str, Any]) -> None:
            allowance = self._load(state, key, rule, now)
            if isinstance(outcome, RateLimited):
                allowance = struck(allowance, now, outcome.retry_after_s)
            else:
                allowance = relieved(allowance)
            settled.append(allowance)
            self._store(state, key, allowance)

        self._change(file, (key, rule, now), edit)
        return settled[-1]

    def _change(self, file: StateFile, account: tuple[str, BudgetRule, datetime], edit: Edit) -> None:
        key, rule, now = account
        unwritten = self._unwritten  # replaced and never edited: another thread may be at the same

        def catch_up(state: dict[str, Any]) -> None:
            if unwritten:
                section = state.get(_SECTION)
                kept = section if isinstance(section, dict) else {}
                state[_SECTION] = kept | unwritten[_SECTION]
            _note_loss(state, now)
            edit(state)

        try:
            file.change(catch_up)
            if self._unwritten is unwritten:
                self._unwritten = {}
        except OSError as error:
            if not unwritten:
                log.warning("budgets are kept in memory alone: %s", error)
            edited: dict[str, Any] = {_SECTION: dict(unwritten.get(_SECTION, {}))}
            if key not in edited[_SECTION]:
                allowance = self._load(file.read(), key, rule, now)
                in_hand = allowance.tokens if rule is UNLIMITED else 0.0
                self._store(edited, key, replace(allowance, tokens=in_hand))
            edit(edited)
            self._unwritten = edited

    def _load(self, state: dict[str, Any], key: str, rule: BudgetRule, now: datetime) -> Allowance:
        return _load(state, key, rule, now, self._uptime() if self._uptime else None)

    def _store(self, state: dict[str, Any], key: str, allowance: Allowance) -> None:
        _store(state, key, allowance, self._uptime() if self._uptime else None)


class _Unreachable:
    """The state file on a disk that does not answer."""

    def read(self) -> dict[str, Any]:
        return {_DAMAGED: True}

    def change(self, _edit: Edit) -> None:
        raise TimeoutError("the disk does not answer")


def _load(
    state: dict[str, Any], key: str, rule: BudgetRule, now: datetime, uptime: Uptime | None
) -> Allowance:
    """Read one allowance; a damaged one counts as empty, never as full: the budget must hold."""
    if rule is UNLIMITED and _entry(state, key) is None:
        return full(rule, now)
    if _is_lost(state):
        return Allowance(tokens=0.0, counted_at=now)
    entry = _entry(state, key)
    if entry is None:
        return _first(state, rule, now)
    try:
        blocked = entry["blocked_until"]
        tokens = float(entry["tokens"])
        kept = Allowance(
            tokens=max(0.0, tokens) if math.isfinite(tokens) else 0.0,
            counted_at=read_time(entry["counted_at"]),
            blocked_until=read_time(blocked) if blocked else None,
            strikes=min(MOST_STRIKES, max(0, int(entry["strikes"]))),
        )
        passed_s = _passed_s(entry.get("uptime"), uptime)
        if passed_s is not None:
            kept = rebased(kept, now - timedelta(seconds=passed_s))
        return refill(kept, rule, now)
    except (KeyError, TypeError, ValueError, OverflowError):
        return Allowance(tokens=0.0, counted_at=now)


def _entry(state: dict[str, Any], key: str) -> Any:  # noqa: ANN401 - JSON, read with care
    section = state.get(_SECTION)
    return section.get(key) if isinstance(section, dict) else None


def _is_lost(state: dict[str, Any]) -> bool:
    return _DAMAGED in state or not isinstance(state.get(_SECTION, {}), dict)


def _note_loss(state: dict[str, Any], now: datetime) -> None:
    """Begin new books in place of lost ones; forget that they were, once every bucket has refilled."""
    if _is_lost(state):
        state.pop(_DAMAGED, None)
        state[_SECTION] = {}
        state[_EMPTIED_AT] = now.isoformat()
    elif _EMPTIED_AT in state and _first(state, OAUTH_BUDGET, now) == full(OAUTH_BUDGET, now):
        del state[_EMPTIED_AT]


def _first(state: dict[str, Any], rule: BudgetRule, now: datetime) -> Allowance:
    """Return what an account has that was never asked, as far as the books go back."""
    if _EMPTIED_AT not in state:
        return full(rule, now)
    try:
        return refill(Allowance(0.0, read_time(state[_EMPTIED_AT])), rule, now)
    except (TypeError, ValueError, OverflowError):
        return Allowance(tokens=0.0, counted_at=now)


def _passed_s(noted: object, uptime: Uptime | None) -> float | None:
    """Return the seconds since an entry was written, ``None`` when only the wall clock may know."""
    if uptime is None or not isinstance(noted, dict) or noted.get("boot") != uptime.boot:
        return None
    return max(0.0, uptime.seconds - float(noted["seconds"]))


def _store(state: dict[str, Any], key: str, allowance: Allowance, uptime: Uptime | None) -> None:
    section = state.setdefault(_SECTION, {})
    if not isinstance(section, dict):
        section = state[_SECTION] = {}
    section[key] = {
        "tokens": allowance.tokens,
        "counted_at": allowance.counted_at.isoformat(),
        "blocked_until": allowance.blocked_until.isoformat() if allowance.blocked_until else None,
        "strikes": allowance.strikes,
        "uptime": {"boot": uptime.boot, "seconds": uptime.seconds} if uptime else None,
    }
