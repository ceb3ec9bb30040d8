"""Watches the desktop around the tray: whether it shows icons, and when the computer wakes from sleep."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Watcher(Protocol):
    """Watches from ``start`` to ``stop``. UI thread only."""

    def start(self) -> None: ...
    def stop(self) -> None: ...


def watch_desktop(*, on_wake: Callable[[], None]) -> tuple[Watcher, ...]:
    """Start this system's watchers and return them; the caller stops them. UI thread only.

    Args:
        on_wake: called after each sleep of the computer, on systems that announce it. Not all do, so the
            caller needs a way of its own to notice a sleep.
    """
    watchers: tuple[Watcher, ...] = ()
    if sys.platform == "linux":
        from claudometer.ui.tray.sleep_linux import WakeWatcher  # noqa: PLC0415 - needs PyGObject

        watchers = (WakeWatcher(on_wake),)
    elif sys.platform == "darwin":
        from claudometer.ui.tray.sleep_macos import WakeWatcher  # noqa: PLC0415

        watchers = (WakeWatcher(on_wake),)
    start_all(watchers)
    return watchers


def start_all(watchers: Iterable[Watcher]) -> None:
    """Start every watcher, or none: when one fails to start, those before it are stopped."""
    with ExitStack() as undo:
        for watcher in watchers:
            watcher.start()
            undo.callback(watcher.stop)
        undo.pop_all()
