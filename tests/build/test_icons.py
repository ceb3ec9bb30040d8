"""The committed icons are what `build/icons.py` draws."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
from PIL import Image, ImageChops

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def icons() -> ModuleType:
    spec = importlib.util.spec_from_file_location("icons", ROOT / "build/icons.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_committed_drawings_are_the_ones_described(icons: ModuleType) -> None:
    assert (ROOT / "assets/claudometer.svg").read_text(encoding="utf-8") == icons.svg()
    assert (ROOT / "assets/claudometer-symbolic.svg").read_text(encoding="utf-8") == icons.symbolic_svg()


def test_the_committed_pictures_are_the_ones_described(icons: ModuleType) -> None:
    for size in icons.SIZES:
        with Image.open(ROOT / f"assets/claudometer-{size}.png") as committed:
            difference = ImageChops.difference(committed.convert("RGBA"), icons.png(size))
        # More than 2 of 256 apart, in any colour: not the rounding of another Pillow.
        assert not any(count for place, count in enumerate(difference.histogram()) if place % 256 > 2)


def test_the_drawings_load_nothing_and_run_nothing() -> None:
    allowed = {"svg", "g", "path", "circle", "rect", "linearGradient", "stop"}
    for name in ("claudometer.svg", "claudometer-symbolic.svg"):
        tree = ElementTree.parse(ROOT / "assets" / name)  # noqa: S314 - our own file
        assert {element.tag.rpartition("}")[2] for element in tree.iter()} <= allowed
