"""The request budgets of all accounts, kept on disk: neither a restart nor a second process resets them."""

from __future__ import annotations

import asyncio
import logging
import math
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

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
from claudometer.domain.usage import CLAUDE

if TYPE_CHECKING:
    from collections.abc import Callable

    from claudometer.engine.parts import StateFile

    Edit = Callable[[dict[str, Any]], None]

log = logging.getLogger(__name__)

UNLIMITED = BudgetRule(capacity=1_000_000, refill_s=0.001)
"""For sources without a budget: only their 429 blocks are kept."""

_SECTION = "allowances"
_OLD_NAME = re.compile(r"(?:cli|web):")
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
        permit = await asyncio.to_thread(self._request, key, rule or UNLIMITED, now)
        if self._on_trouble is not None:
            self._on_trouble(self._trouble(permit))
        return permit

    async def peek(self, key: str, rule: BudgetRule | None, now: datetime) -> Permit:
        """Say whether a request could go now, spending nothing."""
        return await asyncio.to_thread(self._peek, key, rule or UNLIMITED, now)

    async def settle(self, key: str, outcome: Outcome, rule: BudgetRule | None, now: datetime) -> Allowance:
        """Note how the request ended: a 429 blocks, anything else lifts the block."""
        return await asyncio.to_thread(self._settle, key, outcome, rule or UNLIMITED, now)

    def _trouble(self, permit: Permit) -> ErrorCode | None:
        if self._unwritten:
            return ErrorCode.STATE_UNWRITABLE
        return ErrorCode.STATE_BROKEN if permit.books_lost else None

    def _request(self, key: str, rule: BudgetRule, now: datetime) -> Permit:
        permits: list[Permit] = []

        def edit(state: dict[str, Any]) -> None:
            allowance = self._load(state, key, rule, now)
            taken = take(allowance, rule, now)
            refused = None if taken else allowed_at(allowance, rule, now)
            lost = refused is not None and allowance.blocked_until is None and _EMPTIED_AT in state
            permits.append(Permit(taken or allowance, refused, books_lost=lost))
            self._store(state, key, taken or allowance)

        self._change(key, rule, now, edit)
        return permits[-1]

    def _peek(self, key: str, rule: BudgetRule, now: datetime) -> Permit:
        allowance = self._load(self._unwritten or self._state.read(), key, rule, now)
        at = allowed_at(allowance, rule, now)
        return Permit(allowance, at if at > now else None)

    def _settle(self, key: str, outcome: Outcome, rule: BudgetRule, now: datetime) -> Allowance:
        settled: list[Allowance] = []

        def edit(state: dict[str, Any]) -> None:
            allowance = self._load(state, key, rule, now)
            if isinstance(outcome, RateLimited):
                allowance = struck(allowance, now, outcome.retry_after_s)
            else:
                allowance = relieved(allowance)
            settled.append(allowance)
            self._store(state, key, allowance)

        self._change(key, rule, now, edit)
        return settled[-1]

    def _change(self, key: str, rule: BudgetRule, now: datetime, edit: Edit) -> None:
        def catch_up(state: dict[str, Any]) -> None:
            if self._unwritten:
                section = state.get(_SECTION)
                kept = section if isinstance(section, dict) else {}
                state[_SECTION] = kept | self._unwritten[_SECTION]
            _note_loss(state, now)
            state[_SECTION] = _renamed(state.get(_SECTION, {}))
            edit(state)

        try:
            self._state.change(catch_up)
            self._unwritten = {}
        except OSError as error:
            log.warning("budgets are kept in memory alone: %s", error)
            if key not in self._unwritten.get(_SECTION, {}):
                allowance = self._load(self._state.read(), key, rule, now)
                in_hand = allowance.tokens if rule is UNLIMITED else 0.0
                self._store(self._unwritten, key, replace(allowance, tokens=in_hand))
            edit(self._unwritten)

    def _load(self, state: dict[str, Any], key: str, rule: BudgetRule, now: datetime) -> Allowance:
        return _load(state, key, rule, now, self._uptime() if self._uptime else None)

    def _store(self, state: dict[str, Any], key: str, allowance: Allowance) -> None:
        _store(state, key, allowance, self._uptime() if self._uptime else None)


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
            tokens=tokens if math.isfinite(tokens) else 0.0,
            counted_at=datetime.fromisoformat(entry["counted_at"]),
            blocked_until=datetime.fromisoformat(blocked) if blocked else None,
            strikes=max(0, int(entry["strikes"])),
        )
        passed_s = _passed_s(entry.get("uptime"), uptime)
        if passed_s is not None:
            kept = rebased(kept, now - timedelta(seconds=passed_s))
        return refill(kept, rule, now)
    except (KeyError, TypeError, ValueError, OverflowError):
        return Allowance(tokens=0.0, counted_at=now)


def _entry(state: dict[str, Any], key: str) -> Any:  # noqa: ANN401 - JSON, read with care
    section = state.get(_SECTION)
    return _renamed(section).get(key) if isinstance(section, dict) else None


def _renamed(section: dict[str, Any]) -> dict[str, Any]:
    """Return the entries by account. Versions up to 0.1 named them by mode and account.

    Such an entry wins: only an older version that ran after this one can have left it.
    """
    old = {_OLD_NAME.sub(f"{CLAUDE}/", name): name for name in section if _OLD_NAME.match(name)}
    kept = {name: entry for name, entry in section.items() if name not in old.values()}
    return kept | {new: section[name] for new, name in old.items()}


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
        return refill(Allowance(0.0, datetime.fromisoformat(state[_EMPTIED_AT])), rule, now)
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
