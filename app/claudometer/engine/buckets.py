"""The token buckets of all accounts, kept on disk: neither a restart nor a second process fills them."""

from __future__ import annotations

import logging
import math
import re
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from claudometer.domain.budget import (
    OAUTH_BUDGET,
    Bucket,
    BucketRule,
    Uptime,
    allowed_at,
    block,
    full,
    refill,
    shifted,
    take,
    unblock,
)
from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import Outcome, RateLimited
from claudometer.domain.times import read_time
from claudometer.domain.usage import CLAUDE
from claudometer.system.off_loop import off_loop_at

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from claudometer.domain.json_object import JsonObject
    from claudometer.engine.dependencies import StateFile

    Edit = Callable[[JsonObject], None]

T = TypeVar("T")

log = logging.getLogger(__name__)

UNLIMITED = BucketRule(capacity=1_000_000, refill_s=0.001)
"""For sources without a budget: only their 429 blocks count."""

MOST_REFUSALS = 1000
"""Refusals in a row that are counted: more would change nothing."""

_SECTION = "allowances"
_OLD_NAME = re.compile(r"(?:cli|web):")
_DAMAGED = "damaged"
_EMPTIED_AT = "emptied_at"
"""When the file was lost: the bucket of an account without an entry was empty then."""


@dataclass(frozen=True, slots=True)
class Permit:
    """Whether a request may be sent now.

    Attributes:
        bucket: what is left, without the token of this request.
        refused_until: when it may be sent, ``None`` if now.
        is_file_lost: it is refused because what was sent before is not known.
    """

    bucket: Bucket
    refused_until: datetime | None
    is_file_lost: bool = False


class BucketStore:
    """Grants requests. Each is written down before it is sent, so that a crash wastes one and adds none.

    When nothing can be written, the buckets go on in memory with one token at most: a single command gets its
    numbers, and polling goes on more slowly.

    Args:
        on_error: called with what is wrong with the file after every request, ``None`` if nothing is.
        uptime: a clock that cannot be set. Until the computer restarts, it alone fills the buckets and ends
            the blocks; without it, the wall clock does.
    """

    def __init__(
        self,
        state: StateFile,
        *,
        on_error: Callable[[ErrorCode | None], None] | None = None,
        uptime: Callable[[], Uptime] | None = None,
    ) -> None:
        self._state = state
        self._uptime = uptime
        self._on_error = on_error
        self._unwritten: JsonObject = {}

    async def request(self, key: str, rule: BucketRule | None, now: datetime) -> Permit:
        """Take a token from the bucket ``key`` if a request may be sent now."""
        permit = await self._off_loop(self._request, key, rule or UNLIMITED, now)
        if self._on_error is not None:
            self._on_error(self._error_of(permit))
        return permit

    async def peek(self, key: str, rule: BucketRule | None, now: datetime) -> Permit:
        """Return whether a request could be sent now. Takes no token."""
        return await self._off_loop(self._peek, key, rule or UNLIMITED, now)

    async def settle(self, key: str, outcome: Outcome, rule: BucketRule | None, now: datetime) -> Bucket:
        """Note how a request ended: a 429 blocks, anything else lifts the block."""
        return await self._off_loop(partial(self._settle, outcome), key, rule or UNLIMITED, now)

    async def _off_loop(
        self,
        work: Callable[[StateFile, str, BucketRule, datetime], T],
        key: str,
        rule: BucketRule,
        now: datetime,
    ) -> T:
        """Work on the file; in memory only if the disk does not respond.

        A call that was abandoned may still be written later: that can only waste a token.
        """
        try:
            return await off_loop_at(self._state, lambda: work(self._state, key, rule, now))
        except TimeoutError:
            return work(_Unreachable(), key, rule, now)

    def _error_of(self, permit: Permit) -> ErrorCode | None:
        if self._unwritten:
            return ErrorCode.STATE_UNWRITABLE
        return ErrorCode.STATE_BROKEN if permit.is_file_lost else None

    def _request(self, file: StateFile, key: str, rule: BucketRule, now: datetime) -> Permit:
        permits: list[Permit] = []

        def edit(state: JsonObject) -> None:
            bucket = self._load(state, key, rule, now)
            taken = take(bucket, rule, now)
            refused = None if taken else allowed_at(bucket, rule, now)
            lost = refused is not None and bucket.blocked_until is None and _EMPTIED_AT in state
            permits.append(Permit(taken or bucket, refused, is_file_lost=lost))
            self._store(state, key, taken or bucket)

        self._change(file, (key, rule, now), edit)
        return permits[-1]

    def _peek(self, file: StateFile, key: str, rule: BucketRule, now: datetime) -> Permit:
        bucket = self._load(self._unwritten or file.read(), key, rule, now)
        at = allowed_at(bucket, rule, now)
        return Permit(bucket, at if at > now else None)

    def _settle(self, outcome: Outcome, file: StateFile, key: str, rule: BucketRule, now: datetime) -> Bucket:
        settled: list[Bucket] = []

        def edit(state: JsonObject) -> None:
            bucket = self._load(state, key, rule, now)
            if isinstance(outcome, RateLimited):
                bucket = block(bucket, now, outcome.retry_after_s)
            else:
                bucket = unblock(bucket)
            settled.append(bucket)
            self._store(state, key, bucket)

        self._change(file, (key, rule, now), edit)
        return settled[-1]

    def _change(self, file: StateFile, account: tuple[str, BucketRule, datetime], edit: Edit) -> None:
        key, rule, now = account
        unwritten = self._unwritten  # replaced and never edited: another thread may be using it

        def catch_up(state: JsonObject) -> None:
            section = state.get(_SECTION, {})
            if isinstance(section, dict):
                state[_SECTION] = _renamed(section) | unwritten.get(_SECTION, {})
            elif unwritten:
                state[_SECTION] = unwritten[_SECTION]
            _note_loss(state, now)
            edit(state)

        try:
            file.change(catch_up)
            if self._unwritten is unwritten:
                self._unwritten = {}
        except OSError as error:
            if not unwritten:
                log.warning("budgets are kept in memory only: %s", error)
            edited: JsonObject = {_SECTION: dict(unwritten.get(_SECTION, {}))}
            if key not in edited[_SECTION]:
                read = file.read()
                bucket = self._load(read, key, rule, now)
                # One request, so that a place that cannot be written costs the memory and not the numbers.
                known = 1.0 if _is_lost(read) else min(1.0, bucket.tokens)
                tokens = bucket.tokens if rule is UNLIMITED else known
                self._store(edited, key, replace(bucket, tokens=tokens))
            edit(edited)
            self._unwritten = edited

    def _load(self, state: JsonObject, key: str, rule: BucketRule, now: datetime) -> Bucket:
        return _load(state, key, rule, now, self._uptime() if self._uptime else None)

    def _store(self, state: JsonObject, key: str, bucket: Bucket) -> None:
        _store(state, key, bucket, self._uptime() if self._uptime else None)


