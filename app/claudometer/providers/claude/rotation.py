"""Finds the session key that claude.ai gives in place of the one it was asked with. Pure.

The same cookie is used to *end* a session, with an empty value or a date that is past. So a line counts only
if a browser would keep it, and its value only if it is a key.
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
    """Return the key to use from now on, ``None`` to stay with the one that was sent.

    Args:
        lines: the ``Set-Cookie`` lines of one answer, in their order; the last one that is for us decides.
        sent: the key that was asked with.
        host: who answered; a line for another domain is not its to set.
        now: tells an ended cookie from a living one.
    """
    ours = [value for line in lines if (value := _value_for(line.reveal(), host, now)) is not None]
    if not ours or not is_session_key(ours[-1]) or ours[-1] == sent.reveal():
        return None
    return Secret(ours[-1])


def _value_for(line: str, host: str, now: datetime) -> str | None:
    """Return a line's value, "" for one that ends the session, ``None`` for a line that is not for us."""
    pair, *rest = line.split(";")
    name, _, value = pair.partition("=")
    halves = (part.partition("=") for part in rest)
    attributes = {key.strip().lower(): text.strip() for key, _, text in halves}
    if name.strip() != COOKIE or not _belongs_to(attributes.get("domain", ""), host):
        return None
    return "" if _has_ended(attributes, now) else value.strip()


def _belongs_to(domain: str, host: str) -> bool:
    wanted = domain.lower().removeprefix(".")
    return not wanted or host == wanted or host.endswith(f".{wanted}")


def _has_ended(attributes: Mapping[str, str], now: datetime) -> bool:
    """Tell whether the cookie ends at once. ``Max-Age`` counts before ``Expires`` (RFC 6265, 5.3)."""
    if _SECONDS.fullmatch(attributes.get("max-age", "")):
        return int(attributes["max-age"]) <= 0
    expires = parse_http_date(attributes.get("expires"))
    return expires is not None and expires <= now
