"""Wheels that no index has, since briefcase takes nothing else on macOS and Windows."""

import shutil
from pathlib import Path

from devtools.environment import ROOT
from devtools.packaging.briefcase import do, install, pip_of

FOLDER = ROOT / "build" / "wheels"
WITHOUT_WHEEL = ("proxy_tools==0.1.0",)
"""Required by pywebview, published as source alone, and pure Python: the same wheel fits every system."""


def prepare(folder: Path = FOLDER) -> None:
    """Build what an index should have.

    Raises:
        PackagingError: pip did not do its part.
    """
    shutil.rmtree(folder, ignore_errors=True)
    do(*pip_of(install()), "wheel", "--no-deps", "--wheel-dir", folder, *WITHOUT_WHEEL)