class _Unreachable:
    """The state file on a disk that does not respond."""

    def read(self) -> JsonObject:
        return {_DAMAGED: True}

    def change(self, _edit: Edit) -> None:
        raise TimeoutError("the disk does not respond")


def _load(state: JsonObject, key: str, rule: BucketRule, now: datetime, uptime: Uptime | None) -> Bucket:
    """Read one bucket. A damaged one counts as empty: the budget must hold."""
    if rule is UNLIMITED and _entry(state, key) is None:
        return full(rule, now)
    if _is_lost(state):
        return Bucket(tokens=0.0, counted_at=now)
    entry = _entry(state, key)
    if entry is None:
        return _first(state, rule, now)
    try:
        blocked = entry["blocked_until"]
        tokens = float(entry["tokens"])
        kept = Bucket(
            tokens=max(0.0, tokens) if math.isfinite(tokens) else 0.0,
            counted_at=read_time(entry["counted_at"]),
            blocked_until=read_time(blocked) if blocked else None,
            refusals=min(MOST_REFUSALS, max(0, int(entry["strikes"]))),
        )
        passed_s = _passed_s(entry.get("uptime"), uptime)
        if passed_s is not None:
            kept = shifted(kept, now - timedelta(seconds=passed_s))
        return refill(kept, rule, now)
    except (KeyError, TypeError, ValueError, OverflowError):
        return Bucket(tokens=0.0, counted_at=now)


def _entry(state: JsonObject, key: str) -> Any:  # noqa: ANN401 - JSON, read with care
    section = state.get(_SECTION)
    return _renamed(section).get(key) if isinstance(section, dict) else None


def _renamed(section: JsonObject) -> JsonObject:
    """Return the entries by account. Versions up to 0.1 named them by mode and account.

    Such an entry wins: only an older version that ran after this one can have left it.
    """
    old = {_OLD_NAME.sub(f"{CLAUDE}/", name): name for name in section if _OLD_NAME.match(name)}
    kept = {name: entry for name, entry in section.items() if name not in old.values()}
    return kept | {new: section[name] for new, name in old.items()}


def _is_lost(state: JsonObject) -> bool:
    return _DAMAGED in state or not isinstance(state.get(_SECTION, {}), dict)


def _note_loss(state: JsonObject, now: datetime) -> None:
    """Note that the file was lost; drop the note once every bucket has refilled."""
    if _is_lost(state):
        state.pop(_DAMAGED, None)
        state[_SECTION] = {}
        state[_EMPTIED_AT] = now.isoformat()
    elif _EMPTIED_AT in state and _first(state, OAUTH_BUDGET, now) == full(OAUTH_BUDGET, now):
        del state[_EMPTIED_AT]


def _first(state: JsonObject, rule: BucketRule, now: datetime) -> Bucket:
    """Return the bucket of an account without an entry."""
    if _EMPTIED_AT not in state:
        return full(rule, now)
    try:
        return refill(Bucket(0.0, read_time(state[_EMPTIED_AT])), rule, now)
    except (TypeError, ValueError, OverflowError):
        return Bucket(tokens=0.0, counted_at=now)


def _passed_s(noted: object, uptime: Uptime | None) -> float | None:
    """Return the seconds since an entry was written, ``None`` when only the wall clock can tell."""
    if uptime is None or not isinstance(noted, dict) or noted.get("boot") != uptime.boot:
        return None
    return max(0.0, uptime.seconds - float(noted["seconds"]))


def _store(state: JsonObject, key: str, bucket: Bucket, uptime: Uptime | None) -> None:
    section = state.setdefault(_SECTION, {})
    if not isinstance(section, dict):
        section = state[_SECTION] = {}
    section[key] = {
        "tokens": bucket.tokens,
        "counted_at": bucket.counted_at.isoformat(),
        "blocked_until": bucket.blocked_until.isoformat() if bucket.blocked_until else None,
        "strikes": bucket.refusals,
        "uptime": {"boot": uptime.boot, "seconds": uptime.seconds} if uptime else None,
    }
