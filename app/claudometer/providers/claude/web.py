"""Web mode: requests the usage from claude.ai with a session key. Caches organizations, never a cookie."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote

from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import (
    Challenged,
    Failure,
    Fetched,
    MissingCredentials,
    ServerError,
    Unauthorized,
)
from claudometer.domain.usage import CLAUDE, Account, AccountId, AccountKey, Mode, Organization, Source
from claudometer.providers.claude.login import is_header_safe
from claudometer.providers.claude.organizations import (
    blame_variable,
    choose_organization,
    refused_by,
    refused_to_list,
)
from claudometer.providers.claude.parse import Usage, reading_of
from claudometer.providers.claude.renewed_key import COOKIE, find_set_key
from claudometer.providers.claude.responses import read_organizations, read_usage
from claudometer.providers.claude.session_key import name_of
from claudometer.providers.client import Request, send_with_retries

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence
    from datetime import datetime

    from claudometer.domain.clock import Clock
    from claudometer.domain.next_poll import Why
    from claudometer.domain.outcome import Outcome
    from claudometer.domain.secret import Secret
    from claudometer.domain.token_bucket import BucketRule
    from claudometer.domain.usage import Reading
    from claudometer.providers.base import KeyRenewals, SessionKeyReader
    from claudometer.providers.claude.browser_client import BrowserAccess
    from claudometer.providers.client import Client
    from claudometer.providers.response import Response

log = logging.getLogger(__name__)

# Organizations change rarely, so most polls need a single request.
ORGANIZATIONS_MAX_AGE_S = 3600.0
_BY_ORGANIZATION = (
    ErrorCode.ORGANIZATION_REFUSED,
    ErrorCode.ORGANIZATION_DISABLED,
    ErrorCode.ORGANIZATION_GONE,
)
FRESH_KEY_RETRY_DELAYS_S = (1.5, 3.0, 4.5)
"""claude.ai has been observed to refuse a session key that is only seconds old for about this long."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _OrganizationCache:
    """The organizations of one account. ``fetched_at`` is a monotonic time in seconds."""

    account_name: str
    fetched_at: float
    organizations: tuple[Organization, ...]


@dataclass(slots=True)
class _Route:
    """How one attempt sends requests: by the plain client or a browser. A response may replace ``key``."""

    client: Client
    source: Source
    key: Secret
    why: Why


class NullKeyRenewals:
    """Ignores renewals, for a session key that is used once and not stored."""

    def name_of(self, key: Secret) -> str:
        """Return a name derived from the key."""
        return name_of(key)

    async def renew(self, old: Secret, new: Secret) -> None:
        """Do nothing."""

    async def note_end(self, key: Secret, ends_at: datetime | None) -> None:
        """Do nothing."""


NULL_KEY_RENEWALS = NullKeyRenewals()


