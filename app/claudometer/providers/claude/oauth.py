"""CLI mode: asks ``GET usage`` with Claude Code's login. Sends our own name and never touches the login."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from claudometer.domain.budget import OAUTH_BUDGET, BucketRule
from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import Fetched, MissingCredentials, RateLimited, Unauthorized
from claudometer.domain.usage import CLAUDE, Account, AccountId, Mode, Reading, Source
from claudometer.providers.claude.answers import read_usage
from claudometer.providers.claude.login import Login
from claudometer.providers.claude.parse import Usage
from claudometer.providers.client import Request
from claudometer.providers.server_time import parse_http_date

if TYPE_CHECKING:
    from collections.abc import Hashable
    from datetime import datetime

    from claudometer.domain.clock import Clock
    from claudometer.domain.outcome import Failure, Outcome
    from claudometer.domain.policy import Why
    from claudometer.providers.claude.credentials import LoginReader
    from claudometer.providers.client import Client
    from claudometer.providers.response import Response

SCOPE = "user:profile"
BETA = "oauth-2025-04-20"


class OAuthSource:
    """The usage endpoint of ``api.anthropic.com``, asked in the name of the logged-in Claude Code."""

    provider = CLAUDE

    def __init__(self, *, client: Client, login: LoginReader, clock: Clock) -> None:
        self._client = client
        self._login = login
        self._clock = clock

    @property
    def budget(self) -> BucketRule | None:
        """The endpoint's measured budget."""
        return OAUTH_BUDGET

    async def identify(self) -> AccountId | MissingCredentials | Unauthorized:
        """Read the login anew and say whose it is, or why it is of no use. Sends nothing."""
        login = await self._read_usable()
        return self._account_id(login) if isinstance(login, Login) else login

    async def fetch(self, why: Why) -> Outcome:
        """Ask once. A refusal says whether Claude Code has renewed its login in the meantime."""
        login = await self._read_usable()
        if not isinstance(login, Login):
            return login
        outcome = await self._ask(login, why)
        if not isinstance(outcome, Unauthorized):
            return outcome
        found = await self._read_usable(anew=True)
        renewed = isinstance(found, Login) and found.access_token != login.access_token
        return replace(outcome, account=self._account_id(login), superseded=renewed)

    async def credentials_stamp(self) -> Hashable:
        """Follow the place where the login is kept."""
        return await self._login.stamp()

    async def aclose(self) -> None:
        """Nothing is kept open between requests."""

    async def _read_usable(self, *, anew: bool = False) -> Login | MissingCredentials | Unauthorized:
        """Refuse without a request what the server would refuse; it answers 429 to a lapsed token as well."""
        login = await self._login.read(anew=anew)
        if isinstance(login, MissingCredentials):
            return login
        account = self._account_id(login)
        if _has_lapsed(login, self._clock.now()):
            resting = Unauthorized(ErrorCode.LOGIN_RESTING, account)
            return resting if anew else await self._read_usable(anew=True)
        if login.scopes and SCOPE not in login.scopes:
            return Unauthorized(ErrorCode.LOGIN_SCOPE_MISSING, account)
        return login

    async def _ask(self, login: Login, why: Why) -> Outcome:
        headers = {"Authorization": f"Bearer {login.access_token.reveal()}", "anthropic-beta": BETA}
        result = await self._client.send(Request("usage", "usage", self._read), headers, why)
        value, now = result.value, self._clock.now()
        if isinstance(value, Usage):
            return Fetched(self._build_reading(login, value, now))
        if result.response is None:
            return value
        # The server's clock decides: ours may be slow, and the token may have lapsed on the way.
        lapsed = _has_lapsed(login, max(now, parse_http_date(result.response.headers.get("date")) or now))
        return Unauthorized(ErrorCode.LOGIN_RESTING) if lapsed and _may_hide_a_lapse(value) else value

    def _read(self, answer: Response) -> Usage | Failure:
        return read_usage(answer, Source.OAUTH, now=self._clock.now())

    def _build_reading(self, login: Login, usage: Usage, now: datetime) -> Reading:
        account = Account(self._account_id(login), Mode.CLI, login.organization_id, plan=login.plan)
        return Reading(CLAUDE, account, Source.OAUTH, now, usage.limits, usage.spend, usage.left_out)

    def _account_id(self, login: Login) -> AccountId:
        """Name the account by its organization.

        Old logins do not say theirs. What tells two of those apart is where they lie and what plan they are
        of; tokens are no help, since Claude Code replaces both at every renewal.
        """
        if login.organization_id is not None:
            return AccountId(login.organization_id)
        plan = f"\0{login.plan}" if login.plan else ""
        return AccountId(f"login-{_short_hash(f'{self._login.folder}{plan}')}")


def _has_lapsed(login: Login, now: datetime) -> bool:
    return login.expires_at is not None and login.expires_at <= now


def _may_hide_a_lapse(failure: Failure) -> bool:
    """429 and 401 are both seen for a lapsed token, which Claude Code renews at its next use by itself."""
    return isinstance(failure, RateLimited) or failure == Unauthorized(ErrorCode.LOGIN_REJECTED)


def _short_hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:12]
