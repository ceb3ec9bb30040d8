"""The token buckets of all accounts, kept on disk: neither a restart nor a second process fills them."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar, NamedTuple, TypeVar

from claudometer.domain.block_after_429 import block, unblock
from claudometer.domain.bucket_codec import (
    DAMAGED,
    EMPTIED_AT,
    SECTION,
    forgive,
    is_lost,
    load,
    note_loss,
    renamed,
    store,
)
from claudometer.domain.errors import ErrorCode
from claudometer.domain.lasting_refusal import Refusal, leaves_open, refusal_of
from claudometer.domain.outcome import Fetched, Outcome, RateLimited
from claudometer.domain.token_bucket import (
    UNLIMITED,
    Bucket,
    BucketRule,
    Uptime,
    allowed_at,
    cut,
    give_back,
    take,
)
from claudometer.system.off_loop import off_loop_at

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from claudometer.domain.json_object import JsonObject
    from claudometer.engine.dependencies import StateFile

    Edit = Callable[[JsonObject], None]

T = TypeVar("T")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Permit:
    """Whether a request may be sent now.

    Attributes:
        bucket: what is left, without the token of this request.
        refused_until: when it may be sent, ``None`` if now.
        is_file_lost: the reason is that what was sent before is not known.
        held: the lasting refusal that the server would only repeat, so that the request is not sent.
    """

    bucket: Bucket
    refused_until: datetime | None
    is_file_lost: bool = False
    held: Refusal | None = None


class _Intent(NamedTuple):
    """The mark of the credentials that would be sent, and whether the user insists on a request."""

    mark: str
    insists: bool


class _Ended(NamedTuple):
    """How a request ended, and the mark of the credentials that were sent."""

    outcome: Outcome
    mark: str


class BucketStore:
    """Grants requests. Each is written down before it is sent, so that a crash wastes one and adds none.

    When nothing can be written, the buckets go on in memory with one token at most: a single command gets its
    numbers, and polling goes on more slowly.

    Args:
        on_error: called after every request with what is wrong with the file, ``None`` if nothing is, and
            the facts about the cause.
        uptime: a clock that cannot be set. Until the computer restarts, it alone fills the buckets and ends
            the blocks; without it, the wall clock does.
    """

    def __init__(
        self,
        state: StateFile,
        *,
        on_error: Callable[[ErrorCode | None, Mapping[str, str]], None] | None = None,
        uptime: Callable[[], Uptime] | None = None,
    ) -> None:
        self._state = state
        self._uptime = uptime
        self._on_error = on_error
        self._unwritten: JsonObject = {}

    async def request(
        self, key: str, rule: BucketRule | None, now: datetime, *, mark: str = "", insists: bool = False
    ) -> Permit:
        """Take a token from the bucket ``key`` if a request may be sent now.

        Args:
            mark: names the credentials that would be sent.
            insists: the user wants a request, also if the server has refused these credentials for good.
        """
        request = partial(self._request, _Intent(mark, insists))
        # Also without a budget: claude.ai may answer with a 429, and that blocks.
        permit = await self._off_loop(request, key, rule or UNLIMITED, now)
        if self._on_error is not None:
            self._on_error(self._error_of(permit), self._state.fault)
        return permit

    async def peek(self, key: str, rule: BucketRule | None, now: datetime) -> Permit:
        """Return whether a request could be sent now. Takes no token."""
        return await self._off_loop(self._peek, key, rule or UNLIMITED, now)

    async def settle(
        self, key: str, outcome: Outcome, rule: BucketRule | None, now: datetime, *, mark: str = ""
    ) -> Bucket:
        """Note how a request ended: a 429 blocks and may cut the share, anything else lifts the block.

        A lasting refusal is kept with the ``mark`` of the credentials that were sent.
        """
        return await self._off_loop(partial(self._settle, _Ended(outcome, mark)), key, rule or UNLIMITED, now)

    async def forgive(self) -> None:
        """Forget lasting refusals, because the user has changed something. A disk that fails does not
        raise."""
        try:
            await off_loop_at(self._state, lambda: self._state.change(forgive))
        except OSError as error:  # also a timeout; what is kept in memory was not refused for long
            log.warning("refusals are not forgotten: %s", error)

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
            # On the loop, since it touches no disk: what is known in memory decides.
            return work(_Unreachable(), key, rule, now)

    def _error_of(self, permit: Permit) -> ErrorCode | None:
        if self._unwritten:
            return ErrorCode.STATE_UNKEPT
        if self._state.is_spare:
            return ErrorCode.STATE_UNWRITABLE
        return ErrorCode.STATE_BROKEN if permit.is_file_lost else None

    def _request(self, intent: _Intent, file: StateFile, key: str, rule: BucketRule, now: datetime) -> Permit:
        permits: list[Permit] = []  # the last one counts: an edit may be called again

        def edit(state: JsonObject) -> None:
            bucket = self._load(state, key, rule, now)
            refusal = bucket.refusal
            if refusal is not None and refusal.holds(intent.mark, now, insists=intent.insists):
                permits.append(Permit(bucket, None, held=refusal))
                self._store(state, key, bucket)  # loading it has corrected times after a clock was set back
                return
            taken = take(bucket, rule, now)
            refused = None if taken else allowed_at(bucket, rule, now)
            lost = refused is not None and bucket.blocked_until is None and EMPTIED_AT in state
            permits.append(Permit(taken or bucket, refused, is_file_lost=lost))
            self._store(state, key, taken or bucket)

        self._change(file, (key, rule, now), edit)
        return permits[-1]

    def _peek(self, file: StateFile, key: str, rule: BucketRule, now: datetime) -> Permit:
        # Memory has only the accounts of requests that could not be written.
        state = self._unwritten if key in self._unwritten.get(SECTION, {}) else file.read()
        bucket = self._load(state, key, rule, now)
        at = allowed_at(bucket, rule, now)
        return Permit(bucket, at if at > now else None)

    def _settle(self, ended: _Ended, file: StateFile, key: str, rule: BucketRule, now: datetime) -> Bucket:
        settled: list[Bucket] = []  # likewise

        def edit(state: JsonObject) -> None:
            bucket = self._load(state, key, rule, now)
            settled.append(_settled(bucket, ended, rule, now))
            if settled[-1] != bucket:  # mostly it says nothing new, and nothing is written
                self._store(state, key, settled[-1])

        # Numbers are about to be kept, and what is written with them survives a power cut as well.
        durable = not isinstance(ended.outcome, Fetched)
        self._change(file, (key, rule, now), edit, durable=durable)
        return settled[-1]

    def _change(
        self,
        file: StateFile,
        account: tuple[str, BucketRule, datetime],
        edit: Edit,
        *,
        durable: bool = True,
    ) -> None:
        key, rule, now = account
        unwritten = self._unwritten  # replaced and never edited: another thread may be using it

        def catch_up(state: JsonObject) -> None:
            section = state.get(SECTION, {})
            if isinstance(section, dict):
                state[SECTION] = renamed(section) | unwritten.get(SECTION, {})
            elif unwritten:
                state[SECTION] = unwritten[SECTION]
            note_loss(state, now)
            edit(state)

        try:
            file.change(catch_up, durable=durable)
            # Another call may have failed meanwhile, and what it noted is not on the disk.
            if self._unwritten is unwritten:
                self._unwritten = {}
        except OSError as error:
            if not unwritten:
                log.warning("budgets are kept in memory only: %s", error)
            edited: JsonObject = {SECTION: dict(unwritten.get(SECTION, {}))}
            if key not in edited[SECTION]:
                read = file.read()
                bucket = self._load(read, key, rule, now)
                # One request, so that a place that cannot be written costs the memory and not the numbers.
                known = 1.0 if is_lost(read) else min(1.0, bucket.tokens)
                tokens = bucket.tokens if rule is UNLIMITED else known
                self._store(edited, key, replace(bucket, tokens=tokens))
            edit(edited)
            self._unwritten = edited

    def _load(self, state: JsonObject, key: str, rule: BucketRule, now: datetime) -> Bucket:
        return load(state, key, rule, now, self._uptime() if self._uptime else None)

    def _store(self, state: JsonObject, key: str, bucket: Bucket) -> None:
        store(state, key, bucket, self._uptime() if self._uptime else None)


def _settled(bucket: Bucket, ended: _Ended, rule: BucketRule, now: datetime) -> Bucket:
    """Return the bucket after a request."""
    outcome = ended.outcome
    if not leaves_open(outcome):
        bucket = replace(bucket, refusal=refusal_of(outcome, ended.mark, now))
    if isinstance(outcome, Fetched):
        return give_back(unblock(replace(bucket, organizations=())))
    bucket = replace(bucket, organizations=outcome.organizations or bucket.organizations)
    if isinstance(outcome, RateLimited):
        return block(bucket if outcome.at_edge else cut(bucket, rule, now), now, outcome.retry_after_s)
    return unblock(bucket)


class _Unreachable:
    """The state file on a disk that does not respond."""

    is_spare = False
    fault: ClassVar[dict[str, str]] = {}

    def read(self) -> JsonObject:
        return {DAMAGED: True}

    def change(self, _edit: Edit, *, durable: bool = True) -> None:  # noqa: ARG002
        raise TimeoutError("the disk does not respond")
