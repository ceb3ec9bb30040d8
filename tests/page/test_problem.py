"""Why there are no fresh numbers: the banner above them, and the line to type that belongs to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.page.sheets import all_scenarios

if TYPE_CHECKING:
    from tests.page.chromium import Chromium

pytestmark = pytest.mark.chromium

LINES = {
    "no-login": "claude",
    "error-login_denied": "chmod 600 …/.credentials.json",
}


@pytest.mark.parametrize(("scenario", "line"), LINES.items())
def test_the_line_to_type_is_apart_from_the_hint_and_is_copied_with_one_click(
    page: Chromium, scenario: str, line: str
) -> None:
    page.open(all_scenarios()[scenario])
    assert page.text("#problem code") == line
    assert line not in page.text("#problem .hint") or line == "claude"
    page.js(
        "window.copiedTexts = [];"
        "document.addEventListener('copy', () => copiedTexts.push(document.activeElement.value))"
    )
    page.click("#problem .copy")
    assert page.js("return copiedTexts") == [line]
    assert page.text("#problem .copy") == "Copied"


def test_a_problem_without_a_line_has_no_place_for_one(page: Chromium) -> None:
    page.open(all_scenarios()["stale"])
    assert page.visible("#problem .hint")
    assert not page.visible("#problem .command")
