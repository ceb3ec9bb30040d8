"""The line that Claude Code shows below its prompt: session, week, resets, pace. Pure, cheap to import."""

from __future__ import annotations

from claudometer.present.formatters import money_of, share, span
from claudometer.present.levels import Thresholds
from claudometer.present.messages import phrases
from claudometer.present.messages import status_line as words
from claudometer.present.typesetting import LEVEL_INKS, Ink, TerminalStyle, width_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from claudometer.providers.claude.capture import Window, Windows

    Dollars = tuple[float, float]
    """Spent, and the limit."""

    LineWords = tuple[float, str, bool]
    """When a window resets (s since 1970), what is said of it, and whether that is that it will be full."""

    Forecasts = Mapping[str, LineWords]
    """By the app's name of a limit, a value of ``_KINDS``."""

LENGTHS_S = {"five_hour": 5 * 3600, "seven_day": 7 * 24 * 3600}
"""The windows that Claude Code reports to everybody, and how many seconds they last."""

BAR = 8
OLD_S = 15 * 60
"""From this age on, an unchanged number of the session carries a note."""

PACE_TOLERANCE = 5.0
"""Percentage points above or below the elapsed share that still count as "on pace"."""

PACE_FROM = 5.0
"""Percent of the window that must have passed: earlier, a single answer would look like "over pace"."""

# Which windows have a bar, from the widest form to the narrowest.
_FORMS = (frozenset({"five_hour", "seven_day"}), frozenset({"five_hour"}), frozenset[str]())

_SPEND = "spend_limit"
_MODELS = ("opus", "sonnet", "haiku", "fable")
_IDS = {"five_hour": "session", "seven_day": "weekly"}
_IDS |= {f"seven_day_{model}": f"weekly:{model}" for model in _MODELS}
"""How the app names the windows of Claude Code that it knows, as ``providers.claude.limit_windows`` does."""

_SAME_WINDOW_S = 600.0
"""How far apart app and Claude Code may place the reset of one window; the next reset is hours away."""


def render(  # noqa: PLR0913, PLR0917 - named by their words
    windows: Windows,
    now: float,
    style: TerminalStyle,
    note: str = "",
    dollars: Dollars | None = None,
    forecasts: Forecasts | None = None,
    *,
    remaining: bool = False,
    thresholds: Thresholds | None = None,
) -> str:
    """Return the line with as much detail as fits into the width.

    Args:
        windows: the limit windows; a missing one is left out, unless all are missing.
        now: seconds since 1970.
        note: the age of the numbers, if it should be shown.
        dollars: what is spent of the spend limit, and that limit.
        forecasts: what the app says of session and week; said in place of the pace, if of the same window.
        remaining: say what is left of a limit instead of what is used.
        thresholds: from where on limits are amber and red.
    """
    parts = _tightest_first([_Part(name, window, now, dollars) for name, window in _in_order(windows)])
    for part in parts:
        part.forecast = _forecast_of(part.key, windows[part.key], forecasts or {})
        part.remaining = remaining
        part.thresholds = (thresholds or part.thresholds).of(_limit_id(part.key))
    parts = parts or [_Part(name, (None, None), now) for name in LENGTHS_S]
    bare = TerminalStyle(unicode=style.unicode)  # color sequences take no room, but would be counted
    for bars in _FORMS:
        if width_of(_line(parts, bars, note, bare)) <= style.width:
            return _line(parts, bars, note, style)
    if width_of(_mixed_line(parts, note, bare)) <= style.width:
        return _mixed_line(parts, note, style)
    return _join([part.short(style) for part in parts], style)


def _limit_id(key: str) -> str:
    """Return the app's id of a limit that Claude Code passes by this name."""
    return _IDS.get(key) or f"other:{'-'.join(filter(None, key.casefold().split('_')))}"


def _in_order(windows: Windows) -> list[tuple[str, Window]]:
    """Return session and week first, then every other limit that Claude Code passes."""
    names = [*LENGTHS_S, *(name for name in windows if name not in LENGTHS_S)]
    return [(name, windows[name]) for name in names if name in windows]


def _tightest_first(parts: list[_Part]) -> list[_Part]:
    """Let the tightest limit lead; session and week keep their places among themselves."""
    tightest = max(parts, key=lambda part: part.used or 0.0, default=None)
    if tightest is None or tightest.key in LENGTHS_S:
        return parts
    return [tightest, *(part for part in parts if part is not tightest)]


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


def _mixed_line(parts: list[_Part], note: str, style: TerminalStyle) -> str:
    """Return the details of the tightest limit, and only the numbers of the others."""
    tightest = max(parts, key=lambda part: part.used or 0.0)
    pieces = [part.full(style, bar=False) if part is tightest else part.short(style) for part in parts]
    pieces += [piece for piece in (_pace(parts, style), style.ink(note, Ink.FAINT)) if piece]
    return _join(pieces, style)


