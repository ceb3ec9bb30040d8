"""The tray: shows an icon and a menu, and passes clicks on. Knows no engine. UI thread only."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Protocol

from claudometer.ui.tray.main_loop import call_on_ui
from claudometer.ui.tray.watchers import watch_desktop

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from claudometer.present.icon import IconModel
    from claudometer.present.menu import Action, Entry
    from claudometer.ui.tray.watchers import Watcher

    Dispatch = Callable[[Action, str | None], None]

NAME = "claudometer"

_log = logging.getLogger(__name__)


class Backend(Protocol):
    """The icon of one system."""

    def paint(self, model: IconModel) -> None: ...
    def has_picture(self) -> bool: ...
    def list_entries(self, entries: tuple[Entry, ...]) -> None: ...
    def run(self) -> None: ...
    def stop(self) -> None: ...


class Tray:
    """The icon and its menu, the same on every system.

    Args:
        actions: called on the UI thread with the action of a click, and with the organization's id if it is
            about one.
        icon_folder: holds the pictures for the panel. Made when needed; private to the user.
        on_picture: called on the UI thread with whether the panel can show the picture: with ``False`` after
            every try that failed, and with ``True`` after the first that did not.
        make_backend: makes the icon; by default this system's.

    Raises:
        ClaudometerError: ``TRAY_TOOLKIT_MISSING`` or ``NO_DISPLAY``.
    """

    def __init__(
        self,
        actions: Dispatch,
        *,
        icon_folder: Path,
        on_picture: Callable[[bool], None] = lambda _is_shown: None,
        make_backend: Callable[[Dispatch, Path], Backend] | None = None,
    ) -> None:
        self._actions = actions
        self._on_picture = on_picture
        self._had_picture = True
        self._backend = (make_backend or _make_backend)(self._clicked, icon_folder)
        self._icon: IconModel | None = None
        self._entries: tuple[Entry, ...] = ()

    def show(self, icon: IconModel, entries: tuple[Entry, ...]) -> None:
        """Show an icon and a menu, if they differ from those shown. UI thread only, also before ``run``."""
        if entries != self._entries:
            self._backend.list_entries(entries)
            self._entries = entries
        # Others can empty the runtime folder, as some systems do at a partial logout.
        if icon != self._icon or not self._backend.has_picture():
            self._paint(icon)

    def run(self) -> None:
        """Run the system's main loop until ``stop``. Main thread only."""
        self._backend.run()

    def stop(self) -> None:
        """End ``run``. UI thread only."""
        self._backend.stop()

    def call(self, work: Callable[[], object]) -> None:
        """Have ``work`` run on the UI thread, soon and in order. From any thread, also before :meth:`run`."""
        call_on_ui(work)

    def watch(self, *, on_host: Callable[[bool], None], on_wake: Callable[[], None]) -> tuple[Watcher, ...]:
        """Watch the desktop around the icon; see :func:`claudometer.ui.tray.watchers.watch_desktop`."""
        return watch_desktop(on_host=on_host, on_wake=on_wake)

    def _paint(self, icon: IconModel) -> None:
        self._backend.paint(icon)
        self._icon = icon
        before, self._had_picture = self._had_picture, self._backend.has_picture()
        if not (before and self._had_picture):
            self._on_picture(self._had_picture)

    def _clicked(self, action: Action, value: str | None) -> None:
        try:
            self._actions(action, value)
        except Exception:  # noqa: BLE001 - barrier
            _log.exception("a click on %s failed", action.value)


def _make_backend(dispatch: Dispatch, icon_folder: Path) -> Backend:
    """Return this system's icon. The libraries of other systems are not installed here, so import lazily."""
    if sys.platform == "darwin":
        from claudometer.ui.tray.menu_bar import MenuBarIcon  # noqa: PLC0415
        from claudometer.ui.tray.plain_icon import PlainIcon  # noqa: PLC0415

        return PlainIcon(NAME, dispatch, MenuBarIcon)
    if sys.platform == "win32":
        from claudometer.ui.tray.notification_area import NotificationAreaIcon  # noqa: PLC0415
        from claudometer.ui.tray.plain_icon import PlainIcon  # noqa: PLC0415

        return PlainIcon(NAME, dispatch, NotificationAreaIcon)
    from claudometer.ui.tray.toolkit import load_gtk  # noqa: PLC0415

    load_gtk()
    from claudometer.ui.tray.indicator import Indicator  # noqa: PLC0415 - GTK must be loaded first

    return Indicator(NAME, dispatch, icon_folder)
