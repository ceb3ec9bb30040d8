"""What the JSON for a status line contains, in lines for a terminal. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from claudometer.present.formatters import percent, spoken_moment
from claudometer.present.messages import doctor_explain as words
from claudometer.present.typesetting import Ink, framed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from claudometer.domain.region import Region
    from claudometer.present.typesetting import TerminalStyle
    from claudometer.providers.claude.capture import Windows

_WELL, _WRONG = ("✓", "+", Ink.GREEN), ("✗", "x", Ink.RED)
_LONGEST = 30  # of a name or a version: anything may come on standard input


@dataclass(frozen=True, slots=True)
class Explained:
    """What was found in an input.

    Attributes:
        outer: the input as an object, ``None`` if it is no JSON object.
        is_empty: whether there was no input at all.
        windows: its limit windows, by Claude Code's names.
        dollars: used and limit of a spend limit, in US dollars.
    """

    outer: Mapping[str, object] | None
    is_empty: bool
    windows: Windows
    dollars: tuple[float, float] | None


def explain(found: Explained, now: datetime, region: Region, style: TerminalStyle) -> list[str]:
    """Return what was read, each limit, and what was not understood: one line each, with a mark."""
    outer, windows, dollars = found.outer, found.windows, found.dollars
    if outer is None:
        sentence = words.NO_INPUT if found.is_empty else words.NOT_JSON
        return framed([_line(sentence, _WRONG, style)])
    lines = [_line(words.READ, _WELL, style)]
    version = outer.get("version")
    if isinstance(version, str):
        lines.append(_line(words.VERSION.format(version=version[:_LONGEST]), _WELL, style))
    if not windows:
        sentence = words.UNREADABLE_LIMITS if "rate_limits" in outer else words.NO_LIMITS
        return framed([*lines, _line(sentence, _WRONG, style)])
    for name, (used, resets_at) in windows.items():
        lines.append(_line(_limit(name, used, resets_at, now, region), _WELL, style))
    if dollars is not None:
        lines.append(
            _line(words.DOLLARS.format(used=f"{dollars[0]:.2f}", limit=f"{dollars[1]:.2f}"), _WELL, style)
        )
    limits = outer.get("rate_limits")
    unread = [name for name in limits if name not in windows] if isinstance(limits, dict) else []
    if unread:
        names = ", ".join(str(name)[:_LONGEST] for name in unread)
        lines.append(_line(words.UNREAD.format(names=names), _WRONG, style))
    return framed(lines)


def _limit(name: str, used: float | None, resets_at: float | None, now: datetime, region: Region) -> str:
    label = words.NAMES.get(name, name)
    if resets_at is None:
        return words.LIMIT_WITHOUT_RESET.format(label=label, name=name, percent=percent(used))
    at = spoken_moment(datetime.fromtimestamp(resets_at, UTC), now, region)
    return words.LIMIT.format(label=label, name=name, percent=percent(used), time=at)


def _line(sentence: str, mark: tuple[str, str, str], style: TerminalStyle) -> str:
    symbol = style.ink(mark[0] if style.unicode else mark[1], Ink.STRONG, mark[2])
    return f"{symbol} {style.plain(sentence)}"
