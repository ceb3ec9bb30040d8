"""Layout in terminal cells: text fits, contains no control characters, and bars never mislead."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.present.formatters import money_of
from claudometer.present.typesetting import (
    NARROWEST,
    WIDEST,
    Ink,
    TerminalStyle,
    clip,
    fill,
    framed,
    pad,
    width_of,
    wrap,
)


def style(width: int = 80, *, color: bool = False, unicode: bool = True) -> TerminalStyle:
    return TerminalStyle(width=width, color=color, unicode=unicode)


def cells(text: str) -> int:
    """Count cells by Unicode categories, as a check on `width_of`."""
    taking = [each for each in text if unicodedata.category(each) not in {"Mn", "Me", "Cf"}]
    # Hangul vowels and finals join the letter before them.
    taking = [each for each in taking if not "\u1160" <= each <= "\u11ff"]
    return len(taking) + sum(unicodedata.east_asian_width(each) in "WF" for each in taking)


@pytest.mark.parametrize(("width", "used"), [(1, NARROWEST), (40, 40), (500, WIDEST)])
def test_a_width_out_of_range_becomes_the_nearest_usable_one(width: int, used: int) -> None:
    assert style(width).width == used


def test_escape_codes_are_written_only_in_color_and_only_around_text() -> None:
    colored = style(color=True)
    assert colored.ink("81 %", Ink.STRONG, Ink.RED) == "\x1b[1;38;5;167m81 %\x1b[0m"
    assert colored.ink("81 %", Ink.PLAIN) == "81 %"
    assert colored.ink("   ", Ink.STRONG) == "   "
    assert style().ink("81 %", Ink.STRONG) == "81 %"


COLORS = {"green": Ink.GREEN, "amber": Ink.AMBER, "red": Ink.RED}
GROUNDS = {
    "black; Terminal.app Pro and Homebrew": "#000000",
    "white; Terminal.app Basic": "#ffffff",
    "Terminal.app Basic, dark": "#1e1e1e",
    "GNOME Terminal, dark": "#171421",
    "GNOME Terminal, Ubuntu": "#300a24",
    "GNOME Terminal, light yellow": "#ffffdd",
    "Solarized dark": "#002b36",
    "Solarized light": "#fdf6e3",
}
RARER_GROUNDS = {"Tango dark": "#2e3436", "Tango light": "#eeeeec", "Terminal.app Man Page": "#fef49c"}
"""With 3 : 1 on these, too, only a grayish green would be left. On a ground as Novel or Silver Aerogel of
Terminal.app, between dark and light, no color has 3 : 1 that has it on the dark ones."""


def luminance(color: str) -> float:
    """Return the relative luminance of a color as "#rrggbb", 0 to 1, by WCAG 2."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return their contrast by WCAG 2, 1 to 21."""
    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


def of_the_palette(ink: str) -> str:
    """Return the color of an ink as "#rrggbb": one of the cube of 6 x 6 x 6 in the 256-color palette."""
    red, rest = divmod(int(ink.removeprefix("38;5;")) - 16, 36)
    steps = (0, 95, 135, 175, 215, 255)
    return "#" + "".join(f"{steps[at]:02x}" for at in (red, *divmod(rest, 6)))


def test_the_contrast_of_two_colors_is_that_of_the_recommendation() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert of_the_palette("38;5;208") == "#ff8700"


@pytest.mark.parametrize("ground", GROUNDS.values(), ids=GROUNDS)
@pytest.mark.parametrize("ink", COLORS.values(), ids=COLORS)
def test_every_color_is_readable_on_the_usual_grounds(ink: str, ground: str) -> None:
    assert contrast(of_the_palette(ink), ground) >= 3


@pytest.mark.parametrize("ground", RARER_GROUNDS.values(), ids=RARER_GROUNDS)
@pytest.mark.parametrize("ink", COLORS.values(), ids=COLORS)
def test_on_rarer_grounds_every_color_is_still_visible(ink: str, ground: str) -> None:
    assert contrast(of_the_palette(ink), ground) >= 2.75


@given(st.text())
def test_foreign_text_never_controls_the_terminal(text: str) -> None:
    assert style().plain(text).isprintable()
    assert style(unicode=False).plain(text).isascii()


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("", 0),
        ("Session", 7),
        ("日本語", 6),
        ("é", 1),
        ("e\u0301", 1),
        ("━╋…", 3),
        ("€", 1),
        ("กำ", 2),
        ("नि", 2),
        ("❤\ufe0f", 1),
        ("שלום\u200e", 4),
    ],
)
def test_width_is_counted_in_cells(text: str, width: int) -> None:
    assert width_of(text) == width


