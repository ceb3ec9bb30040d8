"""One attempt to get numbers: find the credentials, take a token, send the request, note how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from claudometer.domain.budget import UNLIMITED
from claudometer.domain.outcome import MissingCredentials, RateLimited, Unauthorized, account_id_of
from claudometer.domain.policy import Budget
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
    """

    outcome: Outcome | None
    account: AccountKey | None = None
    budget: Budget | None = None
    refused_until: datetime | None = None


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
        if isinstance(attempt.outcome, Unauthorized) and attempt.outcome.superseded:
            return await self._request_once(source, why)
        return attempt

    async def _request_once(self, source: UsageSource, why: Why) -> Attempt:
        found = await source.identify()
        if isinstance(found, MissingCredentials | Unauthorized):
            return Attempt(found, account_key_of(source, found))
        account, rule = AccountKey(source.provider, found), source.budget
        permit = await self._buckets.request(str(account), rule, self._clock.now())
        if permit.refused_until is not None:
            is_blocked = permit.bucket.blocked_until is not None
            outcome = RateLimited() if is_blocked else None
            return Attempt(outcome, account, Budget(permit.bucket, rule or UNLIMITED), permit.refused_until)
        fetched = await source.fetch(why)
        bucket = await self._buckets.settle(str(account), fetched, rule, self._clock.now())
        is_limited = rule is not None or isinstance(fetched, RateLimited)
        return Attempt(fetched, account, Budget(bucket, rule or UNLIMITED) if is_limited else None)

    async def refused_until(self, source: UsageSource) -> datetime | None:
        """Return when a request may be sent, ``None`` if at once. Sends nothing."""
        found = await source.identify()
        if isinstance(found, MissingCredentials | Unauthorized):
            return None
        key = str(AccountKey(source.provider, found))
        permit = await self._buckets.peek(key, source.budget, self._clock.now())
        return permit.refused_until


def account_key_of(
    source: UsageSource, identity: AccountId | MissingCredentials | Unauthorized
) -> AccountKey | None:
    """Return whose credentials a source found, of use or not; ``None`` if that is not known."""
    account = account_id_of(identity)
    return None if account is None else AccountKey(source.provider, account)
