"""Finds the session key that a response of claude.ai sets, and when it ends. Pure.

The server also uses the cookie to *end* a session, with an empty value or a date in the past. So a line
counts only if a browser would keep the cookie, and only if its value is a session key.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from claudometer.domain.secret import Secret
from claudometer.providers.claude.session_key import is_session_key
from claudometer.providers.server_time import parse_http_date

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

COOKIE = "sessionKey"

_SECONDS = re.compile(r"-?[0-9]{1,15}")

LONGEST = timedelta(days=400)
"""Browsers keep no cookie for longer (RFC 6265bis, 5.5), so a later end says nothing."""


@dataclass(frozen=True, slots=True)
class SetKey:
    """The session key that a response sets: a new one, or the same again.

    Attributes:
        ends_at: when a browser drops the cookie, aware UTC; ``None`` if the response does not say.
    """

    key: Secret
    ends_at: datetime | None


def find_set_key(lines: Sequence[Secret], *, host: str, now: datetime) -> SetKey | None:
    """Return the key to use from now on, ``None`` if the response sets none.

    Args:
        lines: the ``Set-Cookie`` lines of one response, in its order.
        host: the server's host, which cannot set cookies for other domains.
        now: aware UTC; tells whether a cookie has expired.
    """
    # The last applicable line counts, as in a browser's cookie jar.
    found = [each for line in lines if (each := _value_for(line.reveal(), host, now)) is not None]
    if not found or not is_session_key(found[-1][0]):
        return None
    value, ends_at = found[-1]
    return SetKey(Secret(value), ends_at)


def _value_for(line: str, host: str, now: datetime) -> tuple[str, datetime | None] | None:
    """Return the line's value, "" if it ends the session, and its end; ``None`` if it is not applicable."""
    pair, *rest = line.split(";")
    name, _, value = pair.partition("=")
    halves = (part.partition("=") for part in rest)
    attributes = {key.strip().lower(): text.strip() for key, _, text in halves}
    # A browser keeps no cookie that a server sets for another domain.
    if name.strip() != COOKIE or not _belongs_to(attributes.get("domain", ""), host):
        return None
    # A line that deletes the cookie counts as well: it overrides an earlier one that sets it.
    ends_at = _end_of(attributes, now)
    if ends_at is not None and ends_at <= now:
        return "", None
    return value.strip(), None if ends_at is not None and ends_at > now + LONGEST else ends_at


def _belongs_to(domain: str, host: str) -> bool:
    wanted = domain.lower().removeprefix(".")
    return not wanted or host == wanted or host.endswith(f".{wanted}")


def _end_of(attributes: Mapping[str, str], now: datetime) -> datetime | None:
    """Return when the cookie expires. ``Max-Age`` has precedence over ``Expires`` (RFC 6265, 5.3)."""
    if _SECONDS.fullmatch(attributes.get("max-age", "")):
        # Of more seconds than a time can have, only the sign matters.
        seconds = max(-1, min(int(attributes["max-age"]), 2 * LONGEST // timedelta(seconds=1)))
        return now + timedelta(seconds=seconds)
    return parse_http_date(attributes.get("expires"))
