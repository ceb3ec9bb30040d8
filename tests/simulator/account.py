"""The simulated account: which credentials the servers accept, and the error responses for others."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Any

from tests.simulator import bodies

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.simulator.script import Reply

ACCESS_TOKEN = "sk-ant-oat01-simulated-access-token-0001"
SESSION_KEY = "sk-ant-sid02-simulated-session-key-0001"
CHAT_ORGANIZATION = "5d2f9e70-0a1b-4c2d-8e3f-000000000001"
API_ORGANIZATION = "0b7e4c1a-0a1b-4c2d-8e3f-000000000002"
TEAM_ORGANIZATION = "77aa1c52-0a1b-4c2d-8e3f-000000000003"

SCOPES = ("user:inference", "user:profile", "user:sessions:claude_code")

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(slots=True)
class Token:
    """An access token as the server knows it.

    ``usage`` returns the usage of the token's account. Tokens without it share the usage of `Account`.
    """

    scopes: tuple[str, ...] = SCOPES
    expires_at: datetime | None = None
    revoked: bool = False
    usage: Callable[[datetime], object] | None = None


def organization(uuid: str, name: str, *capabilities: str, tier: str = "default_claude_ai") -> dict[str, Any]:
    """Build an entry of the organizations list, in the form of claude.ai's response."""
    return {
        "uuid": uuid,
        "id": 481_516,
        "name": name,
        "capabilities": list(capabilities),
        "rate_limit_tier": tier,
        "billing_type": "stripe_subscription",
        "raven_type": "team" if "raven" in capabilities else None,
    }


CONSOLE = organization(API_ORGANIZATION, "Example Console", "api", tier="auto_prepaid_tier_1")
HOME = organization(CHAT_ORGANIZATION, "Example Home", "chat", "claude_max", tier="default_claude_max_5x")
TEAM = organization(TEAM_ORGANIZATION, "Example Team", "chat", "raven", tier="default_raven")


@dataclass(slots=True)
class Account:
    """The account's data. A changed field applies from the next request on."""

    tokens: dict[str, Token] = field(default_factory=lambda: {ACCESS_TOKEN: Token()})
    session_keys: set[str] = field(default_factory=lambda: {SESSION_KEY})
    organizations: list[dict[str, Any]] = field(default_factory=lambda: [CONSOLE, HOME])
    usage: Callable[[datetime], object] = lambda _now: {}

    def refuse_token(self, authorization: str | None, now: datetime) -> Reply | None:
        """Return the error response of ``/api/oauth/usage`` to a bearer header, ``None`` if it is valid."""
        token = self.tokens.get((authorization or "").removeprefix("Bearer "))
        if token is None:
            return bodies.UNKNOWN_TOKEN
        if token.revoked:
            return bodies.REVOKED
        if token.expires_at is not None and token.expires_at <= now:
            return bodies.EXPIRED
        return None if "user:profile" in token.scopes else bodies.NO_SCOPE

    def usage_of(self, authorization: str | None, now: datetime) -> object:
        """Return the usage that a bearer header may see."""
        token = self.tokens.get((authorization or "").removeprefix("Bearer "))
        return (self.usage if token is None or token.usage is None else token.usage)(now)

    def refuse_cookie(self, cookie: str | None) -> Reply | None:
        """Return claude.ai's error response to a cookie header, ``None`` if it is valid.

        The status of an ended session is 403, not 401.
        """
        return None if self.knows_cookie(cookie) else bodies.DEAD_SESSION

    def refuse_organization(self, uuid: str) -> Reply | None:
        """Return the error response to an organization's id, ``None`` if it has usage.

        Organizations of the console and of other accounts have none.
        """
        if not _UUID.fullmatch(uuid):
            return bodies.BAD_ID
        allowed = {
            entry["uuid"] for entry in self.organizations if "chat" in (entry.get("capabilities") or ())
        }
        return None if uuid in allowed else bodies.WRONG_ORGANIZATION

    def knows_cookie(self, cookie: str | None) -> bool:
        """Return whether the header has a valid session key."""
        return cookies_of(cookie).get("sessionKey") in self.session_keys


def cookie_names(header: str | None) -> tuple[str, ...]:
    """Return the sorted names of the cookies in a header."""
    return tuple(sorted(cookies_of(header)))


def cookies_of(header: str | None) -> dict[str, str]:
    """Return the cookies of a header by name, or an empty dictionary if it is malformed."""
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header or "").items()}
    except CookieError:
        return {}


def write_login(
    folder: Path, token: str = ACCESS_TOKEN, *, organization: str = CHAT_ORGANIZATION, **changes: object
) -> Path:
    """Write a login file as Claude Code does and return it; ``changes`` replace ``claudeAiOauth`` fields."""
    login = {
        "accessToken": token,
        "refreshToken": "sk-ant-ort01-simulated-refresh-token",
        "expiresAt": int((datetime.now(UTC) + timedelta(hours=8)).timestamp() * 1000),
        "scopes": list(SCOPES),
        "subscriptionType": "max",
        "rateLimitTier": "default_claude_max_5x",
    }
    content = {"claudeAiOauth": login | changes, "organizationUuid": organization}
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / ".credentials.json"
    temporary = path.with_suffix(".new")
    temporary.write_text(json.dumps(content), encoding="utf-8")
    temporary.chmod(0o600)
    temporary.replace(path)  # a running program must never read half of the file
    return path
