"""Which engine draws the window on Linux, by its version. Loads it, so only a process that ends may ask."""

from __future__ import annotations

import sys
import threading

_loading = threading.Lock()

VERSIONS = ("4.1", "4.0")
"""As pywebview tries them."""

NAME = "WebKitGTK {major}.{minor}.{micro}"


def engine_version() -> str | None:
    """Return its name and version, ``None`` if it is not installed, or not on this system.

    Raises:
        ImportError: PyGObject is missing.
    """
    if sys.platform in {"darwin", "win32"}:
        return None
    with _loading:  # two threads that load the same library of GObject get in each other's way
        return _load_version()


def _load_version() -> str | None:
    import gi  # noqa: PLC0415 - absent on machines without a desktop

    for version in VERSIONS:
        try:
            gi.require_version("Gtk", "3.0")
            gi.require_version("WebKit2", version)
            from gi.repository import WebKit2  # noqa: PLC0415
        except (ValueError, ImportError):
            continue
        return NAME.format(
            major=WebKit2.get_major_version(),
            minor=WebKit2.get_minor_version(),
            micro=WebKit2.get_micro_version(),
        )
    return None
