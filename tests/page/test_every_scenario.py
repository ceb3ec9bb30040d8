"""What must hold in every scenario: no console line, no request, no sideways scrolling, readable text."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.page.chromium import WIDE_FONT
from tests.page.scenarios import SCENARIOS

if TYPE_CHECKING:
    from tests.page.chromium import Chromium

pytestmark = pytest.mark.chromium

WIDTHS = (230, 420, 460, 900, 1600)
"""Points. The first is a window of 460 whose text is enlarged to 200 %."""
CONTRAST = Path(__file__).with_name("contrast.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SCENARIOS)
def test_nothing_is_logged_or_requested(page: Chromium, name: str) -> None:
    page.open(name)
    console, requested = page.logs()
    assert console == []
    assert [address.rpartition("/")[2] for address in requested] == ["page.html"]


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_page_never_scrolls_sideways(page: Chromium, name: str) -> None:
    page.open(name)
    page.unfold()
    for width in WIDTHS:
        page.look(width=width)
        wide = page.js(
            """const right = document.documentElement.clientWidth;
               return [...document.querySelectorAll("main *")]
                 .filter((e) => e.getClientRects().length && e.getBoundingClientRect().right > right + 0.5)
                 .filter((e) => !e.closest(".visually-hidden"))
                 .map((e) => e.className || e.tagName);"""
        )
        assert wide == [], f"at {width}"
        assert page.js("return document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", SCENARIOS)
def test_nothing_sticks_out_of_its_card_or_into_its_neighbor(page: Chromium, name: str) -> None:
    page.open(name)
    page.unfold()
    for width, font in product(WIDTHS[:2], ("Inter", WIDE_FONT)):
        page.look(width=width)
        page.use_font(font)
        outside = page.js(
            """const seen = (e) => e.getClientRects().length && !e.closest(".visually-hidden");
               const right = (e) => e.getBoundingClientRect().right;
               const inside = (card) => right(card) - parseFloat(getComputedStyle(card).paddingRight);
               const elements = [...document.querySelectorAll(".card *")].filter(seen);
               const other = "input, select, svg, .bar, .updates-bar, .field-head";
               const plain = elements.filter((e) => !e.closest(other));
               return plain.filter((e) => right(e) > inside(e.closest(".card")) + 0.5
                   || (getComputedStyle(e).display !== "inline" && e.scrollWidth > e.clientWidth + 1))
                 .map((e) => `${e.className || e.tagName}: ${e.textContent.trim().slice(0, 40)}`);"""
        )
        assert outside == [], f"at {width}, in {font}"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", SCENARIOS)
def test_every_text_has_a_contrast_of_at_least_4_5(page: Chromium, name: str, *, dark: bool) -> None:
    page.look(dark=dark)
    page.open(name)
    page.unfold()
    found = page.js(f"{CONTRAST}; return textContrasts();")
    assert len(found) > 15
    assert [text for text in found if text["contrast"] < 4.5] == []


def test_the_measurement_of_contrast_finds_a_faint_text(page: Chromium) -> None:
    page.open("numbers")
    page.js("document.getElementById('headline').style.color = 'rgb(170, 165, 160)'")
    found = page.js(f"{CONTRAST}; return textContrasts();")
    assert [text["text"] for text in found if text["contrast"] < 4.5] == ["Claude Max 5x"]


@pytest.mark.parametrize("name", ["numbers", "many", "starting"])
def test_only_the_page_itself_scrolls(page: Chromium, name: str) -> None:
    page.open(name)
    scrolling = page.js(
        """return [...document.querySelectorAll("main, main *")]
             .filter((e) => ["auto", "scroll"].includes(getComputedStyle(e).overflowY))
             .map((e) => e.className || e.tagName);"""
    )
    assert scrolling == []


def test_nothing_moves_with_reduced_motion(page: Chromium) -> None:
    moving = "return document.getAnimations().length"
    page.look(calm=False)
    page.open("starting")
    assert page.js(moving) > 0
    page.look(calm=True)
    assert page.js(moving) == 0
    page.click("#gear")
    assert page.js(moving) == 0, "a page only slides where movement is welcome"


def test_with_forced_colors_it_is_still_visible_what_is_on(page: Chromium) -> None:
    page.force_colors()
    page.open("calm", at="settings")
    page.click("#icon_label")
    ground = "return getComputedStyle(document.querySelector(arguments[0])).backgroundColor"
    for on, off in (
        ("[name=mode]:checked", "[name=mode]:not(:checked)"),
        (".switch:checked", ".switch:not(:checked)"),
    ):
        assert page.js(ground, on) != page.js(ground, off)


def test_with_forced_colors_a_chart_has_only_the_colors_of_the_theme(page: Chromium) -> None:
    page.force_colors()
    page.open("history")
    color = "return getComputedStyle(document.querySelector(arguments[0]))[arguments[1]]"
    text = page.js(color, "h1", "color")
    for part, paint in ((".chart-ahead", "stroke"), (".chart-full", "stroke"), (".chart-label", "fill")):
        assert page.js(color, part, paint) == text
    day, today = '.day[data-today="false"] .day-low', '.day[data-today="true"] .day-low'
    assert page.js(color, today, "backgroundColor") == page.js(color, day, "backgroundColor")
