"""The way onto the thread that owns the tray. The only place that knows how each system's loop takes work."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def call_on_ui(work: Callable[[], object]) -> None:
    """Have ``work`` done on the UI thread, in order, soon; from any thread, also before the loop runs."""
    if sys.platform == "darwin":
        from PyObjCTools import AppHelper  # noqa: PLC0415 - only there

        AppHelper.callAfter(work)
    elif sys.platform == "win32":
        work()  # the shell's notification calls may come from any thread
    else:
        from gi.repository import GLib  # noqa: PLC0415 - only there

        GLib.idle_add(_once, work)


def _once(work: Callable[[], object]) -> bool:
    """Tell GLib not to call again, whatever the work returns."""
    work()
    return False
