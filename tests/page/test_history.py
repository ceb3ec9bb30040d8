"""The history in the window: its chart, the rows as its tabs, values by pointer and by keyboard."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from selenium.webdriver.common.keys import Keys

from claudometer.present.history_card import SAMPLES, SPANS
from tests.page.charts import chart_at, charts_at, days_at
from tests.page.scenarios import NOW, SCENARIOS
from tests.readings import session

if TYPE_CHECKING:
    from tests.page.chromium import Chromium

pytestmark = pytest.mark.chromium

CHARTS = charts_at(NOW)
DAYS = days_at(NOW)


@pytest.fixture
def history(page: Chromium) -> Chromium:
    page.open("history")
    page.wait(lambda: page.js("return !document.getElementById('history').hidden"))
    return page


def title(page: Chromium) -> str:
    return str(page.js("return document.getElementById('history-title').textContent"))


def choose(page: Chromium, span: str) -> None:
    page.js(f"document.querySelector('[data-span={span}]').click()")
    wait_for_chart(page, CHARTS[f"session {span}"]["summary"])


def wait_for_chart(page: Chromium, summary: str) -> None:
    page.wait(lambda: page.attribute("#chart", "aria-label") == summary)


def value(page: Chromium) -> str:
    return str(page.js("return document.getElementById('chart').ariaValueText"))


def marked(page: Chromium) -> list[str]:
    return page.js(  # type: ignore[no-any-return]
        "return [...document.querySelectorAll('.limit')].map((row) => row.ariaSelected)"
    )


def test_the_first_limit_is_selected_and_its_present_window_is_shown(history: Chromium) -> None:
    assert title(history) == "Session"
    assert marked(history) == ["true", "false", "false"]
    labels = history.js(
        "return [...document.querySelectorAll('.chart-svg .chart-label')].map((each) => each.textContent)"
    )
    assert labels == ["0", "50", "100", "09:10", "now", "resets 14:10"]
    assert history.js("return document.querySelectorAll('.chart-pace').length") == 1
    assert history.js("return document.querySelectorAll('.chart-now').length") == 1


def test_what_is_likely_to_come_is_drawn_from_now_on_and_only_there(history: Chromium) -> None:
    assert history.text(".chart-then") == "full about 13:00"
    assert (
        history.js("return document.querySelectorAll('.chart-ahead, .chart-range, .chart-end').length") == 3
    )
    assert history.visible(".key-ahead")
    choose(history, "day")
    assert history.elements(".chart-then, .chart-ahead") == []
    assert not history.visible(".key-ahead")


@pytest.mark.parametrize("span", ["now", "week"])
def test_the_key_names_only_what_is_drawn(history: Chromium, span: str) -> None:
    choose(history, span)
    for name in ("reset", "gap", "pace"):
        assert history.visible(f".key-{name}") == bool(history.elements(f".chart-{name}"))


def test_a_row_is_a_tab_for_the_pointer_and_for_the_keyboard(history: Chromium) -> None:
    history.js("document.querySelectorAll('.limit')[2].click()")
    history.wait(
        lambda: history.js("return document.getElementById('history-title').textContent === 'Fable'")
    )
    assert marked(history) == ["false", "false", "true"]
    history.js("document.querySelectorAll('.limit')[0].focus()")
    history.press(Keys.ARROW_DOWN)
    assert title(history) == "Fable"
    history.press(Keys.ENTER)
    history.wait(
        lambda: history.js("return document.getElementById('history-title').textContent === 'Weekly'")
    )


@pytest.mark.parametrize("span", [span for span in SPANS if span != "now"])
def test_every_time_has_its_chart(history: Chromium, span: str) -> None:
    choose(history, span)
    chart = CHARTS[f"session {span}"]
    drawn: dict[str, Any] = history.js(
        "const count = (name) => document.querySelectorAll(name).length;"
        "return {lines: count('.chart-line'), gaps: count('.chart-gap'), resets: count('.chart-reset')}"
    )
    assert drawn == {
        "lines": len(chart["lines"]),
        "gaps": len(chart["gaps"]),
        "resets": len(chart["resets"]),
    }
    assert history.js(f"return document.querySelector('[data-span={span}]').ariaPressed") == "true"


def test_no_line_is_drawn_over_a_gap(history: Chromium) -> None:
    choose(history, "day")
    crossing = history.js(
        """
        const box = (each) => each.getBoundingClientRect();
        const gaps = [...document.querySelectorAll(".chart-gap")].map(box);
        const lines = [...document.querySelectorAll(".chart-line")].map(box);
        const crosses = (line, gap) => line.left + 2 < gap.left && line.right > gap.right + 2;
        return gaps.some((gap) => lines.some((line) => crosses(line, gap)));
        """
    )
    assert crossing is False


def test_values_are_read_with_the_arrow_keys(history: Chromium) -> None:
    samples = CHARTS["session now"]["samples"]
    assert value(history) == samples[-1]["text"]
    history.js("document.getElementById('chart').focus()")
    history.press(Keys.HOME)
    assert value(history) == samples[0]["text"]
    for _ in range(3):
        history.press(Keys.ARROW_RIGHT)
    assert value(history) == samples[3]["text"]
    assert history.js("return document.getElementById('chart-value').textContent") == samples[3]["text"]
    history.press(Keys.END)
    history.press(Keys.ARROW_RIGHT)
    assert history.js("return document.getElementById('chart').ariaValueNow") == str(SAMPLES)
    history.press(Keys.TAB)
    assert history.js("return document.getElementById('chart-value').textContent") == ""


def test_the_value_under_the_pointer_is_shown_and_a_gap_says_so(history: Chromium) -> None:
    choose(history, "day")
    gap = next(sample for sample in CHARTS["session day"]["samples"] if sample["y"] is None)
    history.js(
        f"""
        const chart = document.getElementById("chart");
        const box = chart.getBoundingClientRect();
        const at = box.left + 34 + ({gap["x"]} / 1000) * (box.width - 36);
        chart.dispatchEvent(new PointerEvent("pointermove", {{clientX: at, clientY: box.top + 50}}));
        """
    )
    assert history.js("return document.getElementById('chart-value').textContent") == gap["text"]
    assert "no numbers" in gap["text"]


def test_the_same_is_in_a_table_for_screen_readers(history: Chromium) -> None:
    choose(history, "week")
    chart = CHARTS["session week"]
    rows = history.js(
        "return [...document.querySelectorAll('.chart-table tbody tr')].map("
        "(row) => [...row.children].map((cell) => cell.textContent))"
    )
    assert rows[0] == [chart["samples"][-1]["time"], chart["samples"][-1]["used"]]
    assert len(rows) == SAMPLES // 8 + 1
    resets = history.js(
        "return [...document.querySelectorAll('.chart-resets li')].map((row) => row.textContent)"
    )
    assert resets == chart["latest_resets"]


def test_without_a_history_there_is_no_card(page: Chromium) -> None:
    page.open("numbers")
    assert page.js("return document.getElementById('history').hidden") is True


def test_90_days_are_drawn_with_few_elements(history: Chromium) -> None:
    """They decide what drawing costs: `dev.py bench drawing` says how long it takes."""
    count = history.js(
        """
        const holder = document.getElementById("chart");
        chartPlot(holder, document.getElementById("chart-value")).show(arguments[0]);
        return holder.querySelectorAll("*").length;
        """,
        CHARTS["session quarter"],
    )
    assert 100 < count < 800


MEASURE = """
    const svg = document.querySelector(".chart-svg");
    const words = [...svg.querySelectorAll("text")].map((each) => [each.textContent, each.getBBox()]);
    const margin = 2;
    const inside = ({x, y}, box) => x > box.x - margin && x < box.x + box.width + margin
      && y > box.y - margin && y < box.y + box.height + margin;
    const gap = (from, at, length) => Math.max(from - margin - at, 0, at - from - length - margin);
    const away = ({x, y}, box) => Math.hypot(gap(box.x, x, box.width), gap(box.y, y, box.height));
    const touching = [];
    const drawn = "line:not(.chart-cursor), path:not(.chart-range, .chart-area, .chart-gap)";
    for (const line of svg.querySelectorAll(drawn)) {
      for (let at = 0, length = line.getTotalLength(); at <= length;) {
        const spot = line.getPointAtLength(at);
        const hit = words.find(([, box]) => inside(spot, box));
        if (hit) { touching.push([hit[0], line.getAttribute("class")]); break; }
        at += Math.max(1, Math.min(...words.map(([, box]) => away(spot, box))));
      }
    }
    words.forEach(([text, box], number) => words.slice(number + 1).forEach(([other, next]) => {
      if (box.x < next.x + next.width && next.x < box.x + box.width
        && box.y < next.y + next.height && next.y < box.y + box.height) touching.push([text, other]);
    }));
    return touching;
