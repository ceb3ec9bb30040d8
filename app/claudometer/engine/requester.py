"""One attempt to get numbers: find the credentials, take a token, send the request, note how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from claudometer.domain.budget import UNLIMITED
from claudometer.domain.outcome import MissingCredentials, RateLimited, Unauthorized, account_id_of
from claudometer.domain.policy import Budget, Cause
from claudometer.domain.usage import AccountKey

if TYPE_CHECKING:
    from datetime import datetime

    from claudometer.domain.clock import Clock
    from claudometer.domain.outcome import Outcome
    from claudometer.domain.policy import Why
    from claudometer.domain.usage import AccountId
    from claudometer.engine.buckets import BucketStore
    from claudometer.providers.base import UsageSource


@dataclass(frozen=True, slots=True)
class Attempt:
    """How an attempt ended.

    Attributes:
        outcome: ``None`` when the budget kept the request from being sent.
        account: whose credentials were found, also when they are of no use; ``None`` without any.
        budget: what is left, for a source that has a budget or is blocked.
        refused_until: when a request may be sent, if this one was not.
        held_until: when to ask again after a refusal for good, ``None`` without one, or for never.
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
        account, in_doubt = account_key_of(source, found), None
        if isinstance(found, MissingCredentials | Unauthorized):
            in_doubt = found if isinstance(found, Unauthorized) and found.in_doubt else None
            if in_doubt is None or account is None:
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
        is_refused = isinstance(fetched, Unauthorized | MissingCredentials) and bucket.refusal is not None
        until = bucket.refusal.until if bucket.refusal is not None and is_refused else None
        return Attempt(fetched, account, budget, held_until=until)

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


def account_key_of(
    source: UsageSource, identity: AccountId | MissingCredentials | Unauthorized
) -> AccountKey | None:
    """Return whose credentials a source found, of use or not; ``None`` if that is not known."""
    account = account_id_of(identity)
    return None if account is None else AccountKey(source.provider, account)
