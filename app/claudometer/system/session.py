"""Whether there is a graphical session to show anything in. Looks at the environment; opens nothing."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def has_graphical_session(environ: Mapping[str, str] | None = None, platform: str = sys.platform) -> bool:
    """Tell whether a tray icon or a window could be seen by somebody.

    macOS and Windows do not say it in a variable; there only a remote login without a screen is told apart.
    """
    known = os.environ if environ is None else environ
    if platform in {"darwin", "win32"}:
        return not (known.get("SSH_CONNECTION") or known.get("SSH_TTY"))
    return bool(known.get("DISPLAY") or known.get("WAYLAND_DISPLAY"))
