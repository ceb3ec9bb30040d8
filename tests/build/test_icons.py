"""The committed icons are what `build/icons.py` draws."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
from PIL import IcnsImagePlugin, IcoImagePlugin, Image, ImageChops

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
            assert is_the_same(committed, icons.png(size)), size


def is_the_same(committed: Image.Image, drawn: Image.Image) -> bool:
    """Say whether no colour is more than 2 of 256 apart: the rounding of another Pillow is."""
    difference = ImageChops.difference(committed.convert("RGBA"), drawn)
    return not any(count for place, count in enumerate(difference.histogram()) if place % 256 > 2)


def test_macos_and_windows_have_every_size_drawn_for_itself(icons: ModuleType) -> None:
    with IcnsImagePlugin.IcnsImageFile(icons.ICNS) as icns:
        for width, height, scale in icns.info["sizes"]:
            picture = icns.icns.getimage((width, height, scale))
            assert is_the_same(picture, icons.mac_png(width * scale)), (width, scale)
        assert {width * scale for width, _, scale in icns.info["sizes"]} == set(icons.MAC_SIZES)
    with IcoImagePlugin.IcoImageFile(icons.ICO) as ico:
        assert {width for width, _ in ico.info["sizes"]} == set(icons.WINDOWS_SIZES)
        for size in icons.WINDOWS_SIZES:
            assert is_the_same(ico.ico.getimage((size, size)), icons.png(size)), size


def test_on_macos_there_is_room_around_the_icon_and_none_elsewhere(icons: ModuleType) -> None:
    solid = icons.mac_png(1024).getchannel("A").point(lambda opacity: 255 * (opacity > 250))
    assert solid.getbbox() == (100, 100, 924, 924)
    assert icons.png(256).getbbox() == (0, 0, 256, 256)


def test_the_drawings_load_nothing_and_run_nothing() -> None:
    allowed = {"svg", "g", "path", "circle", "rect", "linearGradient", "stop"}
    for name in ("claudometer.svg", "claudometer-symbolic.svg"):
        tree = ElementTree.parse(ROOT / "assets" / name)  # noqa: S314 - our own file
        assert {element.tag.rpartition("}")[2] for element in tree.iter()} <= allowed
