"""The installed version of this program.

It is in the name of the folder that an installation leaves beside the packages, ``NAME-VERSION.dist-info``:
https://packaging.python.org/en/latest/specifications/recording-installed-packages/. importlib.metadata looks
there too, and would keep 1.2 MB in an always-on program.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress

NAMES = ("claudometer_desktop", "claudometer")
"""The name in the package index, and that in a bundle, which has the name of its program."""

UNKNOWN = "0+unknown"
_END = ".dist-info"


def own_version() -> str:
    """Return the installed version, ``UNKNOWN`` if the code runs without an installation."""
    for name in NAMES:
        for folder in sys.path:
            for found in _names_in(folder):
                if found.lower().startswith(f"{name}-") and found.endswith(_END):
                    return found[len(name) + 1 : -len(_END)]
    return UNKNOWN


def _names_in(folder: str) -> list[str]:
    with suppress(OSError):
        return os.listdir(folder or ".")  # noqa: PTH208 - names are enough
    return []
