"""Tests that the committed icons are those that `build/icons.py` draws."""

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


def test_the_committed_svg_files_are_current(icons: ModuleType) -> None:
    assert (ROOT / "assets/claudometer.svg").read_text(encoding="utf-8") == icons.svg()
    assert (ROOT / "assets/claudometer-symbolic.svg").read_text(encoding="utf-8") == icons.symbolic_svg()


def test_the_committed_png_files_are_current(icons: ModuleType) -> None:
    for size in icons.SIZES:
        with Image.open(ROOT / f"assets/claudometer-{size}.png") as committed:
            assert is_the_same(committed, icons.png(size)), size


def is_the_same(committed: Image.Image, drawn: Image.Image) -> bool:
    """Return whether no channel differs by more than 2 of 255: versions of Pillow round differently."""
    difference = ImageChops.difference(committed.convert("RGBA"), drawn)
    return not any(count for place, count in enumerate(difference.histogram()) if place % 256 > 2)


def test_the_icons_for_macos_and_windows_have_every_size(icons: ModuleType) -> None:
    with IcnsImagePlugin.IcnsImageFile(icons.ICNS) as icns:
        for width, height, scale in icns.info["sizes"]:
            picture = icns.icns.getimage((width, height, scale))
            assert is_the_same(picture, icons.mac_png(width * scale)), (width, scale)
        assert {width * scale for width, _, scale in icns.info["sizes"]} == set(icons.MAC_SIZES)
    with IcoImagePlugin.IcoImageFile(icons.ICO) as ico:
        assert {width for width, _ in ico.info["sizes"]} == set(icons.WINDOWS_SIZES)
        for size in icons.WINDOWS_SIZES:
            assert is_the_same(ico.ico.getimage((size, size)), icons.png(size)), size


def test_only_the_icon_for_macos_has_a_margin(icons: ModuleType) -> None:
    solid = icons.mac_png(1024).getchannel("A").point(lambda opacity: 255 * (opacity > 250))
    assert solid.getbbox() == (100, 100, 924, 924)
    assert icons.png(256).getbbox() == (0, 0, 256, 256)


def test_the_svg_files_have_no_links_and_no_scripts() -> None:
    allowed = {"svg", "g", "path", "circle", "rect", "linearGradient", "stop"}
    for name in ("claudometer.svg", "claudometer-symbolic.svg"):
        tree = ElementTree.parse(ROOT / "assets" / name)  # noqa: S314 - our own file
        assert {element.tag.rpartition("}")[2] for element in tree.iter()} <= allowed
