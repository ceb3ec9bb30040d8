"""A tray without a desktop: its main loop is a queue; a test reads its menu and triggers its events."""

from __future__ import annotations

import queue
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from claudometer.domain.tray_state import TrayState
    from claudometer.present.alerts import Bubble
    from claudometer.present.icon import IconModel
    from claudometer.present.menu_entries import Action, Entry


class QueueTray:
    """Has the interface of ``claudometer.ui.tray.tray.Tray``."""

    def __init__(
        self,
        clicked: Callable[[Action, str | None], None],
        *,
        on_state: Callable[[TrayState], None],
    ) -> None:
        self.on_state = on_state
        self.clicked = clicked
        self.entries: tuple[Entry, ...] = ()
        self.watches: bool | None = None  # never yet
        self.fails_to: set[str] = set()
        self.on_wake: Callable[[], None] = lambda: None
        self.runs = False
        self.bubbles: list[Bubble] = []
        self._work: queue.SimpleQueue[Callable[[], object] | None] = queue.SimpleQueue()

    def show(self, icon: IconModel, entries: tuple[Entry, ...]) -> None:
        self.entries = entries

    def run(self) -> None:
        self._fail_to("run")
        self.runs = True
        while (work := self._work.get()) is not None:
            work()

    def stop(self) -> None:
        self._work.put(None)

    def call(self, work: Callable[[], object]) -> None:
        self._work.put(work)

    def notify(self, bubble: Bubble, on_taken: Callable[[bool], None]) -> None:
        self.bubbles.append(bubble)
        on_taken(True)

    def take_activation_token(self) -> str | None:
        return None

    def watch(self, *, on_wake: Callable[[], None]) -> Callable[[], None]:
        self._fail_to("watch")
        self.on_wake, self.watches = on_wake, True
        return self._end_watch

    def _end_watch(self) -> None:
        self.watches = False
        self._fail_to("end the watch")

    @property
    def text(self) -> str:
        """The text of the menu's entries."""
        return " ".join(entry.text for entry in self.entries)

    def _fail_to(self, step: str) -> None:
        if step in self.fails_to:
            raise OSError(f"cannot {step}")
