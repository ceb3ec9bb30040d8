"""Runs calls on the thread that owns the tray, by each system's own main loop."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def call_on_ui(work: Callable[[], object]) -> None:
    """Run ``work`` on the UI thread, soon and in order. From any thread, even before the loop runs."""
    if sys.platform == "darwin":
        from PyObjCTools import AppHelper  # noqa: PLC0415 - only there

        AppHelper.callAfter(work)
    elif sys.platform == "win32":
        work()  # on Windows, any thread may change a notification icon
    else:
        from gi.repository import GLib  # noqa: PLC0415 - only there

        GLib.idle_add(_once, work)


def _once(work: Callable[[], object]) -> bool:
    """Run ``work`` and return ``False``, so that GLib does not call it again."""
    work()
    return False