@given(st.text(alphabet=st.characters(exclude_categories=["C"])), st.integers(1, 30))
def test_clipped_text_fits(text: str, width: int) -> None:
    clipped = clip(text, width)
    assert cells(clipped) <= width
    assert clipped == text or clipped.endswith("…")


def test_text_clipped_to_no_width_is_empty() -> None:
    assert clip("Session", 0) == ""


@pytest.mark.parametrize("currency", ["USD", "EUR", "GBP", "JPY", "BRL", "AUD", "CAD", "INR", "SEK"])
def test_an_amount_names_its_currency_in_ascii_too(currency: str) -> None:
    """An amount in yen or rupees began with a question mark."""
    shown = style(unicode=False).plain(money_of(1234, 2, currency))
    assert shown.isascii()
    assert "?" not in shown
    assert "12.34" in shown


def test_padding_fills_the_cells_of_wide_characters_too() -> None:
    assert pad("日本", 6) == "日本  "


@given(st.lists(st.text(alphabet="abc日", min_size=1, max_size=8)), st.integers(2, 30))
def test_wrapped_lines_fit_and_keep_the_order(pieces: list[str], width: int) -> None:
    lines = wrap(pieces, width)
    assert all(cells(line) <= width for line in lines)
    if all(cells(piece) <= width for piece in pieces):
        assert " ".join(lines).split() == pieces


def test_pieces_on_one_line_are_joined_by_the_separator() -> None:
    assert wrap(["Refreshed 11:14", "via Claude Code"], 40, between=" · ") == [
        "Refreshed 11:14 · via Claude Code"
    ]
    assert wrap(["Refreshed 11:14", "via Claude Code"], 20, between=" · ") == [
        "Refreshed 11:14",
        "via Claude Code",
    ]


@pytest.mark.parametrize(
    ("percent", "elapsed", "bar"),
    [
        (None, None, "──────────"),
        (0.0, None, "──────────"),
        (0.1, None, "╾─────────"),
        (50.0, None, "━━━━━─────"),
        (55.0, None, "━━━━━╾────"),
        (99.9, None, "━━━━━━━━━╾"),
        (100.0, None, "━━━━━━━━━━"),
        (240.0, None, "━━━━━━━━━━"),
        (50.0, 20.0, "━━╋━━─────"),
        (50.0, 80.0, "━━━━━───┼─"),
        (50.0, 100.0, "━━━━━────┼"),
        (None, 30.0, "───┼──────"),
    ],
)
def test_a_bar_is_full_only_at_the_limit_and_empty_only_at_zero(
    percent: float | None, elapsed: float | None, bar: str
) -> None:
    assert style().bar(percent, elapsed, 10, Ink.GREEN) == bar


def test_a_bar_without_unicode_is_drawn_in_ascii() -> None:
    assert style(unicode=False).bar(55.0, 80.0, 10, Ink.GREEN) == "=====-..|."


@given(st.one_of(st.none(), st.floats(0, 500)), st.one_of(st.none(), st.floats(0, 100)), st.integers(1, 60))
def test_a_bar_is_exactly_as_wide_as_asked_for(
    percent: float | None, elapsed: float | None, width: int
) -> None:
    assert len(style().bar(percent, elapsed, width, Ink.RED)) == width


def test_the_tick_on_a_filled_bar_has_the_terminals_own_color() -> None:
    bar = TerminalStyle(color=True).bar(50.0, 20.0, 10, Ink.RED)
    assert re.findall(r"\x1b\[([1-9][0-9;]*)m([^\x1b]+)", bar) == [
        (Ink.RED, "━━"),
        (Ink.STRONG, "╋"),
        (Ink.RED, "━━"),
        (Ink.FAINT, "─────"),
    ]


def test_margins_are_around_what_is_read_as_a_whole() -> None:
    assert framed(["one", "", "two"]) == ["", "  one", "", "  two", ""]
    assert framed([]) == []
    assert TerminalStyle(width=80).inside().width == 78


def test_a_text_is_broken_between_words_and_a_path_stays_whole() -> None:
    path = "/home/" + "x" * 90
    assert fill(f"The file cannot be read: {path} is damaged.", 40) == (
        f"The file cannot be read:\n{path}\nis damaged."
    )
    assert fill("One line.", 40) == "One line."
    assert all(width_of(line) <= 20 for line in fill("Claude ist überlastet. " * 9, 20).split("\n"))


def test_a_line_to_type_at_the_end_is_never_broken() -> None:
    command = "python3 -m venv --system-site-packages ~/v"
    text = f"The environment does not see the system's packages. Let it see them: {command}"
    assert fill(text, 60).splitlines()[-1] == f"see them: {command}"
    assert fill(text, 300) == text
    assert command in fill(text, 30).splitlines()  # longer than a line: the terminal breaks it, not we
    assert len(fill("No: the session is used up until 15:00, so wait for its reset.", 30).splitlines()) == 3
