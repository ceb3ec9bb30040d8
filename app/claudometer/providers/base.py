"""What a provider offers the engine: sources of numbers, and rules for them. Names no provider."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Protocol

from claudometer.domain.outcome import MissingCredentials
from claudometer.domain.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence
    from datetime import datetime

    from claudometer.domain.budget import BucketRule
    from claudometer.domain.outcome import Outcome, Unauthorized
    from claudometer.domain.policy import Coverage, Why
    from claudometer.domain.usage import AccountId, FreeReading, LocalLogin, ProviderId, Reading

SessionKeyReader = Callable[[], Awaitable[Secret | MissingCredentials]]
"""Returns the session key, or the reason why there is none."""


class KeyRenewals(Protocol):
    """Takes session keys that a server sends to replace others, and knows the account of each."""

    def name_of(self, key: Secret) -> str:
        """Return a name for the key's account. It survives a renewal and does not reveal the key."""
        ...

    async def renew(self, old: Secret, new: Secret) -> None:
        """Replace ``old`` by ``new`` wherever it is in use. Never raises because of a keyring."""
        ...


class UsageSource(Protocol):
    """One way to get a reading. All methods run on the engine's loop and never block it."""

    @property
    def provider(self) -> ProviderId:
        """Whose accounts these are."""
        ...

    @property
    def budget(self) -> BucketRule | None:
        """The request budget, ``None`` when only the user's interval counts."""
        ...

    async def identify(self) -> AccountId | MissingCredentials | Unauthorized:
        """Read the credentials again and return whose they are. Sends nothing."""
        ...

    async def fetch(self, why: Why) -> Outcome:
        """Send one request. Expected failures are values; an exception is a bug. The ledger shows ``why``."""
        ...

    async def credentials_stamp(self) -> Hashable:
        """Return a cheap value that changes with the credentials. Sends nothing, prompts for nothing."""
        ...

    async def aclose(self) -> None:
        """Close connections."""
        ...


class FreeSource(Protocol):
    """Numbers that are on this computer already. Never sends, never prompts, never blocks the loop."""

    async def stamp(self) -> Hashable:
        """Return a cheap value that changes when there may be new numbers."""
        ...

    async def look(self) -> FreeReading | None:
        """Read the numbers, ``None`` when none are usable. Never raises because of what a file holds."""
        ...


class ProviderRules(Protocol):
    """What only the provider knows about its numbers and keys. Pure."""

    def merge(
        self, answer: Reading | None, free: Sequence[FreeReading], login: LocalLogin, now: datetime
    ) -> Reading | None:
        """Return the server's last answer with every number that a free source knows better.

        Args:
            login: whose numbers the free sources hold.
        """
        ...

    def coverage(
        self, answer: Reading | None, free: Sequence[FreeReading], login: LocalLogin, now: datetime
    ) -> Coverage | None:
        """Return what no request is needed for now, ``None`` when free sources cover nothing."""
        ...

    def parse_key(self, pasted: str) -> Secret:
        """Find the session key in a pasted text.

        Raises:
            InvalidSettingError: it holds none. Never quotes the text.
        """
        ...

    def name_of_key(self, key: Secret) -> str:
        """Return a name for the key's account that does not reveal the key."""
        ...
