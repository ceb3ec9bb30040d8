"""Lays out the text of the terminal view in lines of a given width. Pure, cheap to import, no sentences."""

from __future__ import annotations

from claudometer.present.typesetting import (
    LEVEL_INKS,
    Ink,
    TerminalStyle,
    clip,
    pad,
    pieces_of,
    width_of,
    wrap,
)
from claudometer.present.units import words_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from claudometer.control.wire.report import TerminalRow, TerminalText

_INDENT = 2
_AFTER_NAME, _BEFORE_NOTE = 2, 3  # columns
_LONGEST_NAME = 17
"""A limit takes one line on 80 columns, whatever its name."""

_NUMBER = 6  # columns: "<1 %" to "134 %", and a space; "<1 % left" takes more
_NOTE = 34  # columns; a longer note continues on the next line, since its end may be a date
_SHORTEST_BAR = 14
"""With less room for bar and number than this and ``_NUMBER``, a limit takes three lines instead of one."""

_PAIR = 2
"""How many notes a limit with a forecast has: its reset, and the forecast."""

_GAP = 3  # columns between the two
_BAR_BESIDE_TWO = 18
"""With less room for the bar than this, the second note takes a line of its own."""


def render(text: TerminalText, style: TerminalStyle) -> list[str]:
    """Return the lines that show ``text``, none wider than the terminal."""
    blocks = (
        [_headline(text, style)],
        _numbers(text, style),
        _problem(text, style),
        _provenance(text, style),
    )
    return [line for block in blocks if block for line in ("", *block)] + [""]


def sentence(text: str, style: TerminalStyle) -> str:
    """Return a faint line below the report, cut off where the terminal ends."""
    return " " * _INDENT + style.ink(clip(style.plain(text), style.width - 2 * _INDENT), Ink.FAINT)


def _headline(text: TerminalText, style: TerminalStyle) -> str:
    room = style.width - 2 * _INDENT
    title = clip(style.plain(text["title"]), room)
    rest = style.plain("".join(f" · {detail}" for detail in text["details"]))
    faint = style.ink(clip(rest, room - width_of(title)), Ink.FAINT)
    return " " * _INDENT + style.ink(title, Ink.STRONG) + faint


def _numbers(text: TerminalText, style: TerminalStyle) -> list[str]:
    number = max([_NUMBER, *(width_of(style.plain(row["number"])) + 1 for row in text["rows"])])
    rows = [_Row(row, style, number) for row in text["rows"]]
    if not rows:
        return _paragraph(text["empty"] or "", style)
    names = min(_LONGEST_NAME, max(width_of(row.name) for row in rows))
    room = style.width - 2 * _INDENT - names - _AFTER_NAME - number - _BEFORE_NOTE  # for bar and note
    columns = _columns(rows)
    if columns and room - sum(columns) - _GAP >= _BAR_BESIDE_TWO:
        return [
            line for row in rows for line in row.in_columns(names, room - sum(columns) - _GAP, columns)
        ] + _below(text, style)
    bar = room - _NOTE
    if bar + number >= _SHORTEST_BAR + _NUMBER:
        return [line for row in rows for line in row.in_columns(names, bar)] + _below(text, style)
    stacked = [line for row in rows for line in ("", *row.stacked())]
    return stacked[1:] + _below(text, style)


def _columns(rows: list[_Row]) -> tuple[int, ...]:
    """Return the widths of two columns, of resets and of forecasts; none if no limit has a forecast."""
    pairs = [row.notes for row in rows if len(row.notes) == _PAIR]
    return tuple(max(map(width_of, column)) for column in zip(*pairs, strict=True))


def _below(text: TerminalText, style: TerminalStyle) -> list[str]:
    below = [text["more"], *text["notes"]]
    return [line for sentence in below if sentence for line in _paragraph(sentence, style, Ink.FAINT)]


