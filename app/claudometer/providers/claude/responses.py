"""Reads responses of either server as usage, organizations, or the failure that they mean. Pure.

The modules that classify failures are imported on use: their patterns and tables take 0.2 MB, which most runs
of the tray never need.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.domain.outcome import Failure, Unreadable
from claudometer.domain.usage import Source
from claudometer.providers.claude.organizations import parse_organizations
from claudometer.providers.claude.parse import Decoded, Usage, decode, parse_usage

if TYPE_CHECKING:
    from datetime import datetime

    from claudometer.domain.usage import Organization
    from claudometer.providers.response import Response


def read_json(response: Response, source: Source, *, now: datetime) -> Decoded | Failure:
    """Return the JSON of a response with status 200, or the failure that the response means."""
    if response.status != 200:
        from claudometer.providers.claude.failures import classify  # noqa: PLC0415 - see above

        return classify(response, source, now=now)
    # A page with status 200 is Cloudflare's check, or a captive portal's: Claude's API sends none.
    if response.is_html:
        from claudometer.providers.claude.failures import classify_html  # noqa: PLC0415 - see above

        return classify_html(response, source)
    return decode(response.body)


def read_usage(response: Response, source: Source, *, now: datetime) -> Usage | Failure:
    """Return the usage. An error object with status 200 is the failure that its text means."""
    decoded = read_json(response, source, now=now)
    if not isinstance(decoded, Decoded):
        return decoded
    usage = parse_usage(decoded.value, now=now)
    if isinstance(usage, Unreadable):
        return _error_in(decoded, source, response) or usage
    return usage


def read_organizations(response: Response, *, now: datetime) -> tuple[Organization, ...] | Failure:
    """Return the organizations.

    claude.ai has been observed to send an error object with status 200 instead of the list.
    """
    decoded = read_json(response, Source.WEB, now=now)
    if not isinstance(decoded, Decoded):
        return decoded
    organizations = parse_organizations(decoded.value)
    if isinstance(organizations, Unreadable):
        return _error_in(decoded, Source.WEB, response) or organizations
    return organizations


def _error_in(decoded: Decoded, source: Source, response: Response) -> Failure | None:
    from claudometer.providers.claude.failures import classify_error  # noqa: PLC0415 - see above

    return classify_error(decoded.value, source, response.status)
