"""The installed version of this program."""

from __future__ import annotations

from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version

NAMES = ("claudometer-desktop", "claudometer")
"""As the package index knows it, and as a bundle does, which is named after its program."""

UNKNOWN = "0+unknown"


def own_version() -> str:
    """Return the version as installed; run without an installation, there is none to tell."""
    for name in NAMES:
        with suppress(PackageNotFoundError):
            return version(name)
    return UNKNOWN
