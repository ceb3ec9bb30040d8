"""The line that Claude Code shows below its prompt: session, week, resets, pace. Pure, cheap to import."""

from __future__ import annotations

from claudometer.present.formatters import percent, span
from claudometer.present.levels import Thresholds
from claudometer.present.messages import phrases
from claudometer.present.messages import terminal as words
from claudometer.present.typesetting import Ink, TerminalStyle, width_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from claudometer.providers.claude.capture import Windows

LENGTHS_S = {"five_hour": 5 * 3600, "seven_day": 7 * 24 * 3600}
"""The windows that Claude Code reports, and how many seconds they last."""

BAR = 8
OLD_S = 15 * 60
"""From this age on, an unchanged number of the session carries a note."""

PACE_TOLERANCE = 5.0
"""Percentage points above or below the elapsed share that still count as "on pace"."""

PACE_FROM = 5.0
"""Percent of the window that must have passed: earlier, a single answer would look like "over pace"."""

_INKS = {"ok": Ink.GREEN, "warning": Ink.AMBER, "critical": Ink.RED, "unknown": Ink.FAINT}
# Which windows have a bar, from the widest form to the narrowest.
_FORMS = (frozenset({"five_hour", "seven_day"}), frozenset({"five_hour"}), frozenset[str]())


def demo_windows(now: float) -> Windows:
    """Return sample data."""
    return {"five_hour": (41.0, now + 7830), "seven_day": (62.0, now + 2.5 * 86400)}


def render(windows: Windows, now: float, style: TerminalStyle, note: str = "") -> str:
    """Return the line with as much detail as fits into the width.

    Args:
        windows: the limit windows; a missing one is left out, unless all are missing.
        now: seconds since 1970.
        note: the age of the numbers, if it should be shown.
    """
    parts = [_Part(name, windows.get(name, (None, None)), now) for name in LENGTHS_S if name in windows]
    parts = parts or [_Part(name, (None, None), now) for name in LENGTHS_S]
    bare = TerminalStyle(unicode=style.unicode)  # color sequences take no room, but would be counted
    for bars in _FORMS:
        if width_of(_line(parts, bars, note, bare)) <= style.width:
            return _line(parts, bars, note, style)
    short = [part.short(style) for part in parts]
    return _join(short, style)


def age_note(since_s: float | None, *, of_this_session: bool) -> str:
    """Return the age of the numbers, "" if they are fresh.

    Within a session it says "unchanged", not "old": Claude Code does not say when it last confirmed them.
    """
    if since_s is None:
        return ""
    if of_this_session:
        return words.UNCHANGED_FOR.format(span=span(since_s)) if since_s >= OLD_S else ""
    return phrases.AGO.format(span=span(since_s)) if since_s >= 60 else ""


def _line(parts: list[_Part], bars: frozenset[str], note: str, style: TerminalStyle) -> str:
    pieces = [part.full(style, bar=part.key in bars) for part in parts]
    pieces += [piece for piece in (_pace(parts, style), style.ink(note, Ink.FAINT)) if piece]
    return _join(pieces, style)


def _join(pieces: list[str], style: TerminalStyle) -> str:
    return style.ink(style.plain("  ·  "), Ink.FAINT).join(pieces)


def _pace(parts: list[_Part], style: TerminalStyle) -> str:
    """Compare the used share with the elapsed one, for the window that is furthest ahead of its pace."""
    for part in parts:
        if part.used is not None and part.used >= 100:
            return style.ink(words.LIMIT_REACHED.format(name=part.name), Ink.RED)
    known = [(part.ahead, part.name) for part in parts if part.ahead is not None]
    if not known:
        return ""
    ahead, name = max(known)
    if ahead > PACE_TOLERANCE:
        return style.ink(words.OVER_PACE.format(name=name), Ink.AMBER)
    return style.ink(words.ON_PACE if ahead >= -PACE_TOLERANCE else words.UNDER_PACE, Ink.GREEN)


class _Part:
    """One limit window. After its reset its number is unknown."""

    def __init__(self, key: str, window: tuple[float | None, float | None], now: float) -> None:
        used, resets_at = window
        self.key = key
        self.name = words.WINDOW_NAMES[key]
        self.left_s = None if resets_at is None else resets_at - now
        self.is_over = self.left_s is not None and self.left_s <= 0
        self.used = None if self.is_over else used
        self.elapsed: float | None = None
        if self.left_s is not None and not self.is_over:
            self.elapsed = max(0.0, 100 * (1 - self.left_s / LENGTHS_S[key]))

    @property
    def ahead(self) -> float | None:
        """Percentage points used beyond the elapsed share; ``None`` while it is too early to tell."""
        if self.used is None or self.elapsed is None:
            return None
        return self.used - self.elapsed if self.elapsed >= PACE_FROM else None

    def full(self, style: TerminalStyle, *, bar: bool) -> str:
        return " ".join((self.short(style), *self._details(style, bar=bar)))

    def short(self, style: TerminalStyle) -> str:
        number = style.plain(percent(self.used).replace("\u00a0", " "))
        return f"{self.name} {style.ink(number, Ink.STRONG, self._ink)}"

    @property
    def _ink(self) -> str:
        return _INKS[Thresholds().level_of(self.used)]

    def _details(self, style: TerminalStyle, *, bar: bool) -> Iterator[str]:
        if self.is_over:
            yield style.ink(words.WINDOW_HAS_RESET, Ink.FAINT)
            return
        if bar and self.used is not None:
            yield style.bar(self.used, self.elapsed, BAR, self._ink)
        if self.left_s is not None:
            yield style.ink(span(self.left_s), Ink.FAINT)
