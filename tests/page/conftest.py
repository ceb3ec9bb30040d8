"""Fixtures: one headless Chromium for all tests of the page."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.page.chromium import Chromium

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    driver = shutil.which("chromedriver")
    assert driver is not None
    chromium = Chromium(tmp_path_factory.mktemp("chromium"), driver)
    yield chromium
    chromium.quit()


@pytest.fixture
def page(browser: Chromium, request: pytest.FixtureRequest) -> Chromium:
    """The browser at the size of the real window, in light colors."""
    # Without the mark the quick tests would want a browser, which a machine may lack that this one has.
    assert request.node.get_closest_marker("chromium"), "mark this test with pytest.mark.chromium"
    browser.look()
    return browser
