"""Watches for the end of the computer's sleep on macOS. Not yet run on a Mac."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import AppKit

if TYPE_CHECKING:
    from collections.abc import Callable


class WakeWatcher:
    """Calls ``on_wake`` on the UI thread after each sleep."""

    def __init__(self, on_wake: Callable[[], None]) -> None:
        self._on_wake = on_wake
        self._observer: Any = None

    def start(self) -> None:
        """Start watching. UI thread only."""
        self._observer = self._center().addObserverForName_object_queue_usingBlock_(
            AppKit.NSWorkspaceDidWakeNotification, None, None, lambda _notification: self._on_wake()
        )

    def stop(self) -> None:
        """Stop watching. UI thread only."""
        if self._observer is not None:
            self._center().removeObserver_(self._observer)
        self._observer = None

    @staticmethod
    def _center() -> Any:  # noqa: ANN401 - PyObjC has no types
        # The workspace's own notification center, because the default one does not announce sleep.
        return AppKit.NSWorkspace.sharedWorkspace().notificationCenter()
