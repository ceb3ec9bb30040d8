"""Past alerts: the list in the window, the table in the terminal, and the JSON. Pure."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from claudometer.domain.alerts.silence import Fate
from claudometer.present.formatters import clock, date_of, day_heading, moment, nearest_minute
from claudometer.present.history_data import stamp
from claudometer.present.messages import alert_list as words
from claudometer.present.mute import muted_limits
from claudometer.present.typesetting import Ink, clip, framed, pad, wrap
from claudometer.present.units import words_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from claudometer.control.wire.alerts import AlertDay, AlertPanel, AlertRow, MutedRow
    from claudometer.domain.alerts.past_alerts import AlertRecord
    from claudometer.domain.alerts.silence import Silence
    from claudometer.domain.json_object import JsonObject
    from claudometer.domain.region import Region
    from claudometer.present.typesetting import TerminalStyle

LATEST = 20
"""How many the window lists; ``claudometer alerts`` lists all that are kept."""

SCHEMA = 1
_GAP = "  "
_INDENT = 7


def alert_panel(  # noqa: PLR0913 - named by their words
    records: Sequence[AlertRecord],
    silence: Silence,
    now: datetime,
    region: Region,
    *,
    names: Mapping[str, str] | None = None,
    tested: bool | None = None,
) -> AlertPanel:
    """Return the list for the window, newest first.

    Args:
        records: oldest first.
        names: of the limits that the account has now, by their ids.
        tested: whether the desktop took a test alert, ``None`` if there was none.
    """
    latest = records[: -LATEST - 1 : -1]
    days: list[AlertDay] = [
        {"day": day, "rows": [_row(each, region) for each in of_day]}
        for day, of_day in groupby(latest, lambda each: day_heading(each.at, now, region))
    ]
    return {
        "line": _line(records, silence, now, region),
        "muted": silence.is_on(now),
        "silences": _silences(silence, now, region, names or {}),
        "tested": None if tested is None else words.TESTED[tested],
        "worked": bool(tested),
        "days": days,
    }


def render_alerts(  # noqa: PLR0913 - named by their words
    records: Sequence[AlertRecord],
    silence: Silence,
    now: datetime,
    region: Region,
    style: TerminalStyle,
    *,
    program: str,
    can_save: bool,
) -> list[str]:
    """Return the alerts for a terminal, and below them what is muted.

    Args:
        records: oldest first.
        program: what to type for the program.
        can_save: whether new alerts can be saved; else there may have been more than these.
    """
    style = style.inside()
    lines: list[str] = []
    day = None
    for record in records:
        if (this := date_of(record.at, region)) != day:
            day = this
            lines += ["", style.ink(day, Ink.STRONG)]
        lines += _lines(record, region, style)
    if not records:
        lines += ["", *wrap(words_of(words.NONE if can_save else words.NONE_SAVED), style.width)]
    elif not can_save:
        lines += ["", *wrap(words_of(words.MAY_LACK), style.width)]
    muted = [each["text"] for each in _silences(silence, now, region, {})]
    if muted:
        lines.append("")
        muted.append(words.UNMUTE_IN_TERMINAL.format(program=program))
    for each in muted:
        lines += wrap(words_of(style.plain(each)), style.width)
    return framed(lines[1:])


def alerts_json(records: Sequence[AlertRecord], silence: Silence, now: datetime) -> JsonObject:
    """Return what ``alerts --json`` prints. Times are RFC 3339 in UTC."""
    return {
        "schema": SCHEMA,
        "muted_until": stamp(silence.until) if silence.is_on(now) else None,
        "muted_limits": [{"limit": limit, "until": stamp(end)} for (_, limit), end in silence.limits_at(now)],
        "alerts": alert_objects(records),
    }


def alert_objects(records: Sequence[AlertRecord]) -> list[JsonObject]:
    """Return the alerts for ``alerts --json`` and ``export --json``, in the given order."""
    return [
        {
            "at": stamp(each.at),
            "kind": each.kind,
            "limit": each.subject or None,
            "threshold": each.threshold,
            "window_ends_at": stamp(each.window_end),
            "title": each.title,
            "text": each.body,
            "fate": each.fate.value,
            "taken": each.taken,
        }
        for each in records
    ]


def _line(records: Sequence[AlertRecord], silence: Silence, now: datetime, region: Region) -> str:
    if silence.until is not None and silence.is_on(now):
        return words.MUTED.format(time=moment(nearest_minute(silence.until), now, region))
    if not records:
        return words.NONE
    return words.LAST.format(title=records[-1].title, time=moment(records[-1].at, now, region))


def _silences(silence: Silence, now: datetime, region: Region, names: Mapping[str, str]) -> list[MutedRow]:
    rows: list[MutedRow] = []
    if silence.until is not None and silence.is_on(now):
        text = words.ALL_MUTED.format(time=moment(nearest_minute(silence.until), now, region))
        rows.append({"account": None, "limit": None, "text": text, "button": words.UNMUTE})
    for each in muted_limits(silence, now, region, names):
        text = words.LIMIT_MUTED.format(name=each.name, time=each.time)
        rows.append({"account": each.account, "limit": each.limit, "text": text, "button": words.UNMUTE})
    return rows


def _row(record: AlertRecord, region: Region) -> AlertRow:
    return {
        "time": clock(record.at, region),
        "title": record.title,
        "body": record.body,
        "outcome": _outcome(record),
        "fine": record.taken is not False,
    }


def _lines(record: AlertRecord, region: Region, style: TerminalStyle) -> list[str]:
    time = pad(clock(record.at, region), _INDENT)
    outcome = _outcome(record)
    title = clip(style.plain(record.title), style.width - _INDENT - len(outcome) - len(_GAP))
    room = style.width - _INDENT - len(outcome)
    ink = Ink.FAINT if record.taken is not False else Ink.AMBER
    first = f"{time}{pad(title, room)}{style.ink(outcome, ink)}"
    body = [
        f"{'':{_INDENT}}{each}" for each in wrap(words_of(style.plain(record.body)), style.width - _INDENT)
    ]
    return [first, *(style.ink(each, Ink.FAINT) for each in body)]


def _outcome(record: AlertRecord) -> str:
    if record.fate is Fate.SHOWN:
        return words.TAKEN[record.taken]
    return words.FATES[record.fate]
