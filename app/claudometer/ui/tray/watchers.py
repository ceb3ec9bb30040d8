"""What the tray watches of the desktop around it: who shows icons, and the machine waking up."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable


class Watcher(Protocol):
    """Something that watches until it is stopped. UI thread only."""

    def start(self) -> None: ...
    def stop(self) -> None: ...


def watch_desktop(*, on_host: Callable[[bool], None], on_wake: Callable[[], None]) -> tuple[Watcher, ...]:
    """Watch what this system tells, and return what is to be stopped at the end. UI thread only.

    Args:
        on_host: called with whether tray icons are shown; on Linux alone, elsewhere they always are.
        on_wake: called when the machine woke from sleep. Who needs to know must find out by itself too:
            not every system tells.
    """
    watchers: tuple[Watcher, ...] = ()
    if sys.platform == "linux":
        from claudometer.ui.tray.host import HostWatcher  # noqa: PLC0415 - needs GTK, chosen by the tray
        from claudometer.ui.tray.logind import WakeWatcher  # noqa: PLC0415

        watchers = (HostWatcher(on_host), WakeWatcher(on_wake))
    elif sys.platform == "darwin":
        from claudometer.ui.tray.workspace import WakeWatcher  # noqa: PLC0415

        watchers = (WakeWatcher(on_wake),)
    for watcher in watchers:
        watcher.start()
    return watchers
