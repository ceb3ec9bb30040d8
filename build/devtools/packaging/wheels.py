"""Builds wheels that no index has, because briefcase accepts only wheels on macOS and Windows."""

import shutil
from pathlib import Path

from devtools.environment import ROOT
from devtools.packaging.briefcase import do, install, pip_of

FOLDER = ROOT / "build" / "wheels"
WITHOUT_WHEEL = ("proxy_tools==0.1.0",)
"""Required by pywebview and published only as source. Pure Python: one wheel fits every system."""


def prepare(folder: Path = FOLDER) -> None:
    """Build the wheels.

    Raises:
        PackagingError: pip failed.
    """
    shutil.rmtree(folder, ignore_errors=True)
    do(*pip_of(install()), "wheel", "--no-deps", "--wheel-dir", folder, *WITHOUT_WHEEL)
