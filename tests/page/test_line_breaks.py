"""Where lines break in a narrow window: not before a unit; in paths and names after a slash or underscore."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.page.chromium import WIDE_FONT
from tests.page.sheets import all_scenarios

if TYPE_CHECKING:
    from tests.page.chromium import Chromium

pytestmark = pytest.mark.chromium

NARROW = (230, 320)
"""Points: the window of 460 with text of 200 %, and the narrowest window."""

PATH = "/home/somebody/.local/share/claude/configuration/.credentials.json"
COMMAND = f"chmod 600 {PATH}"

# The text of each line of an element, as it is laid out.
LINES = """
const walker = document.createTreeWalker(document.querySelector(arguments[0]), NodeFilter.SHOW_TEXT);
const [range, lines] = [document.createRange(), []];
let bottom = 0;
while (walker.nextNode())
  for (let at = 0; at < walker.currentNode.length; at++) {
    range.setStart(walker.currentNode, at);
    range.setEnd(walker.currentNode, at + 1);
    const box = range.getBoundingClientRect();
    if (!lines.length || (box.height && box.top >= bottom - 1)) lines.push("");
    if (box.height) bottom = box.bottom;
    lines[lines.length - 1] += range.toString();
  }
return lines;
"""

# The lists whose own words do not fit into them: id, words, how wide these are, and the room for them.
CUT_OFF = """
return [...document.querySelectorAll("select")].filter((list) => list.offsetWidth).flatMap((list) => {
  const style = getComputedStyle(list);
  const drawing = document.createElement("canvas").getContext("2d");
  drawing.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  const room = list.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  return [...list.options]
    .map((option) => [list.id, option.text, drawing.measureText(option.text).width, room])
    .filter(([id, , wide, room]) => id !== "organization_id" && wide > room);
});
"""


def show_problem(page: Chromium, **problem: str) -> None:
    page.open(all_scenarios()["error-login_denied"])
    page.push(problem={"kind": "error", "message": "Not readable.", "hint": "Allow it:", **problem})
    page.wait(lambda: problem["message"][:5] in page.text("#problem .message"))


@pytest.mark.parametrize("width", NARROW)
def test_a_line_to_type_breaks_at_spaces_and_after_slashes(page: Chromium, width: int) -> None:
    page.look(width=width)
    show_problem(page, message="Claude Code's login cannot be read.", command=COMMAND)
    lines = page.js(LINES, "#problem code")
    assert "".join(lines) == COMMAND
    assert len(lines) > 2
    assert lines[0] != "chmod 600 /", "the first slash stays with what follows"
    assert [line for line in lines[:-1] if line[-1] not in "/ "] == []


def test_a_home_folder_keeps_its_slash_with_what_follows(page: Chromium) -> None:
    message = "This cannot be read: ~/.claude/.credentials.json."
    show_problem(page, message=message, command="")
    last_words = []
    for width in range(230, 460, 5):
        page.look(width=width)
        lines = page.js(LINES, "#problem .message")
        assert "".join(lines) == message
        last_words += [line.split(" ")[-1] for line in lines[:-1]]
    assert "~/" not in last_words
    assert "~/.claude/" in last_words


def test_what_is_longer_than_a_line_still_breaks(page: Chromium) -> None:
    page.look(width=230)
    command = f"chmod 600 /srv/{'x' * 60}/.credentials.json"
    show_problem(page, message="Claude Code's login cannot be read.", command=command)
    lines = page.js(LINES, "#problem code")
    assert "".join(lines) == command
    assert lines[-1].endswith(".credentials.json")
    assert page.js("return document.documentElement.scrollWidth") <= 230


def test_the_breaks_are_not_in_what_is_copied(page: Chromium) -> None:
    page.look(width=230)
    show_problem(page, message="Claude Code's login cannot be read.", command=COMMAND)
    page.js("document.addEventListener('copy', () => { window.copied = document.activeElement.value; });")
    page.click("#problem .copy")
    page.wait(lambda: page.js("return window.copied !== undefined"))
    assert page.js("return window.copied") == COMMAND
    # Selected with the mouse, too.
    page.js("document.getSelection().selectAllChildren(document.querySelector('#problem code'))")
    assert page.js("return document.getSelection().toString()") == COMMAND


def test_a_path_in_a_sentence_breaks_after_slashes(page: Chromium) -> None:
    page.look(width=320)
    show_problem(page, message=f"Claude Code's login cannot be read: {PATH}.", command="")
    lines = page.js(LINES, "#problem .message")
    assert any(line.endswith("/") for line in lines[:-1])
    assert [line for line in lines[:-1] if line[-1] not in "/ "] == []


def test_the_name_of_a_variable_breaks_after_underscores(page: Chromium) -> None:
    page.look(width=230)
    page.open("locked", at="settings")
    lines = page.js(LINES, "#session_key-note")
    assert "".join(lines) == "Set by CLAUDOMETER_SESSION_KEY for this run."
    assert [line for line in lines[:-1] if line[-1] not in "_ "] == []


def test_past_alerts_of_earlier_versions_keep_numbers_and_units_together(page: Chromium) -> None:
    page.open("alerts", at="alerts")
    shown = page.js("return document.querySelector('.alerts-days').textContent")
    for words in (
        "Weekly: 76_% used",
        "Resets Tue 17:00, in 2_d 3_h.",
        "in 1_h 8_min.",
        "Session: 91_% used",
    ):
        assert words.replace("_", "\u00a0") in shown


@pytest.mark.parametrize("width", range(230, 330, 10))
def test_no_line_begins_with_a_unit(page: Chromium, width: int) -> None:
    page.look(width=width)
    page.open(all_scenarios()["error-login_denied"])
    words = "At 12 % of it, 2 h 5 min before the reset, 12.34 SEK of 100 credits are used; it is 2:10 PM now."
    page.push(problem={"kind": "error", "message": "At 12 % of it.", "hint": words, "command": None})
    page.wait(lambda: "SEK" in page.text("#problem .hint"))
    lines = page.js(LINES, "#problem .hint")
    assert "".join(lines).replace("\u00a0", " ") == words
    firsts = {line.replace("\u00a0", " ").split(" ")[0] for line in lines}
    assert not firsts & {"%", "h", "min", "SEK", "credits", "PM"}


@pytest.mark.parametrize("font", ["Inter", WIDE_FONT])
@pytest.mark.parametrize("scenario", ["numbers", "own-alerts"])
def test_no_list_cuts_off_its_own_words(page: Chromium, scenario: str, font: str) -> None:
    page.open(all_scenarios()[scenario])
    page.use_font(font)
    page.unfold()
    page.js("for (const id of ['icon-text-panel', 'quiet-panel']) document.getElementById(id).hidden = false")
    for width in (*NARROW, 460):
        page.look(width=width)
        assert page.js(CUT_OFF) == [], f"at {width}"
    page.js(
        "document.getElementById('icon_text').options[0].text = 'Number, limit, and the time until its reset'"
    )
    page.look(width=230)
    assert [each[0] for each in page.js(CUT_OFF)] == ["icon_text"]
