"""Finds out from the environment whether there is a graphical session. Opens nothing."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def has_graphical_session(environ: Mapping[str, str] | None = None, platform: str = sys.platform) -> bool:
    """Return whether a tray icon or a window could be seen.

    macOS and Windows have no variable for that; there, only a login over SSH counts as having no screen.
    """
    known = os.environ if environ is None else environ
    if platform in {"darwin", "win32"}:
        return not (known.get("SSH_CONNECTION") or known.get("SSH_TTY"))
    return bool(known.get("DISPLAY") or known.get("WAYLAND_DISPLAY"))


def desktop_name() -> str:
    """Return the desktop's own name, and X11 or Wayland: "XFCE (x11)"; without one, the system's name."""
    name = os.environ.get("XDG_CURRENT_DESKTOP") or os.environ.get("XDG_SESSION_DESKTOP")
    if not name:
        import platform  # noqa: PLC0415 - hardly anybody needs it

        return platform.system() or sys.platform
    kind = os.environ.get("XDG_SESSION_TYPE") or ("wayland" if os.environ.get("WAYLAND_DISPLAY") else "x11")
    return f"{name} ({kind})"
