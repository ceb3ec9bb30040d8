"""Text of 200 % on the desktop under test."""

from __future__ import annotations

import os
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.desktop.session import DesktopSession


@contextmanager
def large_text(desktop: DesktopSession) -> Iterator[None]:
    """Set the desktop's text to 200 %, as GNOME's "Large Text" and an Xft.dpi of 192 do."""
    name = ("xprop", "-root", "-f", "RESOURCE_MANAGER", "8s")
    for_all = {**os.environ, **desktop.env}
    subprocess.run([*name, "-set", "RESOURCE_MANAGER", "Xft.dpi:\t192\n"], env=for_all, check=True)
    try:
        yield
    finally:
        subprocess.run(["xprop", "-root", "-remove", "RESOURCE_MANAGER"], env=for_all, check=True)
