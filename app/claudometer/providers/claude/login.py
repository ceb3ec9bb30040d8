"""Parses the login that Claude Code stores. Pure. The token is a ``Secret`` from here on."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import MissingCredentials
from claudometer.domain.secret import Secret
from claudometer.providers.claude.parse import Decoded, decode
from claudometer.providers.claude.plans import plan_of_login
from claudometer.providers.claude.times import parse_time
from claudometer.providers.claude.values import read_list, read_object, read_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

# Visible ASCII without ";", which would end a cookie's value.
_HEADER_SAFE = re.compile(r"[!-:<-~]{1,4096}")
_HEX = re.compile(rb"(?:0x)?((?:[0-9A-Fa-f]{2})+)")

_MISSING = MissingCredentials(ErrorCode.LOGIN_MISSING)
_UNREADABLE = MissingCredentials(ErrorCode.LOGIN_UNREADABLE)


@dataclass(frozen=True, slots=True)
class Login:
    """The parts of Claude Code's login that reading usage needs.

    Attributes:
        expires_at: when the access token expires, aware UTC; ``None`` if unknown, which is not expired.
        scopes: the token's OAuth scopes; empty if unknown.
        plan: as of the login; Claude Code does not update it. ``tier`` is the server's own word for it.
        folder: where it is kept, links followed, so that one folder has one name; empty if unknown.
    """

    access_token: Secret
    expires_at: datetime | None
    scopes: frozenset[str]
    plan: str | None
    tier: str | None
    organization_id: str | None
    folder: str = field(default="", compare=False)


def parse_login(blob: bytes) -> Login | MissingCredentials:
    """Parse the content of the credentials file or the keychain item.

    Returns:
        The login; ``LOGIN_UNREADABLE`` for content that may be half written; ``LOGIN_MISSING`` for complete
        content without a login, since the file may contain only the logins of MCP servers.
    """
    decoded = decode(blob)
    if not isinstance(decoded, Decoded) or not isinstance(decoded.value, dict):
        return _UNREADABLE
    outer = read_object(decoded.value)
    # Older versions of Claude Code store the login at the top level.
    inner = read_object(outer.get("claudeAiOauth", outer))
    token = inner.get("accessToken")
    # Complete, but without a login: that is a log-out, while half a file is not.
    if not isinstance(token, str) or not token.strip():
        return _MISSING
    # httpx would raise, with the token in the message.
    if not is_header_safe(token.strip()):
        return _UNREADABLE
    return _build(Secret(token.strip()), inner, outer)


def _build(token: Secret, inner: Mapping[str, object], outer: Mapping[str, object]) -> Login:
    return Login(
        access_token=token,
        expires_at=parse_time(inner.get("expiresAt")),
        scopes=_read_scopes(inner.get("scopes")),
        plan=plan_of_login(inner.get("subscriptionType"), inner.get("rateLimitTier")),
        tier=read_text(inner.get("rateLimitTier")),
        organization_id=read_text(outer.get("organizationUuid")) or read_text(inner.get("organizationUuid")),
    )


def _read_scopes(value: object) -> frozenset[str]:
    words = value.split() if isinstance(value, str) else read_list(value)
    return frozenset(word for word in words if isinstance(word, str))


def is_header_safe(secret: str) -> bool:
    """Return whether a header can carry ``secret``: 1 to 4096 visible ASCII characters without ``;``."""
    return _HEADER_SAFE.fullmatch(secret) is not None


def decode_keychain(output: bytes) -> bytes:
    """Return the value that ``security … -w`` printed, as hex if it has line breaks or non-ASCII text."""
    text = output.strip()
    # A login is an object and begins with a brace, so it never looks like hex itself.
    found = _HEX.fullmatch(text)
    return bytes.fromhex(found.group(1).decode("ascii")) if found else text
