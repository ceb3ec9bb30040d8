"""The request ledger as a table for the terminal, and a day's summary in one or two sentences. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.domain.ledger import summarize
from claudometer.domain.outcome import Status
from claudometer.present.formatters import clock, date_of, span
from claudometer.present.messages import requests as words
from claudometer.present.typesetting import Ink, clip, framed, pad, width_of, wrap
from claudometer.present.units import words_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from claudometer.domain.ledger import DaySummary, RequestRecord
    from claudometer.domain.region import Region
    from claudometer.present.typesetting import TerminalStyle

_OUTCOME, _DURATION, _WHY = 13, 5, 15  # widths of columns; the address takes the rest
_GAP = "  "
_NAMED_HOSTS = 3  # the summary counts the others as "elsewhere"


def render_requests(
    records: Sequence[RequestRecord],
    now: datetime,
    region: Region,
    style: TerminalStyle,
    *,
    shared_rate: int | None = None,
) -> list[str]:
    """Return a table of the requests in the given order, oldest first, and below it a summary of today.

    Args:
        shared_rate: requests an hour that are left to us of a limit that other programs use, too.
    """
    summary = summarize(records, now.astimezone(region.zone).date(), region.zone)
    style = style.inside()
    if not records:
        return framed(wrap(words_of(words.NOTHING_RECORDED), style.width))
    lines = [style.ink(_columns(words.HEADINGS, region, style), Ink.FAINT)]
    day = None
    for record in records:
        if (this := date_of(record.at, region)) != day:
            day = this
            lines += ["", style.ink(day, Ink.STRONG)]
        lines.append(_row(record, region, style))
    sentences = summary_sentence(summary, region, shared_rate=shared_rate)
    return framed([*lines, "", *wrap(words_of(style.plain(sentences)), style.width)])


def render_unsaved(style: TerminalStyle) -> list[str]:
    """Return the lines of an empty list to which nothing can be added."""
    return framed(wrap(words_of(words.NOTHING_SAVED), style.inside().width))


def summary_sentence(summary: DaySummary, region: Region, *, shared_rate: int | None = None) -> str:
    """Return "38 requests today, all to api.anthropic.com.", and how often a server asked to wait.

    Args:
        shared_rate: as of :func:`render_requests`; if there is one, a sentence says that the limit is shared.
    """
    shared = "" if shared_rate is None else words.SHARED.format(count=shared_rate)
    return " ".join(
        sentence for sentence in (_hosts(summary), _refusals(summary, region), shared) if sentence
    )


def _hosts(summary: DaySummary) -> str:
    if not summary.count:
        return words.NONE_TODAY
    if len(summary.hosts) > 1:
        named = summary.hosts[:_NAMED_HOSTS]
        shares = [words.SHARE.format(count=count, host=host) for host, count in named]
        elsewhere = summary.count - sum(count for _, count in named)
        if elsewhere:
            shares.append(words.SHARE_ELSEWHERE.format(count=elsewhere))
        return words.TO_SEVERAL_HOSTS.format(count=summary.count, shares=words.BETWEEN_SHARES.join(shares))
    sentence = words.ONE_TODAY if summary.count == 1 else words.ALL_TO_ONE_HOST
    return sentence.format(count=summary.count, host=summary.hosts[0][0])


def _refusals(summary: DaySummary, region: Region) -> str:
    last = summary.last_refused
    if last is None:
        return ""
    if last.retry_after_s:
        sentence = words.ONE_WAIT_FOR if summary.refused == 1 else words.WAITS_FOR
    else:
        sentence = words.ONE_WAIT if summary.refused == 1 else words.WAITS
    time, how_long = clock(last.at, region), span(last.retry_after_s or 0)
    return sentence.format(count=summary.refused, time=time, span=how_long)


def _row(record: RequestRecord, region: Region, style: TerminalStyle) -> str:
    ink = Ink.PLAIN if record.outcome == Status.OK else Ink.AMBER
    cells = (
        clock(record.at, region),
        _request(record, region, style),
        words.OUTCOMES_IN_TABLE.get(record.outcome, record.outcome),
        words.TOOK_IN_TABLE.format(seconds=_seconds(record.duration_s)),
        words.WHYS_IN_TABLE.get(record.reason, record.reason),
    )
    return _columns([style.plain(cell) for cell in cells], region, style, outcome_ink=ink)


def _seconds(duration_s: float) -> str:
    """Return "0.4", and "40" from ten seconds on, where a tenth says nothing."""
    return f"{duration_s:.1f}" if duration_s < 9.95 else f"{duration_s:.0f}"


def _columns(
    cells: Sequence[str], region: Region, style: TerminalStyle, *, outcome_ink: str = Ink.PLAIN
) -> str:
    time, request, outcome, took, why = cells
    times, room = _times(region), _room(region, style)
    columns = (
        f"{pad(time, times)} {pad(clip(request, room), room)}",
        style.ink(pad(clip(outcome, _OUTCOME), _OUTCOME), outcome_ink),
        " " * (_DURATION - len(took)) + took,
        clip(why, _WHY),
    )
    return _GAP.join(columns).rstrip()


def _times(region: Region) -> int:
    return 8 if region.twelve_hour else 5  # "12:10 PM" or "14:10"


def _room(region: Region, style: TerminalStyle) -> int:
    """Return the width of the column with the address: what the others leave."""
    return max(10, style.width - _times(region) - _OUTCOME - _DURATION - _WHY - 3 * len(_GAP) - 1)


def _request(record: RequestRecord, region: Region, style: TerminalStyle) -> str:
    """Return the address, without the first parts of its path if they do not fit into the column.

    The end of a path tells requests apart: "claude.ai/…/{id}/usage".
    """
    room, parts = _room(region, style), record.path.split("/")
    paths = (record.path, *("/".join(("/…", *parts[first:])) for first in range(2, len(parts))))
    for path in paths:
        address = record.host + path
        if record.via:
            address = words.THROUGH_BROWSER.format(via=record.via, address=address)
        if width_of(style.plain(address)) <= room:
            break
    return address
