"""When the tray paints its icon again, tested with a back end that paints nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.present.icon import Arc, IconModel, Level, Shape
from claudometer.ui.tray.tray import Tray

if TYPE_CHECKING:
    from collections.abc import Callable

    from claudometer.present.alerts import Bubble
    from claudometer.present.menu_entries import Entry

ICON = IconModel("81", Level.OK, Shape.RING, "Session 81 %", (Arc(81, Level.OK),))


class RecordingBackend:
    """Records what it is to paint."""

    def __init__(self) -> None:
        self.painted: list[IconModel] = []

    def paint(self, model: IconModel) -> None:
        self.painted.append(model)

    def list_entries(self, entries: tuple[Entry, ...]) -> None:
        """Ignore them."""

    def run(self) -> None:
        """There is no loop."""

    def stop(self) -> None:
        """There is no loop."""

    def notify(self, bubble: Bubble, on_taken: Callable[[bool], None]) -> None:
        """Ignore it."""

    def take_activation_token(self) -> str | None:
        return "a token"


def test_the_same_icon_is_painted_once() -> None:
    backend = RecordingBackend()
    tray = Tray(print, make_backend=lambda *_arguments: backend)
    tray.show(ICON, ())
    tray.show(ICON, ())
    assert backend.painted == [ICON]
    assert tray.take_activation_token() == "a token"
