"""The tray: shows an icon and a menu, and hands on clicks. Knows no engine; belongs to the UI thread."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Protocol

from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.ui.tray.toolkit import display_answers, install_command

if TYPE_CHECKING:
    from collections.abc import Callable

    from claudometer.present.icon import IconModel
    from claudometer.present.menu import Action, Entry

    Dispatch = Callable[[Action, str | None], None]
    Shown = Callable[[bool], None]

NAME = "claudometer"

PATIENCE_S = 5.0
"""A desktop that starts, and a panel that restarts, are given this long."""

_log = logging.getLogger(__name__)


class Face(Protocol):
    """What a system's icon can do."""

    def paint(self, model: IconModel) -> None: ...
    def list_entries(self, entries: tuple[Entry, ...]) -> None: ...
    def run(self) -> None: ...
    def stop(self) -> None: ...
    def take_activation_token(self) -> str | None: ...


class Tray:
    """The icon, as the rest of the program knows it.

    Args:
        actions: called on the UI thread with what was clicked, and the organisation's id if it is about one.
        on_shown: called on the UI thread with whether a panel shows the icon, after some seconds and then on
            each change. Never called where the system always shows it.
        patience_s: how long a panel may take before the icon counts as not shown.

    Raises:
        ClaudometerError: ``TRAY_TOOLKIT_MISSING`` or ``NO_DISPLAY``.
    """

    def __init__(
        self, actions: Dispatch, *, on_shown: Shown = lambda _shown: None, patience_s: float = PATIENCE_S
    ) -> None:
        self._actions = actions
        self._face = _face(self._clicked, on_shown, patience_s)
        self._icon: IconModel | None = None
        self._entries: tuple[Entry, ...] = ()

    def show(self, icon: IconModel, entries: tuple[Entry, ...]) -> None:
        """Show an icon and a menu; leave alone what is shown already. UI thread only; also before ``run``."""
        if entries != self._entries:
            self._face.list_entries(entries)
            self._entries = entries
        if icon != self._icon:
            self._face.paint(icon)
            self._icon = icon

    def take_activation_token(self) -> str | None:
        """Return what lets a window come forward on Wayland: while an action is handled, and once."""
        return self._face.take_activation_token()

    def run(self) -> None:
        """Run the system's loop on the main thread until ``stop``."""
        self._face.run()

    def stop(self) -> None:
        """End ``run``. UI thread only."""
        self._face.stop()

    def _clicked(self, action: Action, value: str | None) -> None:
        try:
            self._actions(action, value)
        except Exception:  # noqa: BLE001 - barrier
            _log.exception("The menu's %s failed", action.value)


def _face(dispatch: Dispatch, on_shown: Shown, patience_s: float) -> Face:
    """Build this system's icon; what belongs to another is not loaded, nor installed."""
    if sys.platform == "darwin":
        from claudometer.ui.tray.menu_bar import MenuBarIcon  # noqa: PLC0415
        from claudometer.ui.tray.plain_icon import PlainIcon  # noqa: PLC0415

        return PlainIcon(NAME, dispatch, MenuBarIcon)
    if sys.platform == "win32":
        from claudometer.ui.tray.notification_area import NotificationAreaIcon  # noqa: PLC0415
        from claudometer.ui.tray.plain_icon import PlainIcon  # noqa: PLC0415

        return PlainIcon(NAME, dispatch, NotificationAreaIcon)
    try:
        from claudometer.ui.tray.notifier_icon import NotifierIcon  # noqa: PLC0415 - needs PyGObject
    except (ImportError, ValueError) as error:
        raise ClaudometerError(ErrorCode.TRAY_TOOLKIT_MISSING, command=install_command()) from error
    if not display_answers():
        raise ClaudometerError(ErrorCode.NO_DISPLAY)
    return NotifierIcon(NAME, dispatch, on_shown, patience_s=patience_s)
