"""Tests the AppImage's content, and that it runs on a system without Python, GTK and WebKit."""

from __future__ import annotations

import ctypes
import subprocess
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tests.packages.bare_root import DESKTOP_BASE, SOUND, WITHOUT_FUSE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.packages.bare_root import BareRoot

pytestmark = [pytest.mark.packages, pytest.mark.timeout(1200)]  # building packages takes minutes

MOST_BYTES = 118_000_000  # a budget: a larger AppImage has gained a library by accident
MUST_BE_ABSENT = ("usr/bin/python3*", "usr/lib/**/libgtk-3.so*", "usr/lib/**/libwebkit2gtk*")


@pytest.fixture(scope="module")
def inside(appimage: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpack the AppImage, and return the folder that it mounts when it runs."""
    folder = tmp_path_factory.mktemp("inside")
    subprocess.run(
        [appimage, "--appimage-extract"], cwd=folder, check=True, stdout=subprocess.DEVNULL, timeout=120
    )
    return folder / "squashfs-root"


def test_the_appimage_is_small_and_has_update_information(appimage: Path) -> None:
    assert appimage.stat().st_size <= MOST_BYTES
    information = subprocess.run(
        [appimage, "--appimage-updateinformation"], text=True, capture_output=True, check=True, timeout=60
    )
    assert information.stdout.startswith("gh-releases-zsync|")
    assert appimage.with_name(appimage.name + ".zsync").is_file()


def test_the_appimage_has_no_library_of_the_graphics_driver(inside: Path) -> None:
    assert list(inside.rglob("libwayland-*")) == []
    assert list(inside.rglob("libwebkit2gtk-4.1.so*")) != []


def test_the_image_loaders_are_inside_the_appimage(inside: Path) -> None:
    listed = (inside / "usr/lib/gdk-pixbuf-2.0/loaders.cache").read_text("utf-8").splitlines()
    loaders = [line.strip('"') for line in listed if line.endswith('.so"')]
    assert any("svg" in loader for loader in loaders)
    assert all((inside / "usr" / loader).is_file() for loader in loaders)


def test_the_reduced_avif_library_can_still_decode(inside: Path) -> None:
    """The build replaces encoders and redundant decoders with empty libraries."""
    file = BytesIO()
    Image.new("RGB", (64, 48), "#3fc56b").save(file, "AVIF")
    data = file.getvalue()
    avif = ctypes.CDLL(str(inside / "usr/lib/libavif.so.15"))
    avif.avifDecoderCreate.restype = ctypes.c_void_p
    decoder = ctypes.c_void_p(avif.avifDecoderCreate())
    assert avif.avifDecoderSetIOMemory(decoder, data, ctypes.c_size_t(len(data))) == 0
    assert avif.avifDecoderParse(decoder) == 0
    assert avif.avifDecoderNextImage(decoder) == 0
    avif.avifDecoderDestroy(decoder)


@pytest.mark.parametrize("release", ["bookworm", "trixie"])
def test_the_appimage_works_on_a_debian_without_python_gtk_and_webkit(
    release: str, appimage: Path, display: str, make_root: Callable[..., BareRoot]
) -> None:
    root = make_root(release, *DESKTOP_BASE, SOUND[release])
    assert root.has(*MUST_BE_ABSENT) == []
    program = root.take_in(appimage)
    tested = root.run(program, "--selftest", display=display, **WITHOUT_FUSE)
    assert tested.returncode == 0, tested.stdout + tested.stderr
    assert "window        ok" in tested.stdout
