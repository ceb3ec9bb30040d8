"""Finds the web engine that draws the window on Linux. Loads it, so it is only for short processes."""

from __future__ import annotations

import sys
import threading

_loading = threading.Lock()

VERSIONS = ("4.1", "4.0")
"""In the order in which pywebview tries them."""

NAME = "WebKitGTK {major}.{minor}.{micro}"


def engine_version() -> str | None:
    """Return the engine's name and version, ``None`` if WebKitGTK is not installed, or on another system.

    Raises:
        ImportError: PyGObject is missing.
    """
    if sys.platform in {"darwin", "win32"}:
        return None
    with _loading:  # PyGObject's importer is not thread-safe
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
