"""A made-up account for ``--demo``. It reads and sends nothing, but uses the real parser.

The numbers depend only on the clock: a given moment always has the same numbers, and they change over time.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from claudometer.domain.outcome import Fetched
from claudometer.domain.usage import CLAUDE, Account, AccountId, Mode, Organization, Reading, Source
from claudometer.providers.claude.parse import Decoded, Usage, decode, parse_usage, reading_of
from claudometer.providers.demo_plans import demo_plan_named
from claudometer.providers.demo_week import describe

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable
    from datetime import datetime

    from claudometer.domain.clock import Clock
    from claudometer.domain.next_poll import Why
    from claudometer.domain.outcome import Outcome, Unreadable
    from claudometer.domain.token_bucket import BucketRule
    from claudometer.providers.demo_plans import DemoPlan

STUDIO_ID, STUDIO = "d3300000-0000-4000-8000-000000000001", "Example Studio"
SCHOOL_ID, SCHOOL = "d3300000-0000-4000-8000-000000000002", "Example School"


def _choose_nothing() -> str | None:
    return None


class DemoSource:
    """A plausible working week, in the format of the real server."""

    provider = CLAUDE

    def __init__(
        self,
        *,
        clock: Clock,
        mode: Mode,
        plan: str = "",
        organization_id: Callable[[], str | None] = _choose_nothing,
    ) -> None:
        self._clock = clock
        self._mode = mode
        self._plan = demo_plan_named(plan)
        self._organization_id = organization_id

    @property
    def budget(self) -> BucketRule | None:
        """``None``: without requests there is nothing to limit."""
        return None

    async def identify(self) -> AccountId:
        """Return the id of the demo account."""
        return self._account().id

    async def fetch(self, why: Why) -> Outcome:  # noqa: ARG002 - nothing is sent, so nothing is recorded
        """Return the numbers for this moment."""
        found = _read(self._account(), self._clock.now(), self._plan)
        if not isinstance(found, Reading):
            return found
        return Fetched(found, self._organizations if self._mode is Mode.WEB else ())

    async def credentials_mark(self) -> str:
        """Return an empty name: no server can refuse the demo."""
        return ""

    async def credentials_stamp(self) -> Hashable:
        """Return ``None``: there are no credentials, so they never change."""
        return None

    def _account(self) -> Account:
        if self._mode is Mode.CLI:
            return Account(AccountId("demo"), Mode.CLI, plan=self._plan.name, tier=self._plan.tier)
        wanted = self._organization_id()
        found = self._organizations
        chosen = next((each for each in found if each.id == wanted), found[0])
        return Account(AccountId(chosen.id), Mode.WEB, chosen.id, chosen.name, chosen.plan, chosen.tier)

    @property
    def _organizations(self) -> tuple[Organization, ...]:
        chat, plan = frozenset({"chat"}), self._plan
        return (
            Organization(STUDIO_ID, STUDIO, chat, plan.name, plan.tier),
            Organization(SCHOOL_ID, SCHOOL, chat, "Team", "default_raven"),
        )


def demo_readings(account: AccountId, times: Iterable[datetime], plan: str) -> list[Reading]:
    """Return what the demo's account with that id would have shown at those times."""
    is_studio_or_school = account in (STUDIO_ID, SCHOOL_ID)
    mode = Mode.WEB if is_studio_or_school else Mode.CLI
    named = demo_plan_named(plan)
    owner = Account(account, mode, account if is_studio_or_school else None, plan=named.name, tier=named.tier)
    found = (_read(owner, at, named) for at in times)
    return [each for each in found if isinstance(each, Reading)]


def _read(account: Account, now: datetime, plan: DemoPlan) -> Reading | Unreadable:
    decoded = decode(json.dumps(describe(now, plan, shift=_shift_of(account))).encode())
    if not isinstance(decoded, Decoded):
        return decoded
    usage = parse_usage(decoded.value, now=now)
    return reading_of(usage, account, Source.DEMO, now) if isinstance(usage, Usage) else usage


def _shift_of(account: Account) -> timedelta:
    """Delay the second organization's week by some hours, so that switching shows different numbers."""
    return timedelta(hours=31) if account.organization_id == SCHOOL_ID else timedelta()
