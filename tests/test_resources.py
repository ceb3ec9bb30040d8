"""Tests where the page and the icons are found: in a checkout, a wheel and a bundle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claudometer.resources import find_folder, web_folder

if TYPE_CHECKING:
    from pathlib import Path


def test_the_checkout_has_the_page() -> None:
    assert (web_folder() / "window.html").is_file()


@pytest.mark.parametrize(
    "place", ["lib/claudometer/web", "lib/web", "web"], ids=["wheel", "bundle", "checkout"]
)
def test_the_page_is_found_in_each_kind_of_installation(tmp_path: Path, place: str) -> None:
    (tmp_path / place).mkdir(parents=True)
    assert find_folder("web", package=tmp_path / "lib" / "claudometer") == tmp_path / place


def test_a_folder_inside_the_package_is_preferred_to_one_beside_it(tmp_path: Path) -> None:
    package = tmp_path / "site-packages" / "claudometer"
    (package / "web").mkdir(parents=True)
    (package.parent / "web").mkdir()
    assert find_folder("web", package=package) == package / "web"
