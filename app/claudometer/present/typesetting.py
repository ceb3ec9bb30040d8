"""Text in the cells of a terminal: colors, widths, wrapping, bars. Pure, no sentences, cheap to import."""

from __future__ import annotations

from claudometer.present.units import words_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

WIDEST = 92
"""Columns. On wider lines the eye gets lost between a name and its number."""

NARROWEST = 20
"""Columns. A narrower terminal wraps our lines: cutting them further would leave nothing to read."""


class Ink:
    """Text attributes, as parameters of an ANSI sequence."""

    PLAIN = ""
    STRONG = "1"
    FAINT = "2"
    # Of the 256-color palette: what the 16 basic colors look like depends on the terminal's theme, and their
    # yellow is often unreadable on white. Which background a terminal has cannot be known without asking it,
    # so these have a contrast of 3 : 1 on black, on white and on the usual themes (`test_typesetting.py`).
    GREEN = "38;5;29"
    AMBER = "38;5;136"
    RED = "38;5;167"


LEVEL_INKS = {"ok": Ink.GREEN, "warning": Ink.AMBER, "critical": Ink.RED, "unknown": Ink.FAINT}
"""By the level of a limit."""


class TerminalStyle:
    """What a terminal can show: how many columns, whether in color, and whether more than ASCII."""

    __slots__ = ("color", "unicode", "width")

    def __init__(self, *, width: int = 80, color: bool = False, unicode: bool = True) -> None:
        self.width = max(NARROWEST, min(width, WIDEST))
        self.color = color
        self.unicode = unicode

    def inside(self) -> TerminalStyle:
        """Return the style for lines that get the margin on their left."""
        return TerminalStyle(width=self.width - len(MARGIN), color=self.color, unicode=self.unicode)

    def ink(self, text: str, *inks: str) -> str:
        """Return the text with these attributes; without color, as it is."""
        codes = ";".join(ink for ink in inks if ink)
        return f"\x1b[{codes}m{text}\x1b[0m" if self.color and codes and text.strip() else text

    def plain(self, text: str) -> str:
        """Return text from elsewhere fit for one line: without control characters, in ASCII if necessary."""
        if not text.isprintable():
            text = "".join(each if each.isprintable() else " " for each in text)
        return text if self.unicode or text.isascii() else as_ascii(text)

    def fenced(self, name: str) -> str:
        """Return a name from `plain`, with a mark after it if it has right-to-left letters.

        Without the mark, terminals that reorder such letters draw the number that follows in front of them.
        """
        if name.isascii() or not self.unicode:
            return name
        import unicodedata  # noqa: PLC0415 - rarely needed, and the command line counts milliseconds

        turned = any(unicodedata.bidirectional(each) in _RIGHT_TO_LEFT for each in name)
        return f"{name}{_LEFT_TO_RIGHT_MARK}" if turned else name

    def bar(self, percent: float | None, elapsed: float | None, width: int, ink: str) -> str:
        """Return a thin bar with a tick at the elapsed share of the time. Unknown is an empty bar."""
        strokes = _UNICODE_BAR if self.unicode else _ASCII_BAR
        halves = _halves(percent, width)
        cells = [strokes.full] * (halves // 2) + [strokes.half] * (halves % 2)
        cells += [strokes.rest] * (width - len(cells))
        # At 100 % the tick would be one cell past the end.
        tick = None if elapsed is None else min(width - 1, int(elapsed / 100 * width))
        if tick is not None:
            cells[tick] = strokes.tick_in_full if tick < halves // 2 else strokes.tick
        filled = (halves + 1) // 2
        if not self.color or tick is None or tick >= halves // 2:
            return self.ink("".join(cells[:filled]), ink) + self.ink("".join(cells[filled:]), Ink.FAINT)
        # In the terminal's own color: in that of the bar nobody sees it.
        before, after = "".join(cells[:tick]), "".join(cells[tick + 1 : filled])
        inked = self.ink(before, ink) + self.ink(cells[tick], Ink.STRONG) + self.ink(after, ink)
        return inked + self.ink("".join(cells[filled:]), Ink.FAINT)


class _Strokes:
    def __init__(self, full: str, half: str, rest: str, tick_in_full: str, tick: str) -> None:
        self.full, self.half, self.rest = full, half, rest
        self.tick_in_full, self.tick = tick_in_full, tick


_UNICODE_BAR = _Strokes("━", "╾", "─", "╋", "┼")
_ASCII_BAR = _Strokes("=", "-", ".", "|", "|")
_NO_CELL = frozenset({"Mn", "Me", "Cf"})
_ONE_CELL = frozenset("━╾─╋┼—…“”€")
"""The characters beyond Latin that our own text uses. With Latin, most text needs no ``unicodedata``."""

_RIGHT_TO_LEFT = frozenset({"R", "AL"})
_LEFT_TO_RIGHT_MARK = "\u200e"

_ASCII = {
    "—": "-",
    "…": "...",
    "“": '"',
    "”": '"',
    "·": "-",
    "€": "EUR ",
    "£": "GBP ",
    "¥": "JPY ",
    "₹": "INR ",
}


MARGIN = "  "
"""The left margin of every output that people read. It has a blank line before and after, too."""


def framed(lines: Sequence[str]) -> list[str]:
    """Return lines with the margins that all commands have; without a line there is nothing to frame."""
    return ["", *(f"{MARGIN}{line}" if line else "" for line in lines), ""] if lines else []


def width_of(text: str) -> int:
    """Return how many cells the text takes: two for a wide East Asian character, none for an accent."""
    if all(each < "\u0300" or each in _ONE_CELL for each in text):
        return len(text)
    import unicodedata  # noqa: PLC0415 - rarely needed, and the command line counts milliseconds

    # U+1160 to U+11FF are the vowels and finals of Korean syllables, drawn into the cell of the first letter.
    return sum(
        0
        if unicodedata.category(each) in _NO_CELL or "\u1160" <= each <= "\u11ff"
        else 2
        if unicodedata.east_asian_width(each) in "WF"
        else 1
        for each in text
    )


def clip(text: str, width: int) -> str:
    """Cut what does not fit, and show that it was cut."""
    if width_of(text) <= width:
        return text
    # One by one, because a character may be two cells wide, or none.
    while text and width_of(text) > width - 1:
        text = text[:-1]
    return text.rstrip() + "…" if width > 0 else ""


def pad(text: str, width: int) -> str:
    """Fill up with spaces to ``width`` cells."""
    return text + " " * (width - width_of(text))


def wrap(pieces: Sequence[str], width: int, *, between: str = " ") -> list[str]:
    """Put pieces into as few lines as possible. A piece that is longer than a line is cut."""
    lines: list[str] = []
    for piece in pieces:
        if lines and width_of(lines[-1] + between + piece) <= width:
            lines[-1] += between + piece
        else:
            lines.append(clip(piece, width))
    return lines


def pieces_of(text: str) -> list[str]:
    """Return the words of a text. If it ends with a line to type, after a colon, that line is one piece."""
    before, colon, last = text.rpartition(": ")
    # What ends like a sentence is one, also after a colon.
    is_command = colon and not last.endswith((".", "!", "?", "…", ":", ")", "”", '"', "%"))
    return [*words_of(f"{before}:"), last] if is_command else words_of(text)


def fill(text: str, width: int) -> str:
    """Break a text between its words so that it fits. A longer word stays whole: it may be a path to copy.

    A line to type at its end stays whole, too.
    """
    return "\n".join(break_lines(pieces_of(text), width))


def break_lines(words: Sequence[str], width: int) -> list[str]:
    """Put words into as few lines as possible. A word that is longer than a line stays whole."""
    lines: list[str] = []
    for word in words:
        if lines and width_of(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _halves(percent: float | None, width: int) -> int:
    """Return the number of filled half cells: at least one above 0 %, all of them only from 100 % on."""
    if percent is None or percent <= 0:
        return 0
    if percent >= 100:
        return 2 * width
    return max(1, min(2 * width - 1, round(percent / 100 * 2 * width)))


def as_ascii(text: str) -> str:
    """Return the text with plain characters for typographic ones, and question marks for the others."""
    known = "".join(_ASCII.get(each, each) for each in text)
    return known.encode("ascii", "replace").decode("ascii")
