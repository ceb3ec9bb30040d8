"""The numbers as lines of a terminal, for ``status`` and ``watch``. Pure, and cheap to load."""

from __future__ import annotations

from datetime import datetime

from claudometer.domain.fullest import pick_fullest
from claudometer.present.formatters import (
    UNKNOWN,
    age,
    clock,
    moment,
    money_of,
    nearest_minute,
    percent,
    share_of,
    span,
)
from claudometer.present.levels import Thresholds
from claudometer.present.messages import phrases
from claudometer.present.messages import terminal as words
from claudometer.present.typesetting import Ink, Look, clip, pad, width_of, wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    Report = dict[str, Any]

_INDENT = 2
_LONGEST_NAME = 17
"""So that a limit takes one line on 80 columns, whatever its name."""
_NUMBER = 6
_NOTE = 34
_SHORTEST_BAR = 14
"""With less room for the bar, a limit takes two lines instead of one."""

_ALWAYS = frozenset({"session", "weekly"})

_INKS = {"ok": Ink.GREEN, "warning": Ink.AMBER, "critical": Ink.RED, "unknown": Ink.FAINT}


def render(report: Report, now: datetime, look: Look) -> list[str]:
    """Return the lines that show ``report`` at ``now``, none wider than the look allows."""
    blocks = (
        [_headline(report, look)],
        _numbers(report, now, look),
        _problem(report, look),
        _provenance(report, now, look),
    )
    return [line for block in blocks if block for line in ("", *block)] + [""]


def time_of(report: Report) -> datetime:
    """Return the time to count from: that of who made the report, and knows whether this clock is wrong."""
    return datetime.fromisoformat(report["now"])


def _headline(report: Report, look: Look) -> str:
    account = report["account"]
    room = look.width - 2 * _INDENT
    name = words.CLAUDE_PLAN.format(plan=account["plan"]) if account["plan"] else words.CLAUDE
    title = clip(look.plain(name), room)
    details = (account["organization"], words.DEMO if report["source"] == "demo" else None)
    rest = look.plain("".join(words.BETWEEN + detail for detail in details if detail))
    faint = look.ink(clip(rest, room - width_of(title)), Ink.FAINT)
    return " " * _INDENT + look.ink(title, Ink.STRONG) + faint


def _numbers(report: Report, now: datetime, look: Look) -> list[str]:
    shown = _fullest(report["limits"])
    rows = list(_rows(report | {"limits": shown}, now, look))
    if not rows:
        return _paragraph(phrases.NO_LIMITS if report["fetched_at"] else phrases.NO_NUMBERS, look)
    names = min(_LONGEST_NAME, max(width_of(row.name) for row in rows))
    bar = look.width - 2 * _INDENT - names - 2 - _NUMBER - 3 - _NOTE
    more = phrases.more_limits(len(report["limits"]) - len(shown) + report["limits_left_out"])
    rest = _paragraph(more, look, Ink.FAINT) if more else []
    if bar >= _SHORTEST_BAR:
        return [row.in_columns(names, bar) for row in rows] + rest
    stacked = [line for row in rows for line in ("", *row.stacked())]
    return stacked[1:] + rest


def _fullest(limits: list[Report]) -> list[Report]:
    rows = [(limit["kind"] in _ALWAYS, limit["percent"]) for limit in limits]
    return [limits[place] for place in pick_fullest(rows, phrases.MOST_LIMITS)]


class _Row:
    """A name, how much of it is used, and a note. ``elapsed`` is how much of its window has passed."""

    def __init__(self, name: str, used: float | None, note: str, look: Look) -> None:
        self.name = look.plain(name)
        self.used = used
        self.note = look.plain(note)
        self.look = look
        self.ink = _INKS[Thresholds().level_of(used)]
        self.elapsed: float | None = None

    def in_columns(self, names: int, bar: int) -> str:
        name = pad(self.look.fenced(clip(self.name, names)), names)
        note = self.look.ink(clip(self.note, _NOTE), Ink.FAINT)
        return f"{' ' * _INDENT}{name}  {self._bar(bar)}{self._number()}   {note}"

    def stacked(self) -> list[str]:
        room = self.look.width - 2 * _INDENT
        name = pad(self.look.fenced(clip(self.name, room - _NUMBER)), room - _NUMBER)
        note = self.look.ink(clip(self.note, room), Ink.FAINT)
        return [" " * _INDENT + line for line in (name + self._number(), self._bar(room), note)]

    def _bar(self, width: int) -> str:
        return self.look.bar(self.used, self.elapsed, width, self.ink)

    def _number(self) -> str:
        text = self.look.plain(percent(self.used).replace("\u00a0", " "))
        return " " * (_NUMBER - len(text)) + self.look.ink(text, Ink.STRONG, self.ink)


