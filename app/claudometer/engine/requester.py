"""One attempt to get numbers, and whose account it is about.

The requester finds the credentials, takes a token, sends the request and notes how it ended. The guard never
shows one account's numbers while the credentials are another's.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from claudometer.domain.next_poll import Budget, Cause
from claudometer.domain.outcome import (
    MissingCredentials,
    RateLimited,
    Status,
    Unauthorized,
)
from claudometer.domain.token_bucket import UNLIMITED
from claudometer.domain.usage import AccountKey
from claudometer.engine.source_selector import account_key_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Hashable
    from datetime import datetime

    from claudometer.domain.clock import Clock
    from claudometer.domain.next_poll import Why
    from claudometer.domain.outcome import Outcome
    from claudometer.domain.usage import Mode
    from claudometer.engine.buckets import BucketStore
    from claudometer.engine.bus import SnapshotStore
    from claudometer.engine.kept_readings import ReadingMerger
    from claudometer.engine.source_selector import Selected, SourceSelector
    from claudometer.providers.base import UsageSource

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Attempt:
    """How an attempt ended.

    Attributes:
        outcome: ``None`` when the budget kept the request from being sent.
        account: whose credentials were found, usable or not; ``None`` without any.
        budget: what is left, for a source that has a budget or is blocked.
        refused_until: when a request may be sent, if the budget kept this one from being sent.
        held_until: when to ask again after a lasting refusal; ``None`` without one, or if that is never.
    """

    outcome: Outcome | None
    account: AccountKey | None = None
    budget: Budget | None = None
    refused_until: datetime | None = None
    held_until: datetime | None = None


INSISTING = frozenset({Cause.CLICK, Cause.SAVING})
"""The user wants to know, although the server has refused these credentials for good."""


@dataclass(frozen=True, slots=True)
class RefreshAnswer:
    """Whether a click led to a request.

    Attributes:
        until: if it did not, when a request may be sent again.
        browser: the pause is our own browser's, not one that Claude asked for.
    """

    accepted: bool
    until: datetime | None = None
    browser: bool = False


class Requester:
    """Sends requests within the budget of each account."""

    def __init__(self, buckets: BucketStore, clock: Clock) -> None:
        self._buckets = buckets
        self._clock = clock

    async def request(self, source: UsageSource, why: Why) -> Attempt:
        """Request numbers if credentials and budget allow it.

        When the credentials were renewed while the server refused them, a second request follows. The budget
        has to allow it, as any other.
        """
        attempt = await self._request_once(source, why)
        # Once and no more: a server that refuses every login must not be asked in a circle.
        if isinstance(attempt.outcome, Unauthorized) and attempt.outcome.superseded:
            return await self._request_once(source, why)
        return attempt

    async def _request_once(self, source: UsageSource, why: Why) -> Attempt:
        found = await source.identify()
        account = account_key_of(source, found)
        in_doubt = found if isinstance(found, Unauthorized) and found.in_doubt else None
        if isinstance(found, MissingCredentials | Unauthorized) and (in_doubt is None or account is None):
            return Attempt(found, account)
        if account is None:
            raise AssertionError("usable credentials have an account")
        rule, mark = source.budget, await source.credentials_mark()
        permit = await self._buckets.request(
            str(account), rule, self._clock.now(), mark=mark, insists=why in INSISTING
        )
        bucket, held = permit.bucket, permit.held
        if held is not None:
            return Attempt(held.outcome(bucket.organizations), account, held_until=held.until)
        if permit.refused_until is not None:
            is_blocked = bucket.blocked_until is not None
            outcome = in_doubt or (RateLimited(organizations=bucket.organizations) if is_blocked else None)
            return Attempt(outcome, account, Budget(bucket, rule or UNLIMITED), permit.refused_until)
        # Its token is taken: a crash from here on costs one request and gains none.
        fetched = await source.fetch(why)
        bucket = await self._buckets.settle(str(account), fetched, rule, self._clock.now(), mark=mark)
        # Without a budget, the bucket says something only while a 429 blocks it.
        is_limited = rule is not None or isinstance(fetched, RateLimited)
        budget = Budget(bucket, rule or UNLIMITED) if is_limited else None
        # After any other outcome, a refusal in the bucket is an earlier one.
        refusal = bucket.refusal if isinstance(fetched, Unauthorized | MissingCredentials) else None
        return Attempt(fetched, account, budget, held_until=None if refusal is None else refusal.until)

    async def forgive(self) -> None:
        """Let the next request be sent although the server has refused the account for good."""
        await self._buckets.forgive()

    async def refused_until(self, source: UsageSource) -> datetime | None:
        """Return when a request may be sent, ``None`` if at once. Sends nothing."""
        found = await source.identify()
        if isinstance(found, MissingCredentials | Unauthorized):
            return None  # nothing would be sent; the click's poll says what is missing
        key = str(AccountKey(source.provider, found))
        permit = await self._buckets.peek(key, source.budget, self._clock.now())
        return permit.refused_until

    async def is_refused(self, source: UsageSource) -> bool:
        """Return whether the server has refused the source's account for good. Sends nothing."""
        account = account_key_of(source, await source.identify())
        if account is None:
            return False
        permit = await self._buckets.peek(str(account), source.budget, self._clock.now())
        return permit.bucket.refusal is not None


