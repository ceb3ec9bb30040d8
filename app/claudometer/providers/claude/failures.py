"""Classifies responses that contain no numbers. Pure.

The status decides first, then the body. Only a refusal that waiting does not cure, of the credentials or
by the organization, is ``Unauthorized``, which pauses polling until the user acts. After any other failure
polling continues.
"""

from __future__ import annotations

import re
from collections.abc import Callable
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
from claudometer.providers.claude.parse import Decoded, decode
from claudometer.providers.claude.times import parse_retry_after
from claudometer.providers.claude.values import read_object
from claudometer.providers.server_time import parse_http_date

if TYPE_CHECKING:
    from datetime import datetime

    from claudometer.providers.response import Response

# Error messages and the marks of a challenge page appear early in a body.
READ_BYTES = 64 * 1024
# Characters of each text of an error object that the patterns search.
MAX_TEXT_LENGTH = 1000
_PLAIN_WORD = re.compile(r"(?=.{1,40}\Z)[a-z]+(?:_[a-z]+)*")

_CHALLENGE_MARKS = (b"just a moment", b"cf-chl-", b"cf_chl_", b"challenge-platform")
_CHALLENGE_STATUSES = frozenset({200, 401, 403, 503})
"""Only with these is a mark a challenge, because Cloudflare adds its scripts to other pages too."""

_REGION_PAGE = "app-unavailable-in-region"
_OUR_SERVERS = ("claude.ai", "claude.com", "anthropic.com", "localhost", "127.0.0.1", "::1")

_Meaning = Callable[[Source, int], Failure]


def classify(response: Response, source: Source, *, now: datetime) -> Failure:
    """Classify a response with a status other than 200.

    Args:
        source: which credentials were sent; the error code depends on it.
        now: aware UTC; replaces a missing ``Date`` header when ``Retry-After`` is a date.
    """
    if _is_challenge(response):
        return _challenged(source)
    status = response.status
    if status == 429:
        sent_at = parse_http_date(response.headers.get("date")) or now
        retry_after_s = parse_retry_after(response.headers.get("retry-after"), sent_at)
        return RateLimited(retry_after_s, at_edge=not response.headers.get("request-id", "").strip())
    if 300 <= status < 400:
        return _classify_redirect(response)
    if 400 <= status < 500:
        return _classify_client_error(response, source)
    if status >= 500:
        return _classify_server_error(response)
    return Unreadable(ErrorCode.NOT_JSON)


def classify_error_text(body: object, source: Source, status: int) -> Failure | None:
    """Classify an error object by its text; ``None`` if no known pattern matches."""
    text = _text_of(body)
    return next((meaning(source, status) for pattern, meaning in _ERROR_TEXTS if pattern.search(text)), None)


def classify_error(body: object, source: Source, status: int) -> Failure | None:
    """Classify an error object in a response with status 200; ``None`` if it is not an error object."""
    known = classify_error_text(body, source, status)
    outer = read_object(body)
    if known is not None or not (outer.get("error") or outer.get("detail")):
        return known
    return ServerError(status, ErrorCode.ERROR_ANSWER, _error_type_of(outer.get("error")))


def _classify_client_error(response: Response, source: Source) -> Failure:
    status = response.status
    if status in (401, 403) and is_html(response):
        return classify_html(response, source)
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    decoded = decode(response.body[:READ_BYTES])
    known = classify_error_text(decoded.value, source, status) if isinstance(decoded, Decoded) else None
    if known is not None:
        return known
    if status == 401:
        return _rejected(source, status)
    return ServerError(status, _BY_UNKNOWN_TEXT.get(status, ErrorCode.REQUEST_REFUSED))


def _classify_server_error(response: Response) -> Failure:
    if response.status == 511:
        return Challenged(ErrorCode.CAPTIVE_PORTAL)
    decoded = decode(response.body[:READ_BYTES])
    text = _text_of(decoded.value) if isinstance(decoded, Decoded) else ""
    busy = response.status == 529 or "overloaded_error" in text
    return ServerError(response.status, ErrorCode.OVERLOADED if busy else ErrorCode.SERVER_ERROR)


def _classify_redirect(response: Response) -> Failure:
    """Classify a redirect. To another host it means a captive portal; the API itself does not redirect."""
    location = response.headers.get("location", "")
    if _REGION_PAGE in location:
        return ServerError(response.status, ErrorCode.REGION_BLOCKED)
    try:
        host = urlsplit(location).hostname
    except ValueError:
        host = None
    if host is None or any(host == ours or host.endswith(f".{ours}") for ours in _OUR_SERVERS):
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
    if response.status not in _CHALLENGE_STATUSES or not is_html(response):
        return False
    start = response.body[:READ_BYTES].lower()
    return any(mark in start for mark in _CHALLENGE_MARKS)


