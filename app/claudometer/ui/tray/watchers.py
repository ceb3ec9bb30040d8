"""What the tray watches of the system around it: the machine waking up."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable


class Watcher(Protocol):
    """Something that watches until it is stopped. UI thread only."""

    def start(self) -> None: ...
    def stop(self) -> None: ...


def watch_desktop(*, on_wake: Callable[[], None]) -> tuple[Watcher, ...]:
    """Watch what this system tells, and return what is to be stopped at the end. UI thread only.

    Args:
        on_wake: called when the machine woke from sleep. Who needs to know must find out by itself too:
            not every system tells.
    """
    watchers: tuple[Watcher, ...] = ()
    if sys.platform == "linux":
        from claudometer.ui.tray.logind import WakeWatcher  # noqa: PLC0415 - needs GLib

        watchers = (WakeWatcher(on_wake),)
    elif sys.platform == "darwin":
        from claudometer.ui.tray.workspace import WakeWatcher  # noqa: PLC0415

        watchers = (WakeWatcher(on_wake),)
    for watcher in watchers:
        watcher.start()
    return watchers
