"""CLI mode: requests the usage with Claude Code's login, under our own name. Never changes the login."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import Fetched, MissingCredentials, RateLimited, Unauthorized
from claudometer.domain.token_bucket import OAUTH_BUDGET, BucketRule
from claudometer.domain.usage import CLAUDE, Account, AccountId, AccountKey, Mode, Source
from claudometer.providers.claude.login import Login
from claudometer.providers.claude.parse import Usage, reading_of
from claudometer.providers.claude.responses import read_usage
from claudometer.providers.client import Request
from claudometer.providers.server_time import parse_http_date

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from datetime import datetime

    from claudometer.domain.clock import Clock
    from claudometer.domain.next_poll import Why
    from claudometer.domain.outcome import Failure, Outcome
    from claudometer.domain.usage import Reading
    from claudometer.providers.claude.login_reader import LoginReader
    from claudometer.providers.client import Client
    from claudometer.providers.response import Response

SCOPE = "user:profile"
"""The scope that the endpoint requires."""

BETA = "oauth-2025-04-20"
"""Every other program that was examined sends this header, though one says that it is not needed."""

DOUBTED_AFTER = timedelta(minutes=5)
"""A login that expired longer ago than this, by a clock that no server has confirmed, is only in doubt.

A clock that is fast by less does no harm: the login pauses a little early, until Claude Code renews it.
"""


class OAuthSource:
    """The usage endpoint of ``api.anthropic.com``, with the login of Claude Code.

    Args:
        is_clock_verified: returns whether a server has sent its time in this process. Until then, a login
            that has expired by this computer's clock is in doubt: the clock may be hours fast.
    """

    provider = CLAUDE

    def __init__(
        self,
        *,
        client: Client,
        login: LoginReader,
        clock: Clock,
        is_clock_verified: Callable[[], bool] = lambda: True,
    ) -> None:
        self._client = client
        self._is_clock_verified = is_clock_verified
        self._login = login
        self._clock = clock
        self._proven: AccountId | None = None

    @property
    def budget(self) -> BucketRule | None:
        """The token bucket's rule, as measured at the endpoint."""
        return OAUTH_BUDGET

    async def identify(self) -> AccountId | MissingCredentials | Unauthorized:
        """Read the login again and return its account, or why it cannot be used. Sends nothing."""
        login = await self._read_usable()
        if not isinstance(login, Login):
            return login
        account = self._account_id(login)
        if _has_expired(login, self._clock.now()):
            return Unauthorized(ErrorCode.LOGIN_RESTING, account, in_doubt=True)
        return account

    async def fetch(self, why: Why) -> Outcome:
        """Send one request. ``Unauthorized`` states whether Claude Code has renewed its login meanwhile."""
        login = await self._read_usable()
        if not isinstance(login, Login):
            return login
        outcome = await self._request_usage(login, why)
        if not isinstance(outcome, Unauthorized):
            return outcome
        found = await self._read_usable(bypass_cache=True)
        renewed = isinstance(found, Login) and found.access_token != login.access_token
        return replace(outcome, account=self._account_id(login), superseded=renewed)

    async def credentials_mark(self) -> str:
        """Return a digest of the access token, which Claude Code replaces every few hours."""
        login = await self._login.read()
        return _short_hash(login.access_token.reveal()) if isinstance(login, Login) else ""

    async def credentials_stamp(self) -> Hashable:
        """Return a value that changes with the stored login."""
        return await self._login.stamp()

    async def _read_usable(self, *, bypass_cache: bool = False) -> Login | MissingCredentials | Unauthorized:
        """Read the login. One that the server would refuse is refused here, so that no request is wasted."""
        login = await self._login.read(bypass_cache=bypass_cache)
        if isinstance(login, MissingCredentials):
            return login
        account = self._account_id(login)
        if _has_expired(login, self._clock.now()):
            # A cached login may have expired although Claude Code has renewed it since.
            if not bypass_cache:
                return await self._read_usable(bypass_cache=True)
            if self._is_clock_verified() or not _has_expired(login, self._clock.now() - DOUBTED_AFTER):
                return Unauthorized(ErrorCode.LOGIN_RESTING, account)
        # A login of an older version lists no scopes: then the server decides.
        if login.scopes and SCOPE not in login.scopes:
            return Unauthorized(ErrorCode.LOGIN_SCOPE_MISSING, account)
        return login

    async def _request_usage(self, login: Login, why: Why) -> Outcome:
        headers = {"Authorization": f"Bearer {login.access_token.reveal()}", "anthropic-beta": BETA}
        account = str(AccountKey(CLAUDE, self._account_id(login)))
        request = Request("usage", "usage", self._read, account=account)
        result = await self._client.send(request, headers, why)
        value, now = result.value, self._clock.now()
        if isinstance(value, Usage):
            self._proven = self._account_id(login)
            return Fetched(self._build_reading(login, value, now))
        if result.response is None:
            return value
        # The server's clock counts: ours may be slow or fast, and the token may have expired meanwhile.
        server_now = parse_http_date(result.response.headers.get("date"))
        expired = _has_expired(login, now if server_now is None else server_now)
        if expired and _may_mean_expired(value):
            return Unauthorized(ErrorCode.LOGIN_RESTING)
        return Unauthorized(ErrorCode.LOGIN_MAY_LACK_SCOPE) if self._may_lack_scope(login, value) else value

    def _may_lack_scope(self, login: Login, failure: Failure) -> bool:
        """Return whether a 429 perhaps means that the login cannot show usage, and not that we should wait.

        A token of ``claude setup-token`` gets a 429 without a request id, as a request without any token
        does. A login with the right scope, or one that has shown usage before, is simply limited.
        """
        is_at_edge = isinstance(failure, RateLimited) and failure.at_edge
        return is_at_edge and not login.scopes and self._account_id(login) != self._proven

    def _read(self, response: Response) -> Usage | Failure:
        return read_usage(response, Source.OAUTH, now=self._clock.now())

    def _build_reading(self, login: Login, usage: Usage, now: datetime) -> Reading:
        account = Account(
            self._account_id(login), Mode.CLI, login.organization_id, plan=login.plan, tier=login.tier
        )
        return reading_of(usage, account, Source.OAUTH, now)

    def _account_id(self, login: Login) -> AccountId:
        return account_id(login, str(self._login.folder))


def account_id(login: Login, folder: str) -> AccountId:
    """Identify the account of a login by its organization.

    Logins of older versions do not contain the organization. Their folder, however it is spelled, and plan
    identify them, because Claude Code replaces both tokens at every renewal.

    Args:
        folder: where the login is kept, if the login does not say so.
    """
    if login.organization_id is not None:
        return AccountId(login.organization_id)
    plan = f"\0{login.plan}" if login.plan else ""
    return AccountId(f"login-{_short_hash(f'{login.folder or folder}{plan}')}")


def _has_expired(login: Login, now: datetime) -> bool:
    return login.expires_at is not None and login.expires_at <= now


def _may_mean_expired(failure: Failure) -> bool:
    """Return whether the failure is one of those observed for an expired token: 429 and 401."""
    return isinstance(failure, RateLimited) or failure == Unauthorized(ErrorCode.LOGIN_REJECTED)


def _short_hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:12]
