"""What every source of usage numbers offers the engine. Knows no provider's name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Protocol

from claudometer.domain.outcome import MissingCredentials
from claudometer.domain.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Hashable

    from claudometer.domain.budget import BudgetRule
    from claudometer.domain.outcome import Outcome, Unauthorized
    from claudometer.domain.policy import Why
    from claudometer.domain.usage import AccountId, FreeReading, ProviderId

SessionKeyReader = Callable[[], Awaitable[Secret | MissingCredentials]]
"""Gives the session key on demand, or says why there is none."""


class KeyRenewals(Protocol):
    """Hears of session keys that a server gave in place of others, and knows whose each is."""

    def name_of(self, key: Secret) -> str:
        """Name the key's account. The name outlives the key's renewal, and gives no key away."""
        ...

    async def renew(self, old: Secret, new: Secret) -> None:
        """Use ``new`` where ``old`` was in use. Raises for nothing that a keyring may do."""
        ...


class UsageSource(Protocol):
    """One way to get a reading. All methods run on the engine's loop and never block it."""

    @property
    def provider(self) -> ProviderId:
        """Whose accounts these are."""
        ...

    @property
    def budget(self) -> BudgetRule | None:
        """The request budget, ``None`` when only the user's interval counts."""
        ...

    async def identify(self) -> AccountId | MissingCredentials | Unauthorized:
        """Read the credentials anew and say whose they are. Sends nothing."""
        ...

    async def fetch(self, why: Why) -> Outcome:
        """Ask once. Expected ends are values; anything raised is a bug. ``why`` goes into the ledger."""
        ...

    async def credentials_stamp(self) -> Hashable:
        """Return something cheap that changes when the credentials do. Sends nothing, prompts for nothing."""
        ...

    async def aclose(self) -> None:
        """Close connections."""
        ...


class FreeSource(Protocol):
    """Numbers that lie on this computer already. Never sends, never prompts, never blocks the loop."""

    async def stamp(self) -> Hashable:
        """Return something cheap that changes when there may be news."""
        ...

    async def look(self) -> FreeReading | None:
        """Read what is there; ``None`` when it holds nothing usable. Raises for nothing a file may hold."""
        ...
