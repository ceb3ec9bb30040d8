"""Contact sheets of the page: every state, light and dark, with text of 100 % and 200 %. To be looked at.

One more has the pages in the few colors of a high-contrast theme.

Part of ``build/dev.py pictures``; alone: ``python -m tests.page.sheets [words of names]``.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PIL import Image, ImageDraw

from claudometer.present.form import form_for
from tests.desktop.screenshots import screenshots_folder
from tests.page.chromium import Chromium
from tests.page.more_scenarios import MORE
from tests.page.scenarios import SCENARIOS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.page.scenarios import Scenario

WIDTH = 460
"""Points of the window. With text of 200 % in a window that stays as wide, the page has half of them."""

TEXT = (100, 200)
COLUMNS = 10
GAP, LABEL = 14, 18
GROUND, INK = "#77777d", "#ffffff"

_SETTINGS = (
    *(
        "numbers",
        "remaining",
        "own-alerts",
        "calm",
        "locked",
        "folder-locked",
        "no-keyring",
        "no-key",
        "own-folder",
        "many",
    ),
    *("no-login", "local-only", "choose-organization", "error-keyring_locked", "error-login_denied"),
)
_PAGES = (("doctor-", "doctor"), ("requests-", "requests"), ("update-", "updates"), ("alerts", "alerts"))
"""How the names of states begin that are about another page, and that page."""

_WITH_RESETS = "history"
_FORCED = (
    *(("history", "usage"), ("critical", "usage"), ("stale", "usage"), ("no-login", "usage")),
    *(("numbers", "settings"), ("doctor-needs-you", "doctor"), ("welcome-found", "welcome")),
)
_WELCOME = "welcome-"
_WIDE = ("numbers", "many", "no-session", "part-old")


class Shot(NamedTuple):
    """One picture: the state, and which page of the window is shown how wide."""

    name: str
    page: str
    width: int = WIDTH


def shots() -> dict[str, list[Shot]]:
    """Return what is on each sheet, by the sheet's name."""
    found: dict[str, list[Shot]] = {name: [] for name in ("usage", "errors", "settings", "welcome", "others")}
    for name in all_scenarios():
        for prefix, page in _PAGES:
            if name.startswith(prefix):
                found["others"].append(Shot(name, page))
                break
        else:
            scenario = all_scenarios()[name]
            if name.startswith(_WELCOME) or not form_for(scenario.form)["set_up"]:
                found["welcome"].append(Shot(name, "welcome"))
            else:
                is_error = name in MORE or scenario.snapshot.problem is not None
                found["errors" if is_error else "usage"].append(Shot(name, "usage"))
    found["usage"] += [Shot("update-available", "usage"), *(Shot(name, "usage", 900) for name in _WIDE)]
    found["settings"] += [Shot(name, "settings") for name in _SETTINGS]
    found["others"].append(Shot(_WITH_RESETS, "resets"))
    return found


def all_scenarios() -> dict[str, Scenario]:
    """Return every state, by its name."""
    return SCENARIOS | MORE


def take(browser: Chromium, shot: Shot) -> Iterator[tuple[bool, int, Image.Image]]:
    """Return the pictures of one state: whether dark, how large the text is, and the picture."""
    browser.look(width=shot.width)
    browser.open(all_scenarios()[shot.name], at=shot.page)
    for text in TEXT:
        for dark in (False, True):
            browser.look(width=shot.width * 100 // text, height=600, dark=dark, density=text / 100)
            file = BytesIO(browser.picture_of(shot.page))
            yield dark, text, Image.open(file).convert("RGB")


def make_sheets(words: Sequence[str] = ()) -> list[Path]:
    """Write the sheets, of the states whose names contain one of the words if there are any; return them."""
    written: list[Path] = []
    driver = shutil.which("chromedriver")
    if driver is None:
        raise FileNotFoundError("chromedriver")
    with tempfile.TemporaryDirectory() as folder:
        browser = Chromium(Path(folder), driver)
        try:
            for sheet, wanted in shots().items():
                chosen = [shot for shot in wanted if not words or any(word in shot.name for word in words)]
                if chosen:
                    written += _make(browser, sheet, chosen)
            if not words:
                written.append(_make_forced(browser))
        finally:
            browser.quit()
    return written


def _make(browser: Chromium, sheet: str, wanted: Sequence[Shot]) -> list[Path]:
    pictures: dict[tuple[bool, int], list[tuple[str, Image.Image]]] = {}
    for shot in wanted:
        for dark, text, picture in take(browser, shot):
            pictures.setdefault((dark, text), []).append((shot.name, picture))
    written = []
    for (dark, text), shown in pictures.items():
        path = screenshots_folder() / f"{sheet}-{'dark' if dark else 'light'}-{text}.png"
        wide = max(picture.width for _, picture in shown)
        arranged(shown, columns=COLUMNS if wide <= WIDTH else COLUMNS // 2).save(path)
        written.append(path)
    return written


def _make_forced(browser: Chromium) -> Path:
    pictures = []
    for name, page in _FORCED:
        browser.look(width=WIDTH)
        browser.open(all_scenarios()[name], at=page)
        browser.force_colors()
        picture = Image.open(BytesIO(browser.picture_of(page))).convert("RGB")
        pictures.append((f"{name} {page}", picture))
    path = screenshots_folder() / "forced-colors.png"
    arranged(pictures, columns=len(pictures)).save(path)
    return path


def arranged(shown: Sequence[tuple[str, Image.Image]], *, columns: int) -> Image.Image:
    """Return one picture with all of them in columns, each below its name, the next where there is room."""
    wide = max(picture.width for _, picture in shown)
    bottoms = [GAP] * min(columns, len(shown))
    places = []
    for name, picture in shown:
        column = bottoms.index(min(bottoms))
        places.append((GAP + column * (wide + GAP), bottoms[column], name, picture))
        bottoms[column] += LABEL + picture.height + GAP
    whole = Image.new("RGB", (GAP + len(bottoms) * (wide + GAP), max(bottoms)), GROUND)
    for left, top, name, picture in places:
        ImageDraw.Draw(whole).text((left, top), name, INK)
        whole.paste(picture, (left, top + LABEL))
    return whole


if __name__ == "__main__":
    for made in make_sheets(sys.argv[1:]):
        print(made)  # noqa: T201 - a developer's tool
