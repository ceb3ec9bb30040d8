"""What the program needs of the tray. Tests pass an icon that needs no panel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from claudometer.present.alerts import Bubble
    from claudometer.present.icon import IconModel
    from claudometer.present.menu_entries import Entry


class TrayIcon(Protocol):
    """What the program needs of the tray; see :class:`claudometer.ui.tray.tray.Tray`."""

    def show(self, icon: IconModel, entries: tuple[Entry, ...], /) -> None: ...
    def notify(self, bubble: Bubble, on_taken: Callable[[bool], None], /) -> None: ...
    def run(self) -> None: ...
    def stop(self) -> None: ...
    def call(self, work: Callable[[], object], /) -> None: ...
    def take_activation_token(self) -> str | None: ...
    def watch(self, *, on_wake: Callable[[], None]) -> Callable[[], None]: ...