class WebSource:
    """The endpoints that the usage page of ``claude.ai`` uses itself.

    Args:
        browser: sends the requests when the server requires a browser.
        organization_id: returns the organization that the user chose, ``None`` to choose automatically.
        fresh_key: whether to retry a refused key that the user has just pasted.
        key_variable: the environment variable that the key comes from, if it does.
    """

    provider = CLAUDE

    def __init__(  # noqa: PLR0913 - keyword arguments, and only one caller
        self,
        *,
        client: Client,
        browser: BrowserAccess | None = None,
        session_key: SessionKeyReader,
        renewals: KeyRenewals = NULL_KEY_RENEWALS,
        organization_id: Callable[[], str | None],
        clock: Clock,
        fresh_key: bool = False,
        key_variable: str | None = None,
    ) -> None:
        self._client = client
        self._browser = browser
        self._session_key = session_key
        self._renewals = renewals
        self._organization_id = organization_id
        self._clock = clock
        self._retry_delays_s: Sequence[float] = FRESH_KEY_RETRY_DELAYS_S if fresh_key else ()
        self._key_variable = key_variable
        self._cache: _OrganizationCache | None = None

    @property
    def budget(self) -> BucketRule | None:
        """``None``: claude.ai has shown no limit, so only the user's interval counts."""
        return None

    async def identify(self) -> AccountId | MissingCredentials | Unauthorized:
        """Read the key again and derive the account from it: before a request nothing else is known."""
        key = await self._read_key()
        if isinstance(key, MissingCredentials):
            return key
        return account_of(self._renewals.name_of(key), self._organization_id())

    async def fetch(self, why: Why) -> Outcome:
        """Request the usage, and before that the organizations if they are not cached.

        The plain client comes first each time, so that no browser starts once Cloudflare accepts it again.
        """
        key = await self._read_key()
        if isinstance(key, MissingCredentials):
            return key
        plain = _Route(self._client, Source.WEB, key, why)
        outcome = await self._fetch(plain)
        browser = self._browser
        if browser is not None and outcome == Challenged():
            # Takes a run from the budget, so only once the plain client was really stopped.
            refused = await browser.refuse()
            refused = refused and replace(refused, organizations=outcome.organizations)
            outcome = refused or await self._fetch_through(browser, plain.key, why)
        return blame_variable(outcome, self._key_variable)

    async def _fetch_through(self, browser: BrowserAccess, key: Secret, why: Why) -> Outcome:
        try:
            async with browser.open(key) as client:
                outcome = await self._fetch(_Route(client, Source.BROWSER, key, why))
        except OSError:
            log.exception("the browser could not be started")
            return Challenged(ErrorCode.BROWSER_FAILED)
        if isinstance(outcome, Challenged) and outcome == Challenged():
            return replace(outcome, code=ErrorCode.BROWSER_CHALLENGED)
        return outcome

    async def _fetch(self, route: _Route) -> Outcome:
        cached = self._cached_organizations(route.key)
        organizations = cached or await self._request_organizations(route)
        if not isinstance(organizations, tuple):
            return organizations
        chosen = choose_organization(organizations, self._organization_id())
        if isinstance(chosen, MissingCredentials):
            return chosen
        usage = await self._request_usage(route, chosen)
        if isinstance(usage, Usage):
            return Fetched(self._build_reading(route, chosen, usage), organizations)
        if _may_be_outdated(usage):
            self._cache = None
        if isinstance(usage, Unauthorized) and usage.code in _BY_ORGANIZATION:
            # The user may have changed organizations since the list was cached: a second attempt reads it.
            if cached is not None:
                return replace(usage, superseded=True, organizations=organizations)
            return refused_by(organizations, usage)
        # However this organization refuses, the user can choose another one of the list.
        return replace(usage, organizations=organizations)

    async def credentials_mark(self) -> str:
        """Return the name of the key, which a renewed key keeps."""
        key = await self._read_key()
        return "" if isinstance(key, MissingCredentials) else self._renewals.name_of(key)

    async def credentials_stamp(self) -> Hashable:
        """Return ``None``: the key changes only through our settings, and reading it may prompt."""
        return None

    async def _read_key(self) -> Secret | MissingCredentials:
        key = await self._session_key()
        if isinstance(key, MissingCredentials) or is_header_safe(key.reveal()):
            return key
        return MissingCredentials(ErrorCode.SESSION_KEY_MALFORMED)

    def _cached_organizations(self, key: Secret) -> tuple[Organization, ...] | None:
        cached = self._cache
        if cached is None or cached.account_name != self._renewals.name_of(key):
            return None
        is_recent = self._clock.monotonic() - cached.fetched_at < ORGANIZATIONS_MAX_AGE_S
        return cached.organizations if is_recent else None

    async def _request_organizations(self, route: _Route) -> tuple[Organization, ...] | Failure:
        organizations = await self._send(
            Request(
                "organizations",
                "organizations",
                lambda response: read_organizations(response, now=self._clock.now()),
                COOKIE,
            ),
            route,
        )
        if isinstance(organizations, tuple):
            name = self._renewals.name_of(route.key)
            # By the account's name and not by the key: a renewal keeps the cache.
            self._cache = _OrganizationCache(name, self._clock.monotonic(), organizations)
        return refused_to_list(organizations) if isinstance(organizations, Unauthorized) else organizations

    async def _request_usage(self, route: _Route, chosen: Organization) -> Usage | Failure:
        return await self._send(
            Request(
                # Quoted: the id comes from a server, and could lead to another path.
                f"organizations/{quote(chosen.id, safe='')}/usage",
                "organizations/{id}/usage",
                lambda response: read_usage(response, Source.WEB, now=self._clock.now()),
                COOKIE,
            ),
            route,
        )

    def _build_reading(self, route: _Route, chosen: Organization, usage: Usage) -> Reading:
        account_id = account_of(self._renewals.name_of(route.key), self._organization_id())
        account = Account(account_id, Mode.WEB, chosen.id, chosen.name, chosen.plan, chosen.tier)
        return reading_of(usage, account, route.source, self._clock.now())

    async def _send(self, request: Request[T], route: _Route) -> T | Failure:
        # Only the session key: the server has been observed to refuse a complete cookie jar.
        headers = {"Cookie": f"{COOKIE}={route.key.reveal()}"}
        account = AccountKey(CLAUDE, AccountId(self._renewals.name_of(route.key)))
        request = replace(request, account=str(account))
        result = await send_with_retries(
            lambda: route.client.send(request, headers, route.why), self._retry_delays_s
        )
        # The key has been accepted, or refused for another reason, so retries are over.
        if result.response is not None and result.response.status != 401:
            self._retry_delays_s = ()
        if result.response is not None and not isinstance(result.value, Failure):
            await self._take_renewed(result.response, route)
        return result.value

    async def _take_renewed(self, response: Response, route: _Route) -> None:
        """Use the key that a successful response sets. Callers exclude refusals and pages from elsewhere."""
        found = find_set_key(response.cookies, host=self._client.host, now=self._clock.now())
        if found is None:
            return
        if found.key != route.key:
            await self._renewals.renew(route.key, found.key)
            # The second request of the same poll already needs it: the old key may no longer be accepted.
            route.key = found.key
        await self._renewals.note_end(route.key, found.ends_at)


def account_of(name: str, organization_id: str | None) -> AccountId:
    """Derive an account id, without a request, from the key's name and the organization the user chose."""
    return AccountId(f"{name}:{organization_id}" if organization_id else name)


def _may_be_outdated(failure: Failure) -> bool:
    """Return whether the cached organizations may be outdated: the failure may mean that we lost access."""
    doubtful = (ErrorCode.NOT_FOUND, ErrorCode.FORBIDDEN)
    refused = isinstance(failure, ServerError) and failure.code in doubtful
    return refused or isinstance(failure, Unauthorized)
