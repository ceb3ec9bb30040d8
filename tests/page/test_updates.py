"""The panel about newer versions, as it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.page.chromium import Chromium

pytestmark = pytest.mark.chromium


@pytest.fixture(autouse=True)
def _start_here(page: Chromium) -> Iterator[None]:
    page.start_at("updates")
    yield
    page.start_at(None)


FOLLOW = """
const panels = arguments[0], root = document.getElementById("updates");
let next;
const call = async (name) => {
  if (name === "next_update") await new Promise((done) => { next = done; });
  return panels.length ? { ok: true, seen: 1, panel: panels.shift() } : { gone: true };
};
window.step = () => next();
updatePanel(root, call, () => {}).start();
"""


def panel(*buttons: str, percent: int | None = None) -> dict[str, object]:
    return {
        "stage": "available",
        "tone": "news",
        "title": "News",
        "percent": percent,
        "buttons": [{"do": name, "label": name} for name in buttons],
    }


def labels(page: Chromium) -> list[str]:
    return [button.text for button in page.elements("#updates button")]


def test_buttons_change_even_within_a_stage_and_unchanged_ones_stay_in_place(page: Chromium) -> None:
    page.open("numbers")
    page.js(FOLLOW, [panel("install"), panel("install", percent=3), panel("page")])
    page.wait(lambda: labels(page) == ["install"])
    first = page.element("#updates button")
    page.js("step()")
    page.wait(lambda: page.attribute("#updates .updates-bar", "aria-valuenow") == "3")
    assert page.element("#updates button") == first, (
        "it must stay the same element, as it may be pressed at the moment"
    )
    page.js("step()")
    page.wait(lambda: labels(page) == ["page"])
