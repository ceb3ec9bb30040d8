"""Web mode: asks claude.ai with a session key. Keeps the list of organizations, never a cookie."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
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
from claudometer.domain.usage import CLAUDE, Account, AccountId, Mode, Organization, Reading, Source
from claudometer.providers.claude.answers import read_organizations, read_usage
from claudometer.providers.claude.login import is_header_safe
from claudometer.providers.claude.organizations import choose_organization
from claudometer.providers.claude.parse import Usage
from claudometer.providers.claude.rotation import COOKIE, renewed_key
from claudometer.providers.claude.session_key import name_of
from claudometer.providers.client import Request

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Hashable, Sequence

    from claudometer.domain.budget import BucketRule
    from claudometer.domain.clock import Clock
    from claudometer.domain.outcome import Outcome
    from claudometer.domain.policy import Why
    from claudometer.domain.secret import Secret
    from claudometer.providers.base import KeyRenewals, SessionKeyReader
    from claudometer.providers.claude.browser_client import BrowserAccess
    from claudometer.providers.client import Client, Result
    from claudometer.providers.response import Response

log = logging.getLogger(__name__)

LIST_FOR_S = 3600.0
FRESH_KEY_PAUSES_S = (1.5, 3.0, 4.5)
"""A session key only seconds old was seen to be refused for this long."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Listed:
    """The organizations of one account, as of a monotonic time."""

    name: str
    at: float
    organizations: tuple[Organization, ...]


@dataclass(slots=True)
class _Route:
    """How one attempt asks: the plain client, or a browser in its stead; an answer may replace the key."""

    client: Client
    source: Source
    key: Secret
    why: Why


class NoRenewals:
    """For a key that is asked with and not kept: its account is its own, and a newer one goes unheard."""

    def name_of(self, key: Secret) -> str:
        """Name the account by the key."""
        return name_of(key)

    async def renew(self, old: Secret, new: Secret) -> None:
        """Keep nothing."""


NO_RENEWALS = NoRenewals()


