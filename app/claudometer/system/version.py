"""The installed version of this program."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

DISTRIBUTION = "claudometer-desktop"
UNKNOWN = "0+unknown"


def own_version() -> str:
    """Return the version as installed; run without an installation, there is none to tell."""
    try:
        return version(DISTRIBUTION)
    except PackageNotFoundError:
        return UNKNOWN
