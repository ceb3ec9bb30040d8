"""Classifies responses that contain no numbers. Pure.

The status decides first, then the body: see ``error_meanings``. Only a refusal that waiting does not cure,
of the credentials or by the organization, is ``Unauthorized``, which pauses polling until the user acts, or
for a day. After any other failure polling continues.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import (
    Challenged,
    Failure,
    Offline,
    RateLimited,
    ServerError,
    Unauthorized,
    Unreadable,
)
from claudometer.domain.usage import Source
from claudometer.providers.claude.error_meanings import Meaning, has_type, meaning_of, texts_of
from claudometer.providers.claude.parse import Decoded, decode
from claudometer.providers.claude.times import parse_retry_after
from claudometer.providers.claude.values import read_object
from claudometer.providers.server_time import parse_http_date

if TYPE_CHECKING:
    from datetime import datetime

    from claudometer.providers.response import Response

# Error messages and the marks of a challenge page appear early in a body.
READ_BYTES = 64 * 1024
_PLAIN_WORD = re.compile(r"(?=.{1,40}\Z)[a-z]+(?:_[a-z]+)*")

# Parts of Cloudflare's page, for the case that its header `cf-mitigated` is missing.
_CHALLENGE_MARKS = (b"just a moment", b"cf-chl-", b"cf_chl_", b"challenge-platform")
_CHALLENGE_STATUSES = frozenset({200, 401, 403, 503})
"""Only with these is a mark a challenge, because Cloudflare adds its scripts to other pages too."""

_REGION_PAGE = "app-unavailable-in-region"
_KNOWN_HOSTS = ("claude.ai", "claude.com", "anthropic.com", "localhost", "127.0.0.1", "::1")
"""Claude's hosts, and this computer, where the user's own address may point: no captive portal."""


def classify(response: Response, source: Source, *, now: datetime) -> Failure:
    """Classify a response with a status other than 200.

    Args:
        source: which credentials were sent; the error code depends on it.
        now: aware UTC; replaces a missing ``Date`` header when ``Retry-After`` is a date.
    """
    # Before the status: Cloudflare sends its check with 403, which is otherwise a refusal by Claude.
    if _is_challenge(response):
        return _challenged(source)
    status = response.status
    if status == 429:
        sent_at = parse_http_date(response.headers.get("date")) or now
        retry_after_s = parse_retry_after(response.headers.get("retry-after"), sent_at)
        # The API gives its answers an id. A 429 that Cloudflare sent before it has none.
        return RateLimited(retry_after_s, at_edge=not response.headers.get("request-id", "").strip())
    if 300 <= status < 400:
        return _classify_redirect(response)
    if 400 <= status < 500:
        return _classify_client_error(response, source)
    if status >= 500:
        return _classify_server_error(response)
    return Unreadable(ErrorCode.NOT_JSON)


def classify_error_text(body: object, source: Source, status: int) -> Failure | None:
    """Classify an error object, or plain text, by what it says; ``None`` if it says nothing known."""
    meaning = meaning_of(body)
    return None if meaning is None else _failure_of(meaning, source, status)


def classify_error(body: object, source: Source, status: int) -> Failure | None:
    """Classify an error object in a response with status 200; ``None`` if it is not an error object."""
    known = classify_error_text(body, source, status)
    outer = read_object(body)
    if known is not None or not (outer.get("error") or outer.get("detail")):
        return known
    return ServerError(status, ErrorCode.ERROR_ANSWER, _error_type_of(outer.get("error")))


def _classify_client_error(response: Response, source: Source) -> Failure:
    status = response.status
    if status in (401, 403) and response.is_html:
        return classify_html(response, source)
    body = _error_in(response)
    known = None if status in _FROM_THE_NETWORK else classify_error_text(body, source, status)
    if known is not None:
        return known
    if status == 401 or (status in (400, 403) and has_type(body, "authentication_error")):
        return _failure_of(Meaning.REJECTED, source, status)
    if status == 402:
        return _failure_of(Meaning.BILLING, source, status)
    return _BY_STATUS.get(status) or ServerError(status, ErrorCode.REQUEST_REFUSED)


def _error_in(response: Response) -> object:
    """Return the JSON or the plain text of a refusal; "" for a page, which Claude's API never sends."""
    start = response.body[:READ_BYTES]
    decoded = decode(start)
    if isinstance(decoded, Decoded):
        return decoded.value
    return "" if response.is_html else start.decode("utf-8", "replace")


def _classify_server_error(response: Response) -> Failure:
    # "Network Authentication Required": only portals send it (RFC 6585).
    if response.status == 511:
        return Challenged(ErrorCode.CAPTIVE_PORTAL)
    busy = response.status == 529 or "overloaded_error" in texts_of(_error_in(response))
    return ServerError(response.status, ErrorCode.OVERLOADED if busy else ErrorCode.SERVER_ERROR)


