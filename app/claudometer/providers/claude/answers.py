"""Turns an answer of either server into what was asked for, or into the failure it means. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.domain.outcome import Failure, Unreadable
from claudometer.domain.usage import Source
from claudometer.providers.claude.organizations import parse_organizations
from claudometer.providers.claude.parse import Decoded, Usage, decode, parse_usage
from claudometer.providers.claude.refusals import classify, classify_error, classify_html, is_html

if TYPE_CHECKING:
    from datetime import datetime

    from claudometer.domain.usage import Organization
    from claudometer.providers.response import Response


def read_json(answer: Response, source: Source, *, now: datetime) -> Decoded | Failure:
    """Return the JSON of a 200, or what the answer means instead."""
    if answer.status != 200:
        return classify(answer, source, now=now)
    if is_html(answer):
        return classify_html(answer, source)
    return decode(answer.body)


def read_usage(answer: Response, source: Source, *, now: datetime) -> Usage | Failure:
    """Return the usage. An error object in a 200 means what its words say."""
    decoded = read_json(answer, source, now=now)
    if not isinstance(decoded, Decoded):
        return decoded
    usage = parse_usage(decoded.value, now=now)
    if isinstance(usage, Unreadable):
        return classify_error(decoded.value, source, answer.status) or usage
    return usage


def read_organizations(answer: Response, *, now: datetime) -> tuple[Organization, ...] | Failure:
    """Return the organizations. claude.ai was seen to answer 200 with an error object instead of a list."""
    decoded = read_json(answer, Source.WEB, now=now)
    if not isinstance(decoded, Decoded):
        return decoded
    organizations = parse_organizations(decoded.value)
    if isinstance(organizations, Unreadable):
        return classify_error(decoded.value, Source.WEB, answer.status) or organizations
    return organizations
