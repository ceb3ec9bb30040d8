"""One attempt to get numbers: credentials, permit, request, note."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from claudometer.domain.outcome import MissingCredentials, RateLimited, Unauthorized, account_in
from claudometer.domain.policy import Budget
from claudometer.domain.usage import AccountKey
from claudometer.engine.allowances import UNLIMITED

if TYPE_CHECKING:
    from datetime import datetime

    from claudometer.domain.clock import Clock
    from claudometer.domain.outcome import Outcome
    from claudometer.domain.policy import Why
    from claudometer.domain.usage import AccountId
    from claudometer.engine.allowances import AllowanceBook
    from claudometer.providers.base import UsageSource


@dataclass(frozen=True, slots=True)
class Asked:
    """What an attempt came to.

    Attributes:
        outcome: how it ended; ``None`` when the budget kept it from being sent.
        account: whose credentials were found, if any, also when they are of no use.
        budget: what is left, when the source has one or is blocked.
        refused_until: when a request may go again, if this one was not sent.
    """

    outcome: Outcome | None
    account: AccountKey | None = None
    budget: Budget | None = None
    refused_until: datetime | None = None


class Asker:
    """Asks sources within their budgets."""

    def __init__(self, book: AllowanceBook, clock: Clock) -> None:
        self._book = book
        self._clock = clock

    async def ask(self, source: UsageSource, why: Why) -> Asked:
        """Ask ``source`` once, if its credentials and its budget allow it.

        Once more when the credentials were renewed under a request that was refused: that is a request like
        any other, which the budget has to allow as well.
        """
        asked = await self._ask_once(source, why)
        if isinstance(asked.outcome, Unauthorized) and asked.outcome.superseded:
            return await self._ask_once(source, why)
        return asked

    async def _ask_once(self, source: UsageSource, why: Why) -> Asked:
        found = await source.identify()
        if isinstance(found, MissingCredentials | Unauthorized):
            return Asked(found, key_in(source, found))
        account, rule = AccountKey(source.provider, found), source.budget
        key = str(account)
        permit = await self._book.request(key, rule, self._clock.now())
        if permit.refused_until is not None:
            blocked = permit.allowance.blocked_until is not None
            withheld = RateLimited() if blocked else None
            return Asked(withheld, account, Budget(permit.allowance, rule or UNLIMITED), permit.refused_until)
        outcome = await source.fetch(why)
        allowance = await self._book.settle(key, outcome, rule, self._clock.now())
        limited = rule is not None or isinstance(outcome, RateLimited)
        return Asked(outcome, account, Budget(allowance, rule or UNLIMITED) if limited else None)

    async def refused_until(self, source: UsageSource) -> datetime | None:
        """Say until when a request would be refused, ``None`` when one may go. Sends nothing."""
        found = await source.identify()
        if isinstance(found, MissingCredentials | Unauthorized):
            return None
        key = str(AccountKey(source.provider, found))
        permit = await self._book.peek(key, source.budget, self._clock.now())
        return permit.refused_until


def key_in(source: UsageSource, identity: AccountId | MissingCredentials | Unauthorized) -> AccountKey | None:
    """Return whose credentials a source found, also when they are of no use; ``None`` when nobody knows."""
    account = account_in(identity)
    return None if account is None else AccountKey(source.provider, account)