class _Row:
    """A name, a number, and a note. An old number has no color: its level may be another by now.

    ``number`` is how many columns the numbers of all rows take.
    """

    def __init__(self, row: TerminalRow, style: TerminalStyle, number: int) -> None:
        self.name = style.plain(row["name"])
        self.notes = [style.plain(line) for line in row["note"].split("\n")]
        self._row = row
        self._style = style
        self._width = number
        self._ink = Ink.FAINT if row["old"] else LEVEL_INKS[row["level"]]

    def in_columns(self, names: int, bar: int, columns: tuple[int, ...] = ()) -> list[str]:
        """Return its line, and more lines if its note needs them.

        Args:
            names, bar: how many columns they take.
            columns: how many two notes side by side take; none if notes are below each other.
        """
        name = pad(self._style.fenced(clip(self.name, names)), names)
        note, *more = self._beside(columns) if columns else self._note_lines(_NOTE) or [""]
        before = (
            f"{' ' * _INDENT}{name}{' ' * _AFTER_NAME}{self._bar(bar)}{self._number()}{' ' * _BEFORE_NOTE}"
        )
        hang = " " * (_INDENT + names + _AFTER_NAME + bar + self._width + _BEFORE_NOTE)
        return [before + note, *(hang + line for line in more)]

    def stacked(self) -> list[str]:
        """Return its lines for a narrow terminal: name and number, the bar, the notes."""
        room = self._style.width - 2 * _INDENT
        name = pad(self._style.fenced(clip(self.name, room - self._width)), room - self._width)
        lines = (name + self._number(), self._bar(room), *self._note_lines(room))
        return [" " * _INDENT + line for line in lines]

    def _beside(self, columns: tuple[int, ...]) -> list[str]:
        if len(self.notes) != _PAIR:
            return self._note_lines(sum(columns) + _GAP) or [""]
        first, second = self.notes
        return [self._style.ink(f"{pad(first, columns[0])}{' ' * _GAP}{second}", Ink.FAINT)]

    def _note_lines(self, room: int) -> list[str]:
        lines = [line for note in self.notes for line in _broken(note, room)]
        return [self._style.ink(line, Ink.FAINT) for line in lines]

    def _bar(self, width: int) -> str:
        return self._style.bar(self._row["used"], self._row["elapsed"], width, self._ink)

    def _number(self) -> str:
        text = self._style.plain(self._row["number"])
        return " " * (self._width - len(text)) + self._style.ink(text, Ink.STRONG, self._ink)


def _broken(note: str, room: int) -> list[str]:
    """Return a note, broken after a comma if one line has no room for it, else between words."""
    if width_of(note) <= room:
        return [note]
    parts = [f"{part}," for part in note.split(", ")]
    if any(width_of(part) > room for part in parts):
        return wrap(words_of(note), room)
    return wrap([*parts[:-1], parts[-1][:-1]], room)


def _problem(text: TerminalText, style: TerminalStyle) -> list[str]:
    if not text["message"]:
        return []
    lines = _paragraph(text["message"], style, Ink.AMBER)
    return lines + (_paragraph(text["hint"], style) if text["hint"] else [])


def _provenance(text: TerminalText, style: TerminalStyle) -> list[str]:
    ink = Ink.AMBER if text["stale"] else Ink.FAINT
    room = style.width - 2 * _INDENT
    lines = wrap(text["updated"], room, between=" · ")
    for source in text["sources"]:
        lines += wrap(words_of(style.plain(source)), room)
    return [" " * _INDENT + style.ink(style.plain(line), ink) for line in lines]


def _paragraph(text: str, style: TerminalStyle, ink: str = Ink.PLAIN) -> list[str]:
    room, shown = style.width - 2 * _INDENT, style.plain(text)
    pieces = pieces_of(shown)
    fits = width_of(pieces[-1]) <= room
    lines = wrap([piece for piece in (pieces if fits else words_of(shown)) if piece], room)
    return [" " * _INDENT + style.ink(line, ink) for line in lines]
