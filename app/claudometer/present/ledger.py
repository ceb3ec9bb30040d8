"""The request ledger in words: a table for the terminal, and the sentence that sums up a day. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.domain.ledger import summarize
from claudometer.domain.outcome import Status
from claudometer.domain.policy import Cause, Reason
from claudometer.present.formatters import clock, date_of, span
from claudometer.present.typesetting import Ink, clip, pad, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from claudometer.domain.ledger import DaySummary, RequestRecord
    from claudometer.domain.region import Region
    from claudometer.present.typesetting import Look

NOTHING_RECORDED = "No request was recorded in the last 7 days."
DEMO_SENDS_NOTHING = "The demo sends nothing, so there is no request to list."

REASONS: dict[str, str] = {
    Reason.INTERVAL: "interval",
    Reason.QUIET: "quiet",
    Reason.BUDGET: "allowance",
    Reason.RESET_DUE: "reset due",
    Reason.COVERED: "the rest",
    Reason.RATE_LIMITED: "after wait",
    Reason.RETRY: "retry",
    Reason.REFUSED: "later retry",
    Reason.BROWSER: "browser",
    Cause.START: "start",
    Cause.CLICK: "click",
    Cause.SAVING: "saving",
    Cause.CREDENTIALS: "new login",
    Cause.WAKE: "wake",
    Cause.CLOCK: "clock set",
    Cause.ONE_SHOT: "one-shot",
    Cause.UPDATE: "update",
}
"""Why a request was sent, none wider than its column."""

_HEADINGS = ("Time", "Request", "Outcome", "Took", "Why")
_OUTCOME, _DURATION, _REASON = 12, 6, 11
_GAP = "  "
_NAMED_HOSTS = 3


def render_requests(records: Sequence[RequestRecord], now: datetime, region: Region, look: Look) -> list[str]:
    """Return a table of the requests, oldest first as given, and the sentence about today under it."""
    summary = summarize(records, now.astimezone(region.zone).date(), region.zone)
    if not records:
        return wrap(NOTHING_RECORDED.split(), look.width)
    lines = [look.ink(_columns(_HEADINGS, region, look), Ink.FAINT)]
    day = None
    for record in records:
        if (this := date_of(record.at, region)) != day:
            day = this
            lines += ["", look.ink(day, Ink.STRONG)]
        lines.append(_row(record, region, look))
    return [*lines, "", *wrap(look.plain(summary_sentence(summary, region)).split(), look.width)]


def summary_sentence(summary: DaySummary, region: Region) -> str:
    """Return "38 requests today, all to api.anthropic.com; at 14:03 the server asked us to wait 12 min."."""
    if not summary.count:
        return "No request today."
    count = f"{summary.count} request{'s' if summary.count > 1 else ''} today"
    return f"{count}{_hosts(summary)}{_refusals(summary, region)}."


def _hosts(summary: DaySummary) -> str:
    if len(summary.hosts) > 1:
        named = summary.hosts[:_NAMED_HOSTS]
        parts = [f"{count} to {host}" for host, count in named]
        elsewhere = summary.count - sum(count for _, count in named)
        return ": " + ", ".join([*parts, f"{elsewhere} elsewhere"] if elsewhere else parts)
    return f", {'all ' if summary.count > 1 else ''}to {summary.hosts[0][0]}"


def _refusals(summary: DaySummary, region: Region) -> str:
    last = summary.last_refused
    if last is None:
        return ""
    at = clock(last.at, region)
    how_long = span(last.retry_after_s) if last.retry_after_s else ""
    if summary.refused == 1:
        return f"; at {at} the server asked us to wait {how_long}".rstrip()
    lasting = f" for {how_long}" if how_long else ""
    return f"; the server asked us to wait {summary.refused} times, last at {at}{lasting}"


def _row(record: RequestRecord, region: Region, look: Look) -> str:
    outcome = record.outcome.replace("_", " ")
    ink = Ink.PLAIN if record.outcome == Status.OK else Ink.AMBER
    cells = (
        clock(record.at, region),
        f"{record.via}: {record.host}{record.path}" if record.via else record.host + record.path,
        outcome,
        f"{record.duration_s:.1f} s",
        REASONS.get(record.reason, record.reason.replace("_", " ")),
    )
    return look.ink(_columns([look.plain(cell) for cell in cells], region, look), ink)


def _columns(cells: Sequence[str], region: Region, look: Look) -> str:
    time, request, outcome, took, why = cells
    times = 8 if region.twelve_hour else 5
    room = max(10, look.width - times - _OUTCOME - _DURATION - _REASON - 4 * len(_GAP))
    columns = (
        pad(time, times),
        pad(clip(request, room), room),
        pad(clip(outcome, _OUTCOME), _OUTCOME),
        " " * (_DURATION - len(took)) + took,
        clip(why, _REASON),
    )
    return _GAP.join(columns).rstrip()