"""
"""Which words of the chart touch a line or other words: each pixel of a line that may be near is tried."""


@pytest.mark.parametrize("width", [230, 460, 900])
@pytest.mark.parametrize("minutes_left", [285, 128, 20])
def test_no_words_cover_a_line_or_other_words(page: Chromium, width: int, minutes_left: int) -> None:
    page.look(width=width)
    for percent in (3.0, 48.0, 81.0, 99.0):
        limit = session(percent, NOW + timedelta(minutes=minutes_left))
        charts = {f"session {span}": chart_at(limit, span, NOW) for span in SPANS}
        page.open(replace(SCENARIOS["history"], charts=charts))
        page.wait(lambda: page.elements(".chart-svg"))
        for span in SPANS:
            page.js(f"document.querySelector('[data-span={span}]').click()")
            wait_for_chart(page, charts[f"session {span}"]["summary"])
            assert page.js(MEASURE) == [], (percent, span)


def test_the_words_about_the_forecast_are_near_its_end(history: Chromium) -> None:
    apart, height = history.js(
        """
        const box = document.querySelector(".chart-then").getBBox();
        const end = document.querySelector(".chart-end").getBBox();
        const aside = Math.max(0, box.x - end.x, end.x - box.x - box.width);
        return [Math.hypot(aside, Math.max(0, box.y - end.y)), box.height];
        """
    )
    assert 0 < apart < 6 * height  # how wide the words are, the font decides


def test_the_week_is_shown_day_by_day_with_what_a_day_may_use(history: Chromium) -> None:
    days = DAYS["session"]
    assert days is not None
    assert history.text("#days-title") == "Weekly, day by day"
    assert history.text(".days-note") == "13 % a day lasts until Tuesday"
    spoken = history.js(
        "return [...document.querySelectorAll('.day:not([aria-hidden]) .day-text')]"
        ".map((day) => day.textContent)"
    )
    assert spoken == [day["text"] for day in days["days"] if day["text"]]
    names = history.js("return [...document.querySelectorAll('.day-name')].map((day) => day.textContent)")
    assert names == ["Tue", "Wed", "Today", "Fri", "Sat", "Sun", "Mon", "Tue"]
    assert history.js("return document.querySelectorAll('.day-ahead:not([hidden])').length") == 5


def test_over_a_gap_a_day_shows_between_what_it_may_have_used(history: Chromium) -> None:
    history.js("document.querySelectorAll('.limit')[2].click()")
    history.wait(lambda: history.text("#days-title") == "Fable, day by day")
    values = history.js("return [...document.querySelectorAll('.day-value')].map((day) => day.textContent)")
    assert [value.replace("\u00a0", " ") for value in values[:3]] == ["0–33 %", "9–42 %", "24 %"]


TOUCHING_DAYS = """
    const words = [...document.querySelectorAll(".day-value, .day-name")].filter((each) => each.textContent);
    const boxes = words.map((each) => {
      const range = document.createRange();
      range.selectNodeContents(each);
      return [each.textContent, range.getBoundingClientRect()];
    });
    const edge = document.querySelector(".days-list").getBoundingClientRect();
    const found = boxes.filter(([, box]) => box.left < edge.left - 0.5 || box.right > edge.right + 0.5);
    const meet = (one, other) => one.left < other.right && other.left < one.right
      && one.top < other.bottom && other.top < one.bottom;
    boxes.forEach(([text, box], number) => boxes.slice(number + 1).forEach(([other, next]) => {
      if (meet(box, next)) found.push([text, other]);
    }));
    return found;
"""


@pytest.mark.parametrize("width", [230, 400, 401, 460, 900])
def test_numbers_and_names_of_days_never_touch(history: Chromium, width: int) -> None:
    history.look(width=width)
    for row in (1, 2):
        history.js("document.querySelectorAll('.limit')[arguments[0]].click()", row)
        title = ["", "Weekly", "Fable"][row] + ", day by day"
        history.wait(lambda title=title: history.text("#days-title") == title)  # type: ignore[misc]
        assert history.js(TOUCHING_DAYS) == []
    history.look()