def is_html(response: Response) -> bool:
    """Return whether the body is HTML, by its content type or, if that is wrong, its first character."""
    start = response.body[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    return "html" in response.headers.get("content-type", "").casefold() or start.startswith(b"<")


def _text_of(body: object) -> str:
    """Join the texts of an error object in lower case, one a line."""
    outer = read_object(body)
    error = outer.get("error")
    inner = read_object(error)
    parts = (
        inner.get("type"),
        inner.get("message"),
        read_object(inner.get("details")).get("error_code"),
        error,
        outer.get("detail"),
        outer.get("message"),
    )
    return "\n".join(part[:MAX_TEXT_LENGTH].casefold() for part in parts if isinstance(part, str))


def _error_type_of(error: object) -> str | None:
    """Return the server's name for an error, but only a plain word, which cannot contain a secret."""
    name = error if isinstance(error, str) else read_object(error).get("type")
    return name if isinstance(name, str) and _PLAIN_WORD.fullmatch(name) else None


def _challenged(source: Source) -> Failure:
    return Challenged(ErrorCode.CHALLENGED if source is Source.WEB else ErrorCode.LOGIN_CHALLENGED)


def _rejected(source: Source, _status: int) -> Failure:
    if source is Source.WEB:
        return Unauthorized(ErrorCode.SESSION_KEY_REJECTED)
    return Unauthorized(ErrorCode.LOGIN_REJECTED)


def _revoked(source: Source, _status: int) -> Failure:
    if source is Source.WEB:
        return Unauthorized(ErrorCode.SESSION_KEY_REJECTED)
    return Unauthorized(ErrorCode.LOGIN_REVOKED)


def _lacks_scope(source: Source, status: int) -> Failure:
    if source is Source.WEB:
        return ServerError(status, ErrorCode.FORBIDDEN)
    return Unauthorized(ErrorCode.LOGIN_SCOPE_MISSING)


def _refuses_organization(source: Source, _status: int) -> Failure:
    if source is Source.WEB:
        return Unauthorized(ErrorCode.ORGANIZATION_REFUSED)
    return Unauthorized(ErrorCode.LOGIN_ORGANIZATION_REFUSED)


def _refuses_logins(source: Source, status: int) -> Failure:
    if source is Source.WEB:
        return _refuses_organization(source, status)
    return Unauthorized(ErrorCode.LOGIN_NOT_ALLOWED)


def _disabled(_source: Source, _status: int) -> Failure:
    return Unauthorized(ErrorCode.ORGANIZATION_DISABLED)


def _refused(code: ErrorCode) -> _Meaning:
    return lambda _source, status: ServerError(status, code)


# The same refusals in other words, and by the names that Claude Code's hook has for them, such as
# `oauth_org_not_allowed` and `account_on_hold`. Each pattern needs a subject and a verdict.
_DISABLED = re.compile(
    r"\b(?:organization|workspace|account)s?\b.{0,40}\b(?:disabled|suspended|deactivated|banned|on hold)\b"
    r"|\b(?:disabled|suspended|deactivated|banned) (?:organization|workspace|account)\b"
    r"|\b(?:organization|workspace|account)_(?:is_)?(?:disabled|suspended|deactivated|banned|on_hold)\b"
)
_NOT_A_MEMBER = re.compile(
    r"invalid authorization for organization|(?:not|no longer) (?:currently )?an? (?:active )?member"
    r"|not (?:belong to|part of) (?:this|the|that|your) (?:organization|workspace)"
)
_LOGINS_NOT_ALLOWED = re.compile(
    r"\boauth\b.{0,40}\bnot (?:currently )?(?:allowed|permitted|enabled)\b|oauth_org_not_allowed"
    r"|\b(?:organization|workspace|administrator)\b.{0,60}"
    r"\b(?:not allow|disabled|turned off)\b.{0,20}\boauth\b"
)

_ERROR_TEXTS: tuple[tuple[re.Pattern[str], _Meaning], ...] = (
    (re.compile(r"account_session_invalid|^invalid authorization\.?$", re.MULTILINE), _rejected),
    (
        _LOGINS_NOT_ALLOWED,
        _refuses_logins,
    ),  # first: "your organization has disabled OAuth" is no more than that
    (_DISABLED, _disabled),
    (_NOT_A_MEMBER, _refuses_organization),
    (re.compile(r"scope requirement|user:profile|insufficient[_ ]scope|missing.{0,20}\bscope"), _lacks_scope),
    (re.compile(r"revoked|invalid_grant"), _revoked),
    (
        re.compile(r"identity verification|verification[_ ](?:is )?required"),
        _refused(ErrorCode.IDENTITY_CHECK),
    ),
    (
        re.compile(
            r"unable to serve your request|(?:not available|unavailable|unsupported).*(?:region|country)"
        ),
        _refused(ErrorCode.REGION_BLOCKED),
    ),
)
"""Patterns of the servers' own texts, and the failures they mean. The first match counts."""

_BY_STATUS: dict[int, Failure] = {
    404: ServerError(404, ErrorCode.NOT_FOUND),
    407: Offline(ErrorCode.PROXY_FAILED),
    451: ServerError(451, ErrorCode.REGION_BLOCKED),
}
_BY_UNKNOWN_TEXT = {403: ErrorCode.FORBIDDEN}