def _join(pieces: list[str], style: TerminalStyle) -> str:
    return style.ink(style.plain("  ·  "), Ink.FAINT).join(pieces)


def _pace(parts: list[_Part], style: TerminalStyle) -> str:
    """Return the most urgent word on how long the limits last.

    That a limit is reached; else a forecast of the app; else how the used share compares with the elapsed
    one, for the window that is furthest ahead of its pace. "" if nothing is known.
    """
    for part in parts:
        if part.is_full and part.key != _SPEND:  # the spend limit says so beside its amounts
            return style.ink(words.LIMIT_REACHED.format(name=part.name), Ink.RED)
    said = [(part.forecast, part.name) for part in parts if part.forecast is not None]
    if said:
        # Session before week, unless only the week will be full.
        (_, then, is_full), name = min(said, key=lambda each: not each[0][2])
        sentence = words.FORECAST.format(name=name, then=style.plain(then))
        return style.ink(sentence, Ink.AMBER if is_full else Ink.GREEN)
    known = [(part.ahead, part.name) for part in parts if part.ahead is not None]
    if not known:
        return ""
    ahead, name = max(known)
    if ahead > PACE_TOLERANCE:
        return style.ink(words.OVER_PACE.format(name=name), Ink.AMBER)
    return style.ink(words.ON_PACE if ahead >= -PACE_TOLERANCE else words.UNDER_PACE, Ink.GREEN)


def _forecast_of(key: str, window: Window, forecasts: Forecasts) -> LineWords | None:
    """Return the app's forecast of a window, if Claude Code shows the same window and it is not full."""
    used, resets_at = window
    said = forecasts.get(_IDS.get(key, ""))
    if said is None or resets_at is None or used is None or used >= 100:
        return None
    return said if abs(said[0] - resets_at) < _SAME_WINDOW_S else None


class _Part:
    """One limit window. After its reset its number is unknown."""

    def __init__(self, key: str, window: Window, now: float, dollars: Dollars | None = None) -> None:
        used, resets_at = window
        self.key = key
        self.name = words.WINDOW_NAMES.get(key) or _spelled(key)
        self.left_s = None if resets_at is None else resets_at - now
        self.is_over = self.left_s is not None and self.left_s <= 0
        self.used = None if self.is_over else used
        self.elapsed: float | None = None
        self.forecast: LineWords | None = None
        self.remaining = False
        self.thresholds = Thresholds()
        self._dollars = dollars if key == _SPEND and not self.is_over else None
        if self.left_s is not None and not self.is_over and key in LENGTHS_S:
            self.elapsed = max(0.0, 100 * (1 - self.left_s / LENGTHS_S[key]))

    @property
    def is_full(self) -> bool:
        """Whether the limit is reached."""
        return self.used is not None and self.used >= 100

    @property
    def ahead(self) -> float | None:
        """Percentage points used beyond the elapsed share; ``None`` while it is too early to tell."""
        if self.used is None or self.elapsed is None:
            return None
        return self.used - self.elapsed if self.elapsed >= PACE_FROM else None

    def full(self, style: TerminalStyle, *, bar: bool) -> str:
        return " ".join((self._with_amounts(self.short(style)), *self._details(style, bar=bar)))

    def short(self, style: TerminalStyle) -> str:
        number = style.plain(share(self.used, remaining=self.remaining).replace("\u00a0", " "))
        return f"{self.name} {style.ink(number, Ink.STRONG, self._ink)}"

    @property
    def _ink(self) -> str:
        return LEVEL_INKS[self.thresholds.level_of(self.used)]

    def _with_amounts(self, spent: str) -> str:
        if self.key != _SPEND:
            return spent
        if self._dollars is None:
            return words.SPEND_REACHED.format(spent=spent) if self.is_full else spent
        used, cap = map(_dollars, self._dollars)
        sentence = words.SPEND_REACHED_OF if self.is_full else words.SPEND_OF
        return sentence.format(spent=spent, used=used, cap=cap)

    def _details(self, style: TerminalStyle, *, bar: bool) -> Iterator[str]:
        if self.is_over:
            yield style.ink(words.WINDOW_HAS_RESET, Ink.FAINT)
            return
        if bar and self.used is not None:
            yield style.bar(self.used, self.elapsed, BAR, self._ink)
        if self.left_s is not None:
            yield style.ink(span(self.left_s), Ink.FAINT)


def _dollars(amount: float) -> str:
    """Return "$500", or "$520.50" where there are cents."""
    cents = round(amount * 100)
    return money_of(cents, 2, "USD") if cents % 100 else money_of(cents // 100, 0, "USD")


def _spelled(key: str) -> str:
    """Return a name for a limit that is not known here: "seven_day_opus" is "opus"."""
    return key.removeprefix("seven_day_").replace("_", " ")
