"""Fixtures for an X server, the built packages, and Debian roots that are removed after the test."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from devtools.packaging import linux_appimage, linux_deb

from tests.desktop.xserver import XServer
from tests.packages.bare_root import BareRoot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def display(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = XServer(env=os.environ, logs=tmp_path_factory.mktemp("xserver"))
    server.start()
    yield server.display
    server.stop()


@pytest.fixture(scope="session")
def appimage() -> Path:
    """Build the AppImage, once for all tests."""
    return linux_appimage.build()


@pytest.fixture(scope="session")
def deb() -> Path:
    """Build the .deb, once for all tests."""
    return linux_deb.build()


@pytest.fixture
def make_root(tmp_path: Path) -> Iterator[Callable[..., BareRoot]]:
    roots: list[BareRoot] = []

    def make(release: str, *packages: str) -> BareRoot:
        root = BareRoot(tmp_path / release, release)
        roots.append(root)
        return root.make(*packages)

    yield make
    for root in roots:
        root.remove()
