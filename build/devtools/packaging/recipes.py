"""A table of all kinds of packages and the systems on which they can be built."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from devtools.catalog import Purpose
from devtools.packaging import linux_appimage, linux_deb, linux_rpm, macos_dmg, python_dists, windows_msi
from devtools.packaging.briefcase import PackagingError


@dataclass(frozen=True)
class Recipe:
    """How to build a kind of package. ``system`` is the ``sys.platform`` it needs; ``None``: any."""

    system: str | None
    elsewhere: str
    build: Callable[[], Path]
    purposes: frozenset[Purpose] = frozenset({Purpose.APP, Purpose.PACKAGES})


RECIPES: Mapping[str, Recipe] = {
    "linux-appimage": Recipe("linux", "An AppImage can only be built on Linux.", linux_appimage.build),
    "linux-deb": Recipe("linux", "A .deb can only be built on Debian or a derivative.", linux_deb.build),
    "linux-rpm": Recipe("linux", linux_rpm.ELSEWHERE, linux_rpm.build),
    "macos-dmg": Recipe("darwin", "A .dmg can only be built on macOS.", macos_dmg.build),
    "python": Recipe(None, "", python_dists.build, purposes=frozenset()),
    "windows-msi": Recipe("win32", "An .msi can only be built on Windows.", windows_msi.build),
}


def refuse_elsewhere(name: str) -> None:
    """Check that this package can be built here.

    Raises:
        PackagingError: it cannot; the text says where it can.
    """
    recipe = RECIPES[name]
    if recipe.system not in {None, sys.platform} or (
        name == "linux-rpm" and not linux_rpm.is_possible_here()
    ):
        raise PackagingError(recipe.elsewhere)
