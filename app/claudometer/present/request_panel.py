"""The panel of requests in the settings window: a summary of today, and the latest requests. Pure."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from claudometer.domain.ledger import RATE_LIMITED
from claudometer.domain.outcome import Status
from claudometer.present.formatters import clock, day_heading, span
from claudometer.present.ledger import summary_sentence
from claudometer.present.messages import requests as words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from claudometer.control.wire.page import RequestDay, RequestPanel, RequestRow
    from claudometer.domain.ledger import DaySummary, RequestRecord
    from claudometer.domain.region import Region


def panel_for(
    today: DaySummary | None,
    latest: Sequence[RequestRecord],
    now: datetime,
    region: Region,
    *,
    shared_rate: int | None = None,
) -> RequestPanel:
    """Return the panel.

    Args:
        today: ``None`` in the demo, which has no ledger.
        latest: newest first.
        shared_rate: requests an hour that are left to us of a limit that other programs use, too.
    """
    if today is None:
        return _bare(words.DEMO_SENDS_NOTHING)
    if not latest:
        return _bare(words.NOTHING_RECORDED)
    # The summary names a single host already.
    has_several_hosts = len({record.host for record in latest}) > 1
    # Sorted by time already, so each day is a single group.
    days = groupby(latest, lambda record: day_heading(record.at, now, region))
    listed: list[RequestDay] = [
        {"day": day, "rows": _rows(records, region, with_host=has_several_hosts)} for day, records in days
    ]
    summary = summary_sentence(today, region, shared_rate=shared_rate)
    return {"summary": summary, "hint": None, "days": listed}


def failure_panel(message: str, hint: str) -> RequestPanel:
    """Return the panel of a ledger that could not be read."""
    return {"summary": message, "hint": hint, "days": []}


def _bare(summary: str) -> RequestPanel:
    return {"summary": summary, "hint": None, "days": []}


def _rows(records: Iterable[RequestRecord], region: Region, *, with_host: bool) -> list[RequestRow]:
    return [
        {
            "time": clock(record.at, region),
            "outcome": _outcome(record),
            "fine": record.outcome == Status.OK,
            "took": words.TOOK.format(seconds=f"{record.duration_s:.1f}"),
            "to": f"{record.host}{record.path}" if with_host else record.path,
            "why": words.WHYS.get(record.reason, record.reason),
        }
        for record in records
    ]


def _outcome(record: RequestRecord) -> str:
    if record.outcome == RATE_LIMITED and record.retry_after_s:
        return words.ASKED_TO_WAIT_FOR.format(span=span(record.retry_after_s))
    if record.outcome == Status.SERVER_ERROR and record.http_status:
        return words.SERVER_ERROR_HTTP.format(status=record.http_status)
    return words.OUTCOMES.get(record.outcome, record.outcome)
