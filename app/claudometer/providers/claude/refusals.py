"""Says what an answer means that holds no numbers. Pure.

The status comes first, the body second. Only a confirmed refusal of the credentials is ``Unauthorized``: it
pauses polling until the user acts, while everything else keeps the numbers and goes on.
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

READ_BYTES = 64 * 1024
MAX_WORDS = 1000
_PLAIN_WORD = re.compile(r"(?=.{1,40}\Z)[a-z]+(?:_[a-z]+)*")

_CHALLENGE_MARKS = (b"just a moment", b"cf-chl-", b"cf_chl_", b"challenge-platform")
_CHALLENGE_STATUSES = frozenset({200, 401, 403, 503})
"""Cloudflare adds its scripts to other pages too; on these a mark means that it stopped the request."""

_REGION_PAGE = "app-unavailable-in-region"
_OUR_SERVERS = ("claude.ai", "claude.com", "anthropic.com", "localhost", "127.0.0.1", "::1")

_Meaning = Callable[[Source, int], Failure]


def classify(answer: Response, source: Source, *, now: datetime) -> Failure:
    """Say what a status other than 200 means.

    Args:
        answer: the refusal.
        source: which credentials were sent; a dead one has a name of its own for each.
        now: stands in for a missing ``Date`` when ``Retry-After`` is a date.
    """
    if _is_challenge(answer):
        return _challenged(source)
    status = answer.status
    if status == 429:
        answered_at = parse_http_date(answer.headers.get("date")) or now
        return RateLimited(parse_retry_after(answer.headers.get("retry-after"), answered_at))
    if 300 <= status < 400:
        return _classify_redirect(answer)
    if 400 <= status < 500:
        return _classify_client_error(answer, source)
    if status >= 500:
        return _classify_server_error(answer)
    return Unreadable(ErrorCode.NOT_JSON)


def classify_complaint(body: object, source: Source, status: int) -> Failure | None:
    """Say what an error object means, ``None`` if its words are not among those we know."""
    text = _words_of(body)
    return next((meaning(source, status) for pattern, meaning in _COMPLAINTS if pattern.search(text)), None)


def classify_error(body: object, source: Source, status: int) -> Failure | None:
    """Say what an error object means that came where data was due, ``None`` if it is no error object."""
    complaint = classify_complaint(body, source, status)
    outer = read_object(body)
    if complaint is not None or not (outer.get("error") or outer.get("detail")):
        return complaint
    return ServerError(status, ErrorCode.ERROR_ANSWER, _error_type_of(outer.get("error")))


def _classify_client_error(answer: Response, source: Source) -> Failure:
    status = answer.status
    if status in (401, 403) and is_html(answer):
        return classify_html(answer, source)
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    decoded = decode(answer.body[:READ_BYTES])
    complaint = classify_complaint(decoded.value, source, status) if isinstance(decoded, Decoded) else None
    if complaint is not None:
        return complaint
    if status == 401:
        return _rejected(source, status)
    return ServerError(status, _BY_REFUSAL.get(status, ErrorCode.REQUEST_REFUSED))


def _classify_server_error(answer: Response) -> Failure:
    if answer.status == 511:
        return Challenged(ErrorCode.CAPTIVE_PORTAL)
    decoded = decode(answer.body[:READ_BYTES])
    words = _words_of(decoded.value) if isinstance(decoded, Decoded) else ""
    busy = answer.status == 529 or "overloaded_error" in words
    return ServerError(answer.status, ErrorCode.OVERLOADED if busy else ErrorCode.SERVER_ERROR)


def _classify_redirect(answer: Response) -> Failure:
    """Never followed. To a foreign host it is a portal's log-in page; the API itself does not redirect."""
    location = answer.headers.get("location", "")
    if _REGION_PAGE in location:
        return ServerError(answer.status, ErrorCode.REGION_BLOCKED)
    try:
        host = urlsplit(location).hostname
    except ValueError:
        host = None
    if host is None or any(host == ours or host.endswith(f".{ours}") for ours in _OUR_SERVERS):
        return Unreadable(ErrorCode.REDIRECTED)
    return Challenged(ErrorCode.CAPTIVE_PORTAL)


def classify_html(answer: Response, source: Source) -> Failure:
    """Say who sent a page where JSON was due.

    Claude's servers sit behind Cloudflare, so its marks or its name mean a check for browsers. A page without
    them did not come from there: hotel and company networks answer in place of the server until one logs in.
    """
    if _REGION_PAGE.encode() in answer.body[:READ_BYTES]:
        return ServerError(answer.status, ErrorCode.REGION_BLOCKED)
    cloudflare = "cloudflare" in answer.headers.get("server", "").casefold()
    if cloudflare or _is_challenge(answer):
        return _challenged(source)
    return Challenged(ErrorCode.CAPTIVE_PORTAL)


def _is_challenge(answer: Response) -> bool:
    if answer.headers.get("cf-mitigated", "").strip().casefold() == "challenge":
        return True
    if answer.status not in _CHALLENGE_STATUSES or not is_html(answer):
        return False
    start = answer.body[:READ_BYTES].lower()
    return any(mark in start for mark in _CHALLENGE_MARKS)


def is_html(answer: Response) -> bool:
    """Tell a page from data, by its type or, since types lie, by its first character."""
    start = answer.body[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    return "html" in answer.headers.get("content-type", "").casefold() or start.startswith(b"<")


def _words_of(body: object) -> str:
    """Join what an error object says, one part a line, in lower case."""
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
    return "\n".join(part[:MAX_WORDS].casefold() for part in parts if isinstance(part, str))


def _error_type_of(error: object) -> str | None:
    """Return the server's name for an error if it is one plain word, which can hold nothing secret."""
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


def _refuses_organization(source: Source, status: int) -> Failure:
    if source is Source.WEB:
        return ServerError(status, ErrorCode.ORGANIZATION_REFUSED)
    return ServerError(status, ErrorCode.LOGIN_ORGANIZATION_REFUSED)


def _refused(code: ErrorCode) -> _Meaning:
    return lambda _source, status: ServerError(status, code)


_COMPLAINTS: tuple[tuple[re.Pattern[str], _Meaning], ...] = (
    (re.compile(r"account_session_invalid|^invalid authorization\.?$", re.MULTILINE), _rejected),
    (re.compile(r"invalid authorization for organization"), _refuses_organization),
    (re.compile(r"scope requirement|user:profile"), _lacks_scope),
    (re.compile(r"revoked|invalid_grant"), _revoked),
    (re.compile(r"identity verification"), _refused(ErrorCode.IDENTITY_CHECK)),
    (
        re.compile(
            r"unable to serve your request|(?:not available|unavailable|unsupported).*(?:region|country)"
        ),
        _refused(ErrorCode.REGION_BLOCKED),
    ),
)
"""The servers' own words and what they mean; the first match counts."""

_BY_STATUS: dict[int, Failure] = {
    404: ServerError(404, ErrorCode.NOT_FOUND),
    407: Offline(ErrorCode.PROXY_FAILED),
    451: ServerError(451, ErrorCode.REGION_BLOCKED),
}
_BY_REFUSAL = {403: ErrorCode.FORBIDDEN}