class WebSource:
    """The usage page's own endpoints on ``claude.ai``.

    ``browser`` is used when the server asks for one. ``fresh_key`` is patient with a key just pasted.
    """

    provider = CLAUDE

    def __init__(  # noqa: PLR0913 - named by their words, and built in one place
        self,
        *,
        client: Client,
        browser: BrowserAccess | None = None,
        session_key: SessionKeyReader,
        renewals: KeyRenewals = NO_RENEWALS,
        organization_id: Callable[[], str | None],
        clock: Clock,
        fresh_key: bool = False,
    ) -> None:
        self._client = client
        self._browser = browser
        self._session_key = session_key
        self._renewals = renewals
        self._organization_id = organization_id
        self._clock = clock
        self._pauses_s: Sequence[float] = FRESH_KEY_PAUSES_S if fresh_key else ()
        self._listed: _Listed | None = None

    @property
    def budget(self) -> BucketRule | None:
        """No budget was ever seen here: the user's interval counts."""
        return None

    async def identify(self) -> AccountId | MissingCredentials | Unauthorized:
        """Read the key anew and name the account by it: nothing else is known before asking."""
        key = await self._read_key()
        if isinstance(key, MissingCredentials):
            return key
        return account_of(self._renewals.name_of(key), self._organization_id())

    async def fetch(self, why: Why) -> Outcome:
        """Ask once for the usage, and before that for the organizations if they are not known.

        The plain client comes first each time: when Cloudflare lets it through again, nothing else is needed.
        """
        key = await self._read_key()
        if isinstance(key, MissingCredentials):
            return key
        plain = _Route(self._client, Source.WEB, key, why)
        outcome = await self._fetch(plain)
        browser = self._browser
        if browser is None or outcome != Challenged():
            return outcome
        return await browser.refuse() or await self._fetch_through(browser, plain.key, why)

    async def _fetch_through(self, browser: BrowserAccess, key: Secret, why: Why) -> Outcome:
        try:
            async with browser.open(key) as client:
                outcome = await self._fetch(_Route(client, Source.BROWSER, key, why))
        except OSError:
            log.exception("the browser could not be started")
            return Challenged(ErrorCode.BROWSER_FAILED)
        return Challenged(ErrorCode.BROWSER_CHALLENGED) if outcome == Challenged() else outcome

    async def _fetch(self, route: _Route) -> Outcome:
        organizations = self._remembered(route.key) or await self._list(route)
        if not isinstance(organizations, tuple):
            return organizations
        chosen = choose_organization(organizations, self._organization_id())
        if isinstance(chosen, MissingCredentials):
            if chosen.code is ErrorCode.ORGANIZATIONS_WITHOUT_CHAT:
                self._listed = None  # the next question is a click: perhaps a plan was bought
            return chosen
        usage = await self._ask_usage(route, chosen)
        if isinstance(usage, Usage):
            return Fetched(self._build_reading(route, chosen, usage), organizations)
        if _doubts_the_list(usage):
            self._listed = None
        return usage

    async def credentials_stamp(self) -> Hashable:
        """Nothing to follow: the key changes through our own settings, and looking may unlock a keyring."""
        return None

    async def aclose(self) -> None:
        """Nothing is kept open between requests."""

    async def _read_key(self) -> Secret | MissingCredentials:
        key = await self._session_key()
        if isinstance(key, MissingCredentials) or is_header_safe(key.reveal()):
            return key
        return MissingCredentials(ErrorCode.SESSION_KEY_MALFORMED)

    def _remembered(self, key: Secret) -> tuple[Organization, ...] | None:
        listed = self._listed
        if listed is None or listed.name != self._renewals.name_of(key):
            return None
        return listed.organizations if self._clock.monotonic() - listed.at < LIST_FOR_S else None

    async def _list(self, route: _Route) -> tuple[Organization, ...] | Failure:
        organizations = await self._ask(
            Request(
                "organizations",
                "organizations",
                lambda answer: read_organizations(answer, now=self._clock.now()),
                COOKIE,
            ),
            route,
        )
        if isinstance(organizations, tuple):
            name = self._renewals.name_of(route.key)
            self._listed = _Listed(name, self._clock.monotonic(), organizations)
        return organizations

    async def _ask_usage(self, route: _Route, chosen: Organization) -> Usage | Failure:
        return await self._ask(
            Request(
                f"organizations/{quote(chosen.id, safe='')}/usage",
                "organizations/{id}/usage",
                lambda answer: read_usage(answer, Source.WEB, now=self._clock.now()),
                COOKIE,
            ),
            route,
        )

    def _build_reading(self, route: _Route, chosen: Organization, usage: Usage) -> Reading:
        account_id = account_of(self._renewals.name_of(route.key), self._organization_id())
        account = Account(account_id, Mode.WEB, chosen.id, chosen.name, chosen.plan)
        return Reading(
            CLAUDE, account, route.source, self._clock.now(), usage.limits, usage.spend, usage.left_out
        )

    async def _ask(self, request: Request[T], route: _Route) -> T | Failure:
        # The session key alone: a whole cookie jar was seen to be refused.
        headers = {"Cookie": f"{COOKIE}={route.key.reveal()}"}
        result = await send_patiently(lambda: route.client.send(request, headers, route.why), self._pauses_s)
        if result.response is not None and result.response.status != 401:
            self._pauses_s = ()
        if result.response is not None and not isinstance(result.value, Failure):
            await self._take_renewed(result.response, route)
        return result.value

    async def _take_renewed(self, answer: Response, route: _Route) -> None:
        """Go on with the key that came with what was asked for: no refusal, no foreign page brings one."""
        renewed = renewed_key(answer.cookies, route.key, host=self._client.host, now=self._clock.now())
        if renewed is not None:
            await self._renewals.renew(route.key, renewed)
            route.key = renewed


def account_of(name: str, organization_id: str | None) -> AccountId:
    """Name an account before anything was asked: by its key, and by the organization the user chose."""
    return AccountId(f"{name}:{organization_id}" if organization_id else name)


async def send_patiently(ask: Callable[[], Awaitable[Result[T]]], pauses_s: Sequence[float]) -> Result[T]:
    """Ask, and again after each pause for as long as the answer is 401."""
    result = await ask()
    for pause_s in pauses_s:
        if result.response is None or result.response.status != 401:
            break
        await asyncio.sleep(pause_s)
        result = await ask()
    return result


def _doubts_the_list(failure: Failure) -> bool:
    """Tell whether the failure may mean that the organization is not ours any more."""
    doubtful = (ErrorCode.ORGANIZATION_REFUSED, ErrorCode.NOT_FOUND, ErrorCode.FORBIDDEN)
    refused = isinstance(failure, ServerError) and failure.code in doubtful
    return refused or isinstance(failure, Unauthorized)