class AccountGuard:
    """Checks the credentials before, during and after each request, and between two requests."""

    def __init__(self, selector: SourceSelector, merger: ReadingMerger, snapshots: SnapshotStore) -> None:
        self._selector = selector
        self._merger = merger
        self._snapshots = snapshots
        self._stamp: frozenset[tuple[Mode, Hashable]] = frozenset()

    async def begin(self) -> Selected:
        """Select the source for a poll, and hide numbers of any other account."""
        # Noted before they are read: a change in between is noticed by the next look.
        await self.note_credentials()
        selected = await self._selector.select()
        await self._show_own(selected)
        return selected

    async def note_credentials(self) -> None:
        """Take the present credentials as known."""
        self._stamp = await self._selector.stamp()

    async def have_credentials_changed(self) -> bool:
        """Return whether the credentials may have changed since they were noted."""
        return not await self._selector.stamp() <= self._stamp

    async def attend(
        self, request: Awaitable[Attempt], selected: Selected, *, every_s: float
    ) -> Attempt | None:
        """Wait for an attempt, and return it; ``None`` if another account is logged in by then.

        A response may take 40 s, which is too long to show someone else's numbers: meanwhile the credentials
        are checked every ``every_s`` seconds.
        """
        watching = asyncio.create_task(self._watch_credentials(selected, every_s))
        try:
            attempt = await request
        finally:
            # Also when the request raised: nobody else ends this task.
            watching.cancel()
            await asyncio.wait({watching})
        if not watching.cancelled():
            watching.result()  # it has ended by a fault, which the supervisor has to report
        return None if await self._is_overtaken(attempt, selected) else attempt

    async def _watch_credentials(self, selected: Selected, every_s: float) -> None:
        while True:
            await asyncio.sleep(every_s)
            if await self.have_credentials_changed():
                await self._show_own(selected)

    async def _is_overtaken(self, attempt: Attempt, selected: Selected) -> bool:
        if attempt.account is None or not await self.have_credentials_changed():
            return False
        now = account_key_of(selected.source, await selected.source.identify())
        is_overtaken = now is not None and now != attempt.account
        if is_overtaken:
            log.info("the login is another account's by now; the response for the former one is dropped")
        return is_overtaken

    async def _show_own(self, selected: Selected) -> None:
        snapshot = self._snapshots.snapshot
        shown = snapshot.reading
        if shown is None or not (shown.account.mode is snapshot.mode is selected.mode):
            return
        account = account_key_of(selected.source, await selected.source.identify())
        if account is None or account == shown.key:
            return
        await self._merger.read_local()  # whose the local numbers are depends on who is logged in
        own = self._merger.shown(selected.mode, account)
        # How the last request of the former account ended says nothing about this one.
        self._snapshots.change(account=account, reading=own, status=Status.STARTING, problem=None)
