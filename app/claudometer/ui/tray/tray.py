"""The tray: shows an icon and a menu, and passes clicks on. Knows no engine. UI thread only."""

from __future__ import annotations

import logging
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Protocol

from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.ui.tray.display import display_answers
from claudometer.ui.tray.main_loop import call_on_ui

if TYPE_CHECKING:
    from collections.abc import Callable

    from claudometer.domain.tray_state import TrayState
    from claudometer.present.alerts import Bubble
    from claudometer.present.icon import IconModel
    from claudometer.present.menu_entries import Action, Dispatch, Entry

    OnState = Callable[[TrayState], None]

NAME = "claudometer"

PATIENCE_S = 5.0
"""How long a panel may take at the start of a desktop, or to restart."""

_log = logging.getLogger(__name__)


class Backend(Protocol):
    """The icon of one system."""

    def paint(self, model: IconModel) -> None: ...
    def list_entries(self, entries: tuple[Entry, ...]) -> None: ...
    def run(self) -> None: ...
    def stop(self) -> None: ...
    def notify(self, bubble: Bubble, on_taken: Callable[[bool], None], /) -> None: ...
    def take_activation_token(self) -> str | None: ...


class Tray:
    """The icon and its menu, the same on every system.

    Args:
        actions: called on the UI thread with the action of a click and the value of its entry.
        on_state: called on the UI thread with whether a panel shows the icon, after some seconds and then on
            each change. Never called on systems that always show it.
        patience_s: how long a panel may take before the icon counts as not shown, in seconds.
        make_backend: makes the icon; by default this system's.

    Raises:
        ClaudometerError: ``TRAY_TOOLKIT_MISSING`` or ``NO_DISPLAY``.
    """

    def __init__(
        self,
        actions: Dispatch,
        *,
        on_state: OnState = lambda _state: None,
        patience_s: float = PATIENCE_S,
        make_backend: Callable[[Dispatch, OnState, float], Backend] | None = None,
    ) -> None:
        self._actions = actions
        self._backend = (make_backend or _make_backend)(self._clicked, on_state, patience_s)
        self._icon: IconModel | None = None
        self._entries: tuple[Entry, ...] = ()

    def show(self, icon: IconModel, entries: tuple[Entry, ...]) -> None:
        """Show an icon and a menu, if they differ from those shown. UI thread only, also before ``run``."""
        # An unchanged menu is not sent again, because it may be open.
        if entries != self._entries:
            self._backend.list_entries(entries)
            self._entries = entries
        if icon != self._icon:
            self._backend.paint(icon)
            self._icon = icon

    def notify(self, bubble: Bubble, on_taken: Callable[[bool], None]) -> None:
        """Show a notification, and report whether the desktop took it: later, or at once. UI thread only."""
        self._backend.notify(bubble, on_taken)

    def run(self) -> None:
        """Run the system's main loop until ``stop``. Main thread only."""
        self._backend.run()

    def stop(self) -> None:
        """End ``run``. UI thread only."""
        self._backend.stop()

    def call(self, work: Callable[[], object]) -> None:
        """Have ``work`` run on the UI thread, soon and in order. From any thread, also before :meth:`run`."""
        call_on_ui(work)

    def watch(self, *, on_wake: Callable[[], None]) -> Callable[[], None]:
        """Watch for the end of the computer's sleep, and return what ends that. UI thread only.

        Args:
            on_wake: called after each sleep, if the system announces it. Not all do, so the caller needs
                another way to notice a sleep as well.
        """
        if sys.platform == "linux":
            from claudometer.ui.tray.sleep_linux import WakeWatcher  # noqa: PLC0415 - needs PyGObject
        elif sys.platform == "darwin":
            from claudometer.ui.tray.sleep_macos import WakeWatcher  # noqa: PLC0415 - only there
        else:
            return lambda: None
        watcher = WakeWatcher(on_wake)
        watcher.start()
        return watcher.stop

    def take_activation_token(self) -> str | None:
        """Return the token with which a window may come to the front on Wayland, once and during a click."""
        return self._backend.take_activation_token()

    def _clicked(self, action: Action, value: str | None) -> None:
        try:
            self._actions(action, value)
        except Exception:  # noqa: BLE001 - barrier
            _log.exception("a click on %s failed", action.value)


def _make_backend(dispatch: Dispatch, on_state: OnState, patience_s: float) -> Backend:
    """Return this system's icon. Only its libraries are installed here, so they are imported when needed."""
    if sys.platform == "darwin":
        from claudometer.ui.tray.menu_bar import MenuBarIcon  # noqa: PLC0415
        from claudometer.ui.tray.plain_icon import PlainIcon  # noqa: PLC0415

        return PlainIcon(NAME, dispatch, MenuBarIcon)
    if sys.platform == "win32":
        from claudometer.ui.tray.notification_area import NotificationAreaIcon  # noqa: PLC0415
        from claudometer.ui.tray.plain_icon import PlainIcon  # noqa: PLC0415

        return PlainIcon(NAME, dispatch, NotificationAreaIcon)
    # Replaces a module of PyGObject that loads optparse and gettext, 0.3 MB, for options we do not have.
    sys.modules.setdefault("gi._option", ModuleType("gi._option"))
    try:
        from claudometer.ui.tray.notifier_icon import NotifierIcon  # noqa: PLC0415 - needs PyGObject
    except (ImportError, ValueError) as error:
        from claudometer.system.missing_pygobject import missing_toolkit  # noqa: PLC0415 - only an error pays for it

        raise ClaudometerError(ErrorCode.TRAY_TOOLKIT_MISSING, **missing_toolkit()) from error
    if not display_answers():
        raise ClaudometerError(ErrorCode.NO_DISPLAY)
    return NotifierIcon(NAME, dispatch, on_state, patience_s=patience_s)
