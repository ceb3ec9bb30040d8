"""Finds the session key with which a response of claude.ai replaces the one that was sent. Pure.

The server also uses the cookie to *end* a session, with an empty value or a date in the past. So a line
counts only if a browser would keep the cookie, and only if its value is a session key.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from claudometer.domain.secret import Secret
from claudometer.providers.claude.session_key import is_session_key
from claudometer.providers.server_time import parse_http_date

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

COOKIE = "sessionKey"

_SECONDS = re.compile(r"-?[0-9]{1,15}")


def renewed_key(lines: Sequence[Secret], sent: Secret, *, host: str, now: datetime) -> Secret | None:
    """Return the key to use from now on, ``None`` to keep the one that was sent.

    Args:
        lines: the ``Set-Cookie`` lines of one response, in its order; the last applicable line counts.
        sent: the key that was sent.
        host: the server's host, which cannot set cookies for other domains.
        now: aware UTC; tells whether a cookie has expired.
    """
    # The last line counts, as in a browser's cookie jar.
    values = [value for line in lines if (value := _value_for(line.reveal(), host, now)) is not None]
    if not values or not is_session_key(values[-1]) or values[-1] == sent.reveal():
        return None
    return Secret(values[-1])


def _value_for(line: str, host: str, now: datetime) -> str | None:
    """Return the line's value, "" if it ends the session, ``None`` if the line is not applicable."""
    pair, *rest = line.split(";")
    name, _, value = pair.partition("=")
    halves = (part.partition("=") for part in rest)
    attributes = {key.strip().lower(): text.strip() for key, _, text in halves}
    # A browser keeps no cookie that a server sets for another domain.
    if name.strip() != COOKIE or not _belongs_to(attributes.get("domain", ""), host):
        return None
    # A line that deletes the cookie counts as well: it overrides an earlier one that sets it.
    return "" if _has_expired(attributes, now) else value.strip()


def _belongs_to(domain: str, host: str) -> bool:
    wanted = domain.lower().removeprefix(".")
    return not wanted or host == wanted or host.endswith(f".{wanted}")


def _has_expired(attributes: Mapping[str, str], now: datetime) -> bool:
    """Return whether the cookie has expired. ``Max-Age`` has precedence over ``Expires`` (RFC 6265, 5.3)."""
    if _SECONDS.fullmatch(attributes.get("max-age", "")):
        return int(attributes["max-age"]) <= 0
    expires = parse_http_date(attributes.get("expires"))
    return expires is not None and expires <= now
