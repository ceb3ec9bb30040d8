"""The AppImage where there is neither Python nor GTK nor WebKit."""

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

pytestmark = [pytest.mark.packages, pytest.mark.timeout(1200)]

MOST_BYTES = 118_000_000
MUST_BE_ABSENT = ("usr/bin/python3*", "usr/lib/**/libgtk-3.so*", "usr/lib/**/libwebkit2gtk*")


@pytest.fixture(scope="module")
def inside(appimage: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpack it, and return what it mounts when it runs."""
    folder = tmp_path_factory.mktemp("inside")
    subprocess.run(
        [appimage, "--appimage-extract"], cwd=folder, check=True, stdout=subprocess.DEVNULL, timeout=120
    )
    return folder / "squashfs-root"


def test_it_is_small_enough_and_says_where_updates_are(appimage: Path) -> None:
    assert appimage.stat().st_size <= MOST_BYTES
    told = subprocess.run(
        [appimage, "--appimage-updateinformation"], text=True, capture_output=True, check=True, timeout=60
    )
    assert told.stdout.startswith("gh-releases-zsync|")
    assert appimage.with_name(appimage.name + ".zsync").is_file()


def test_it_brings_no_library_that_belongs_to_the_graphics_driver(inside: Path) -> None:
    assert list(inside.rglob("libwayland-*")) == []
    assert list(inside.rglob("libwebkit2gtk-4.1.so*")) != []


def test_icons_are_drawn_by_a_loader_from_inside(inside: Path) -> None:
    listed = (inside / "usr/lib/gdk-pixbuf-2.0/loaders.cache").read_text("utf-8").splitlines()
    loaders = [line.strip('"') for line in listed if line.endswith('.so"')]
    assert any("svg" in loader for loader in loaders)
    assert all((inside / "usr" / loader).is_file() for loader in loaders)


def test_pictures_of_the_lightened_library_can_still_be_seen(inside: Path) -> None:
    """Encoders and second decoders are empty stand-ins: the decoder that stays has to do it all."""
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
def test_it_works_on_a_debian_without_python_gtk_and_webkit(
    release: str, appimage: Path, display: str, make_root: Callable[..., BareRoot]
) -> None:
    root = make_root(release, *DESKTOP_BASE, SOUND[release])
    assert root.has(*MUST_BE_ABSENT) == []
    program = root.take_in(appimage)
    tested = root.run(program, "--selftest", display=display, **WITHOUT_FUSE)
    assert tested.returncode == 0, tested.stdout + tested.stderr
    assert "window        ok" in tested.stdout