def _classify_redirect(response: Response) -> Failure:
    """Classify a redirect. To another host it means a captive portal; the API itself does not redirect."""
    location = response.headers.get("location", "")
    # Before the host: that page is on one of Claude's own.
    if _REGION_PAGE in location:
        return ServerError(response.status, ErrorCode.REGION_BLOCKED)
    try:
        host = urlsplit(location).hostname
    except ValueError:
        host = None
    if host is None or any(host == known or host.endswith(f".{known}") for known in _KNOWN_HOSTS):
        return Unreadable(ErrorCode.REDIRECTED)
    return Challenged(ErrorCode.CAPTIVE_PORTAL)


def classify_html(response: Response, source: Source) -> Failure:
    """Classify an HTML page that was sent instead of JSON.

    Claude's servers are behind Cloudflare, so its marks or name mean a challenge. A page without them came
    from elsewhere: networks of hotels and companies respond for the server until the user logs in.
    """
    if _REGION_PAGE.encode() in response.body[:READ_BYTES]:
        return ServerError(response.status, ErrorCode.REGION_BLOCKED)
    cloudflare = "cloudflare" in response.headers.get("server", "").casefold()
    if cloudflare or _is_challenge(response):
        return _challenged(source)
    return Challenged(ErrorCode.CAPTIVE_PORTAL)


def _is_challenge(response: Response) -> bool:
    if response.headers.get("cf-mitigated", "").strip().casefold() == "challenge":
        return True
    if response.status not in _CHALLENGE_STATUSES or not response.is_html:
        return False
    start = response.body[:READ_BYTES].lower()
    return any(mark in start for mark in _CHALLENGE_MARKS)


def _error_type_of(error: object) -> str | None:
    """Return the server's name for an error, but only a plain word, which cannot contain a secret."""
    name = error if isinstance(error, str) else read_object(error).get("type")
    return name if isinstance(name, str) and _PLAIN_WORD.fullmatch(name) else None


def _challenged(source: Source) -> Failure:
    return Challenged(ErrorCode.CHALLENGED if source is Source.WEB else ErrorCode.LOGIN_CHALLENGED)


def _failure_of(meaning: Meaning, source: Source, status: int) -> Failure:
    """Return the failure that a meaning is for these credentials. Only ``Unauthorized`` pauses polling."""
    if meaning in _ELSEWHERE:
        return ServerError(status, _ELSEWHERE[meaning])
    if source is Source.WEB:
        if meaning is Meaning.SCOPE:
            return ServerError(status, ErrorCode.FORBIDDEN)
        return Unauthorized(_OF_KEY.get(meaning) or _OF_BOTH[meaning])
    if meaning is Meaning.LOGINS_NOT_SUPPORTED and status == 401:
        # Observed for a request in another form: the server had not looked at the login.
        return Unauthorized(ErrorCode.LOGIN_REJECTED)
    return Unauthorized(_OF_LOGIN.get(meaning) or _OF_BOTH[meaning])


_ELSEWHERE = {
    Meaning.IDENTITY: ErrorCode.IDENTITY_CHECK,
    Meaning.TERMS: ErrorCode.TERMS_UNACCEPTED,
    Meaning.NETWORK: ErrorCode.NETWORK_RESTRICTED,
    Meaning.REGION: ErrorCode.REGION_BLOCKED,
}
"""The error codes of ``error_meanings.ELSEWHERE``. A test checks that none of them is missing."""

_OF_BOTH = {
    Meaning.DISABLED: ErrorCode.ORGANIZATION_DISABLED,
    Meaning.BILLING: ErrorCode.ACCOUNT_BILLING,
}
_OF_KEY = {
    Meaning.REJECTED: ErrorCode.SESSION_KEY_REJECTED,
    Meaning.REVOKED: ErrorCode.SESSION_KEY_REJECTED,
    Meaning.LOGINS_NOT_ALLOWED: ErrorCode.ORGANIZATION_REFUSED,
    Meaning.LOGINS_NOT_SUPPORTED: ErrorCode.ORGANIZATION_REFUSED,
    Meaning.NOT_A_MEMBER: ErrorCode.ORGANIZATION_REFUSED,
    Meaning.GONE: ErrorCode.ORGANIZATION_GONE,
}
_OF_LOGIN = {
    Meaning.REJECTED: ErrorCode.LOGIN_REJECTED,
    Meaning.REVOKED: ErrorCode.LOGIN_REVOKED,
    Meaning.SCOPE: ErrorCode.LOGIN_SCOPE_MISSING,
    Meaning.LOGINS_NOT_ALLOWED: ErrorCode.LOGIN_NOT_ALLOWED,
    Meaning.LOGINS_NOT_SUPPORTED: ErrorCode.LOGIN_NOT_ALLOWED,
    Meaning.NOT_A_MEMBER: ErrorCode.LOGIN_ORGANIZATION_REFUSED,
    Meaning.GONE: ErrorCode.LOGIN_ORGANIZATION_GONE,
}

_BY_STATUS: dict[int, Failure] = {
    403: ServerError(403, ErrorCode.FORBIDDEN),
    404: ServerError(404, ErrorCode.NOT_FOUND),
    407: Offline(ErrorCode.PROXY_FAILED),
    451: ServerError(451, ErrorCode.REGION_BLOCKED),
}
_FROM_THE_NETWORK = frozenset({407, 451})
"""Statuses that a proxy or the network sends, not Claude. What the body says does not count."""
