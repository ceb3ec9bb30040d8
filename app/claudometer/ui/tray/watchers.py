"""Watches the system for the tray program: when the computer wakes from sleep."""

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
        on_wake: called after each sleep of the computer, if the system announces it. Not all do, so the
        caller
            needs another way to notice a sleep as well.
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
    """Start every watcher; if one fails to start, stop those before it."""
    with ExitStack() as undo:
        for watcher in watchers:
            watcher.start()
            undo.callback(watcher.stop)
        undo.pop_all()
