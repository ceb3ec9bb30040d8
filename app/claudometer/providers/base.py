"""The interfaces that a provider implements for the engine: sources and rules. Names no provider."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from claudometer.domain.outcome import MissingCredentials
from claudometer.domain.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence
    from datetime import datetime

    from claudometer.domain.next_poll import Coverage, Why
    from claudometer.domain.outcome import Outcome, Unauthorized
    from claudometer.domain.token_bucket import BucketRule
    from claudometer.domain.usage import AccountId, LocalLogin, LocalReading, ProviderId, Reading

    T = TypeVar("T")
    Rule = Callable[[Reading | None, Sequence[LocalReading], LocalLogin, datetime], T | None]
    """Takes the server's last reading, what the local sources read last, the login to which their numbers
    should belong, and the time (aware UTC)."""

SessionKeyReader = Callable[[], Awaitable[Secret | MissingCredentials]]
"""Returns the session key, or why it is missing."""


class KeyRenewals(Protocol):
    """Handles session keys with which a server replaces earlier ones, and knows the account of each key."""

    def name_of(self, key: Secret) -> str:
        """Return a name for the key's account, which renewals keep and which does not reveal the key."""
        ...

    async def renew(self, old: Secret, new: Secret) -> None:
        """Use ``new`` instead of ``old``, kept in the same place. Does not raise if the keyring fails."""
        ...

    async def note_end(self, key: Secret, ends_at: datetime | None) -> None:
        """Record when ``key`` expires (aware UTC); ``None`` if the server set it without an expiry."""
        ...


class UsageSource(Protocol):
    """One way to get a reading. All methods run on the engine's event loop and never block it."""

    @property
    def provider(self) -> ProviderId:
        """The provider whose accounts this source reads."""
        ...

    @property
    def budget(self) -> BucketRule | None:
        """The token bucket's rule, or ``None`` when only the user's interval limits the requests."""
        ...

    async def identify(self) -> AccountId | MissingCredentials | Unauthorized:
        """Read the credentials again and return their account. Sends nothing."""
        ...

    async def fetch(self, why: Why) -> Outcome:
        """Fetch a reading. Expected failures are returned, exceptions are bugs. ``why`` is for the ledger."""
        ...

    async def credentials_stamp(self) -> Hashable:
        """Return a cheap value that changes with the credentials. Sends nothing, never prompts."""
        ...

    async def credentials_mark(self) -> str:
        """Return a name for the credentials that :meth:`identify` has just read; it does not reveal them.

        It is the same in every process until they change; empty if no server can refuse them.
        """
        ...


class LocalSource(Protocol):
    """Reads numbers that another program left on this computer, which costs no request.

    Never sends, never prompts, never blocks the event loop.
    """

    async def stamp(self) -> Hashable:
        """Return a cheap value that changes when there may be new numbers."""
        ...

    async def read(self) -> LocalReading | None:
        """Read the numbers; ``None`` if no number is usable. Never raises, whatever a file contains."""
        ...


class LimitHitSource(Protocol):
    """Reports when the provider's own program last hit a limit. Never sends, never prompts."""

    async def stamp(self) -> Hashable:
        """Return a cheap value that changes when another limit may have been hit."""
        ...

    async def read(self) -> datetime | None:
        """Return that time, aware UTC by this computer's clock; ``None`` if the present account has none."""
        ...


@dataclass(frozen=True, slots=True)
class ProviderRules:
    """What only the provider knows about its numbers and session keys, as pure functions.

    Attributes:
        merge: returns the server's last reading, updated with every number that a local source knows better.
        coverage: returns what the local sources cover, so that no request is needed for it; ``None`` for
            nothing.
        parse_key: finds the session key in a pasted text. Raises ``InvalidSettingError``, which never quotes
            the text, if there is none.
        name_of_key: returns a name for the key's account that does not reveal the key.
    """

    merge: Rule[Reading]
    coverage: Rule[Coverage]
    parse_key: Callable[[str], Secret]
    name_of_key: Callable[[Secret], str]