def _rows(report: Report, now: datetime, look: Look) -> Iterator[_Row]:
    for limit in report["limits"]:
        resets_at = _time(limit["resets_at"])
        row = _Row(limit["label"], limit["percent"], _reset(limit, resets_at, now, look), look)
        row.elapsed = _elapsed(resets_at, limit["window_seconds"], now)
        yield _aged(row, limit, report, now)
    if report["spend"]:
        yield _aged(_spend(report["spend"], look), report["spend"], report, now)


def _aged(row: _Row, part: Report, report: Report, now: datetime) -> _Row:
    """Make a number that is old look so, and say of when it is where others are newer."""
    if part["stale"]:
        row.ink = Ink.FAINT
        if not report["stale"]:
            spent = row.note if part is report["spend"] else ""
            row.note = row.look.plain(_as_of(part, now, row.look, spent))
    return row


def _as_of(part: Report, now: datetime, look: Look, spent: str) -> str:
    at = datetime.fromisoformat(part["fetched_at"])
    sentence = words.SPENT_AS_OF if spent else words.AS_OF
    return sentence.format(spent=spent, time=moment(at, now, look.region), age=age(at, now))


def _reset(limit: Report, resets_at: datetime | None, now: datetime, look: Look) -> str:
    if resets_at is None:
        return words.NOT_STARTED if limit["percent"] == 0 else words.RESET_UNKNOWN
    if resets_at <= now:
        return words.HAS_RESET
    time = moment(nearest_minute(resets_at), now, look.region)
    return words.RESETS.format(time=time, span=span((resets_at - now).total_seconds()))


def _elapsed(resets_at: datetime | None, window_s: float | None, now: datetime) -> float | None:
    if resets_at is None or not window_s or resets_at <= now:
        return None
    return max(0.0, 100 * (1 - (resets_at - now).total_seconds() / window_s))


def _spend(spend: Report, look: Look) -> _Row:
    used, cap = spend["used"], spend["cap"]
    off = spend["enabled"] is False
    if cap:
        sentence = words.SPENT_OF_CAP_OFF if off else words.SPENT_OF_CAP
    else:
        sentence = words.SPENT_OFF if off else words.SPENT
    shown = money_of(**used) if used else UNKNOWN
    note = sentence.format(used=shown, cap=money_of(**cap) if cap else "")
    return _Row(phrases.EXTRA_USAGE, _share(used, cap), note, look)


def _share(used: Report | None, cap: Report | None) -> float | None:
    if not used or not cap or cap["minor"] <= 0 or used["currency"] != cap["currency"]:
        return None
    return share_of(used["minor"], used["exponent"], cap["minor"], cap["exponent"])


def _problem(report: Report, look: Look) -> list[str]:
    if not report["message"]:
        return []
    lines = _paragraph(report["message"], look, Ink.AMBER)
    return lines + (_paragraph(report["hint"], look) if report["hint"] else [])


def _provenance(report: Report, now: datetime, look: Look) -> list[str]:
    parts = []
    source, fetched_at = _main_origin(report)
    next_at = _time(report["next_poll_at"])
    if fetched_at:
        updated = words.UPDATED_OLD if report["stale"] else words.UPDATED
        time = moment(fetched_at, now, look.region)
        parts.append(updated.format(time=time, age=age(fetched_at, now)))
        parts.append(words.FROM_SOURCE.format(source=phrases.SOURCE_NAMES.get(source, source)))
    if next_at:
        parts.append(words.NEXT_UPDATE.format(time=clock(max(next_at, now), look.region)))
    ink = Ink.AMBER if report["stale"] and fetched_at else Ink.FAINT
    room = look.width - 2 * _INDENT
    lines = wrap(parts, room, between=words.BETWEEN)
    for told in _told(report, source, now):
        lines += wrap(look.plain(told).split(), room)
    return [" " * _INDENT + look.ink(look.plain(line), ink) for line in lines]


def _main_origin(report: Report) -> tuple[str, datetime | None]:
    """Return source and time of the answer, unless every limit is known better by now."""
    own = report["source"], report["fetched_at"]
    origins = [(limit["source"], limit["fetched_at"]) for limit in report["limits"]]
    best = own if own in origins or not origins else min(origins, key=lambda origin: origin[1])
    return best[0], _time(best[1])


def _told(report: Report, source: str, now: datetime) -> list[str]:
    """Return a line for each other source: which numbers are its, and their age."""
    told: dict[tuple[str, str], list[str]] = {}
    spend = [{"label": phrases.EXTRA_USAGE} | report["spend"]] if report["spend"] else []
    for part in [*report["limits"], *spend]:
        if part["source"] != source:
            when = age(datetime.fromisoformat(part["fetched_at"]), now)
            told.setdefault((when, part["source"]), []).append(part["label"])
    return [phrases.told_line(names, when, who) for (when, who), names in told.items()]


def _paragraph(text: str, look: Look, ink: str = Ink.PLAIN) -> list[str]:
    lines = wrap(look.plain(text).split(), look.width - 2 * _INDENT)
    return [" " * _INDENT + look.ink(line, ink) for line in lines]


def _time(stamp: str | None) -> datetime | None:
    return datetime.fromisoformat(stamp) if stamp else None
