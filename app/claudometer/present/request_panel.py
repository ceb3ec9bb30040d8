"""The quiet panel of requests in the settings window: what was sent today, and the latest in words. Pure."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from claudometer.domain.ledger import RATE_LIMITED, UNFINISHED
from claudometer.domain.outcome import Status
from claudometer.domain.policy import Cause, Reason
from claudometer.present.formatters import clock, span, spoken_day
from claudometer.present.ledger import DEMO_SENDS_NOTHING, NOTHING_RECORDED, summary_sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from claudometer.control.wire.page import RequestDay, RequestPanel, RequestRow
    from claudometer.domain.ledger import DaySummary, RequestRecord
    from claudometer.domain.region import Region

OUTCOMES: dict[str, str] = {
    Status.OK: "Answered",
    Status.MISSING_CREDENTIALS: "Nothing to log in with",
    Status.UNAUTHORIZED: "Login refused",
    Status.RATE_LIMITED: "Asked to wait",
    Status.CHALLENGED: "A browser was wanted",
    Status.OFFLINE: "No connection",
    Status.SERVER_ERROR: "Trouble at the server",
    Status.UNREADABLE: "Answer not readable",
    UNFINISHED: "Given up before an answer",
}

WHYS: dict[str, str] = {
    Reason.INTERVAL: "your interval",
    Reason.QUIET: "slower while nothing moves",
    Reason.BUDGET: "as often as Claude allows",
    Reason.RESET_DUE: "a limit had reset",
    Reason.RATE_LIMITED: "the wait was over",
    Reason.RETRY: "trying again",
    Reason.REFUSED: "trying again later",
    Reason.BROWSER: "through a browser",
    Reason.COVERED: "for what Claude Code does not tell",
    Cause.START: "Claudometer started",
    Cause.CLICK: "you asked",
    Cause.SAVING: "you saved a key",
    Cause.CREDENTIALS: "a new login",
    Cause.WAKE: "the computer woke up",
    Cause.CLOCK: "the clock was set",
    Cause.ONE_SHOT: "asked in a terminal",
    Cause.UPDATE: "for a newer version",
}


def panel_for(
    today: DaySummary | None, latest: Sequence[RequestRecord], now: datetime, region: Region
) -> RequestPanel:
    """Return the panel; ``today`` is ``None`` where no ledger is kept, ``latest`` comes newest first."""
    if today is None:
        return _bare(DEMO_SENDS_NOTHING)
    if not latest:
        return _bare(NOTHING_RECORDED)
    several = len({record.host for record in latest}) > 1
    days = groupby(latest, lambda record: spoken_day(record.at, now, region))
    listed: list[RequestDay] = [
        {"day": day[0].upper() + day[1:], "rows": _rows(records, region, several=several)}
        for day, records in days
    ]
    return {"summary": summary_sentence(today, region), "hint": None, "days": listed}


def trouble_panel(message: str, hint: str) -> RequestPanel:
    """Return the panel of a ledger that could not be read."""
    return {"summary": message, "hint": hint, "days": []}


def _bare(summary: str) -> RequestPanel:
    return {"summary": summary, "hint": None, "days": []}


def _rows(records: Iterable[RequestRecord], region: Region, *, several: bool) -> list[RequestRow]:
    return [
        {
            "time": clock(record.at, region),
            "outcome": _outcome(record),
            "fine": record.outcome == Status.OK,
            "took": f"{record.duration_s:.1f}\u00a0s",
            "to": f"{record.host}{record.path}" if several else record.path,
            "why": WHYS.get(record.reason, record.reason.replace("_", " ")),
        }
        for record in records
    ]


def _outcome(record: RequestRecord) -> str:
    words = OUTCOMES.get(record.outcome, record.outcome.replace("_", " "))
    if record.outcome == RATE_LIMITED and record.retry_after_s:
        return f"{words} {span(record.retry_after_s)}"
    if record.outcome == Status.SERVER_ERROR and record.http_status:
        return f"{words} (HTTP {record.http_status})"
    return words
