"""Checks whether a server can be reached, and what its clock says: one HEAD request without credentials.

The path is ``/``, so the request belongs to no account and counts toward no limit.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx

from claudometer.domain.addresses import is_safe_url
from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import Offline
from claudometer.providers.certificates import find_unusable_certificates, make_tls_context
from claudometer.providers.local_faults import loading_fault
from claudometer.providers.proxies import Proxy, UnusableProxy, proxy_for
from claudometer.providers.proxy_progress import ProxyProgress
from claudometer.providers.server_time import RESOLUTION_S, parse_http_date
from claudometer.providers.transport import (
    BY_PROXY,
    CODES,
    code_for,
    outcome_of,
    socks_errors,
    user_agent,
)

_ERRORS: tuple[type[Exception], ...] = (*CODES, ValueError)
"""What httpx raises. A ``ValueError`` is a redirect that it cannot prepare, see ``transport.Transport``."""

TIMEOUT_S = 8.0  # less than the 12 s that `doctor` gives to the whole check


@dataclass(frozen=True, slots=True)
class Reached:
    """The server answered.

    Attributes:
        took_s: from connecting to the response, in seconds.
        behind_s: how far this computer's clock is behind the server's, in seconds; ``None`` if the answer
            came from a cache, or without a date.
    """

    status: int
    took_s: float
    behind_s: float | None


@dataclass(frozen=True, slots=True)
class NotReached:
    """The server did not answer.

    Attributes:
        variable: the environment variable that is to blame, if one is.
    """

    code: ErrorCode
    variable: str | None = None


def reach(url: str) -> Reached | NotReached:
    """Send one request to the host of ``url``. Blocks; follows no redirect."""
    parts = urlsplit(url)
    root = f"{parts.scheme}://{parts.netloc}/"
    if not is_safe_url(root):
        return NotReached(ErrorCode.URL_REFUSED)
    proxy = proxy_for(root)
    if isinstance(proxy, UnusableProxy):
        return NotReached(ErrorCode.PROXY_UNUSABLE, proxy.variable)
    try:
        tls = make_tls_context()
    except OSError as error:
        return NotReached(loading_fault(error))
    progress = ProxyProgress() if proxy else None
    traced = {"trace": progress.note} if progress else None
    began = time.monotonic()
    try:
        with httpx.Client(
            verify=tls,
            timeout=TIMEOUT_S,
            follow_redirects=False,
            proxy=proxy.url if proxy else None,
            trust_env=False,  # `proxy_for` has chosen the proxy: httpx would choose by its own rules
        ) as client:
            before = datetime.now(UTC)
            answer = client.head(root, headers={"User-Agent": user_agent()}, extensions=traced)
            after = datetime.now(UTC)
    except socks_errors(proxy):
        return _blame(ErrorCode.PROXY_FAILED, proxy)
    except _ERRORS as error:
        outcome = None if isinstance(error, ValueError) else outcome_of(error, progress)
        return _blame(outcome.code if isinstance(outcome, Offline) else ErrorCode.CONNECTION_BROKEN, proxy)
    return Reached(answer.status_code, time.monotonic() - began, _behind_s(answer, before, after))


def _blame(code: ErrorCode, proxy: Proxy | None) -> NotReached:
    if proxy is not None and code in BY_PROXY:
        return NotReached(code_for(code, proxy), proxy.variable)
    return NotReached(code, find_unusable_certificates() if code is ErrorCode.TLS_FAILED else None)


def _behind_s(answer: httpx.Response, before: datetime, after: datetime) -> float | None:
    # A cache answered, with the date of an earlier response.
    if answer.headers.get("age", "0").strip() != "0":
        return None
    at = parse_http_date(answer.headers.get("date"))
    if at is None:
        return None
    # The header drops fractions, so the time is half a second later on average.
    middle = before + (after - before) / 2
    return (at - middle).total_seconds() + RESOLUTION_S / 2
