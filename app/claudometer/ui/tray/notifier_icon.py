"""The icon on Linux: a StatusNotifierItem and its menu over D-Bus, as a backend for pystray.

Loads no toolkit and connects to no X server. Only if no panel shows such items, but one takes icons the old
way (XEmbed), pystray's backend for GTK is loaded as well.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gi.repository import GLib

from claudometer.domain.settings import IconColors
from claudometer.domain.tray_state import TrayState
from claudometer.present.menu_entries import Action
from claudometer.ui.tray.color_scheme import ColorScheme
from claudometer.ui.tray.dbus_menu import MENU_PATH, DBusMenu
from claudometer.ui.tray.display import changed_environment
from claudometer.ui.tray.notifications import Notifications
from claudometer.ui.tray.notifier_item import NotifierItem
from claudometer.ui.tray.panel_presence import HostWatcher
from claudometer.ui.tray.session_bus import SessionBus
from claudometer.ui.tray.xembed import has_xembed_tray, make_xembed_icon, may_have_xembed

if TYPE_CHECKING:
    from collections.abc import Callable

    from claudometer.present.alerts import Bubble
    from claudometer.present.icon import IconModel
    from claudometer.present.menu_entries import Dispatch, Entry
    from claudometer.ui.tray.xembed import XEmbedIcon

    Setup = Callable[[object], None]

with changed_environment({"PYSTRAY_BACKEND": "dummy"}):  # every other backend loads a toolkit when imported
    import pystray

XEMBED_LOOK_S = 1
"""How often to look for an old panel while nobody shows the icon, because it sends no signal on the bus."""

OFFER_S = 2
"""How long an old panel may take to accept the icon. One that has just started may miss the offer."""

FIRST_LOOK_S = 2
"""When to look for an old panel first. A panel that takes both kinds of icons is on the bus by then, so GTK
is not loaded for it."""


class NotifierIcon(pystray.Icon):  # type: ignore[misc] # pystray has no types
    """The icon, its menu, and the search for a panel that shows them. UI thread only.

    Args:
        name: identifies the program to panels.
        dispatch: called with the action and the value of a click.
        on_state: called with whether a panel shows the icon, first after some seconds, then on each change.
        patience_s: how long a panel may take to appear or to restart, and then to take the icon, in seconds.
    """

    def __init__(
        self, name: str, dispatch: Dispatch, on_state: Callable[[TrayState], None], *, patience_s: float
    ) -> None:
        super().__init__(name)
        self._actions = dispatch
        self._on_state = on_state
        self._patience_s = patience_s
        self._reported: TrayState | None = None
        self._hosts = HostWatcher(self._host_changed, patience_s=patience_s)
        self._item = NotifierItem(
            name, menu_path=MENU_PATH, on_activate=self._activate, on_taken=self._hosts.item_taken
        )
        self._lines = DBusMenu(self._dispatch)
        self._bubbles = Notifications(self._dispatch)
        self._bus = SessionBus()
        self._scheme: ColorScheme | None = None
        # In this order, so that the menu is on the bus before the item that names it.
        for user in (self._lines, self._item, self._hosts, self._bubbles):
            self._bus.add(user)
        self._model: IconModel | None = None
        self._entries: tuple[Entry, ...] = ()
        self._old: XEmbedIcon | None = None
        self._timer = 0
        self._giving_up = 0
        self._inside = False
        self._loop = GLib.MainLoop.new(None, False)

    def paint(self, model: IconModel) -> None:
        """Show a picture and its tooltip."""
        self._model = model
        self.title = model.tooltip
        self.icon = self._in_panel_colors(model)
        self.visible = True
        if self._old is not None:
            self._old.paint(self.icon)

    def _in_panel_colors(self, model: IconModel) -> IconModel:
        """Choose white or black for an icon in one color, if the desktop says what its panel needs."""
        if model.colors is not IconColors.MONOCHROME:
            return model
        if self._scheme is None:  # only when needed, because the question may start the desktop's portal
            self._scheme = ColorScheme(self._scheme_changed)
            self._bus.add(self._scheme)
        return replace(model, colors=self._scheme.ink or model.colors)

    def _scheme_changed(self) -> None:
        if self._model is not None:
            self.paint(self._model)

    def list_entries(self, entries: tuple[Entry, ...]) -> None:
        """Show these menu entries."""
        self._entries = entries
        self._lines.show(entries)
        if self._old is not None:
            self._old.list_entries(entries)

    def notify(self, bubble: Bubble, on_taken: Callable[[bool], None]) -> None:
        """Show a notification, and report whether the desktop took it."""
        self._bubbles.show(bubble, on_taken)

    def take_activation_token(self) -> str | None:
        """Return the desktop's token for the click that is being handled, ``None`` where it gave none."""
        return self._bubbles.take_activation_token() or self._item.take_activation_token()

    def run(self, setup: Setup | None = None) -> None:
        """Run GLib's loop until ``stop``."""
        super().run(setup or _nothing_to_set_up)

    # The methods that pystray expects of a backend.

    def _run(self) -> None:
        self._mark_ready()
        self._hosts.start()
        self._bus.start()
        self._look_for_old_panels(FIRST_LOOK_S)
        try:
            self._loop.run()
        finally:
            self._finalize()

    def _finalize(self) -> None:
        self._stop_timer()
        self._hosts.stop()
        self._leave_old_panel()
        self.visible = False
        self._bus.stop()

    def _stop(self) -> None:
        self._loop.quit()

    def _show(self) -> None:
        self._item.set_active(active=True)

    def _hide(self) -> None:
        self._item.set_active(active=False)

    def _update_icon(self) -> None:
        self._item.show(self.icon)
        self._icon_valid = True

    def _update_title(self) -> None:
        """Do nothing: the tooltip is a part of the model."""

    def _update_menu(self) -> None:
        """Do nothing: only ``list_entries`` changes the menu."""

    # The search for a panel.

    def _host_changed(self, state: TrayState) -> None:
        if state is TrayState.SHOWN:
            self._stop_timer()
            self._leave_old_panel()
            self._report(TrayState.SHOWN)
        elif self._old is not None:
            self._wait_for_old_panel()  # the timer goes on looking meanwhile
        elif self._use_old_panel():
            self._look_for_old_panels(OFFER_S)
            self._wait_for_old_panel()
        else:
            self._report_hidden()
            self._look_for_old_panels()

    def _look_for_old_panels(self, every_s: int = XEMBED_LOOK_S) -> None:
        self._stop_timer()
        if may_have_xembed():
            self._timer = GLib.timeout_add_seconds(every_s, self._look_again)

    def _look_again(self) -> bool:
        """Offer a new icon: a panel may never take the old one, if it belonged to a panel that was killed."""
        if self._reported is None and self._hosts.has_watcher:
            return True  # the desktop is starting: its host comes after its watcher
        was_offered = self._old is not None
        self._hide_old_icon()  # and not `_leave_old_panel`: the time that a dead panel has to restart runs on
        is_offered = self._use_old_panel()
        if is_offered is not was_offered and self._reported in {TrayState.NO_PANEL, TrayState.NOT_TAKEN}:
            self._stop_giving_up()
            self._wait_for_old_panel()  # the reason is another one now, unless this panel takes the icon
        if not is_offered:
            return True
        self._look_for_old_panels(OFFER_S)
        return False

    def _use_old_panel(self) -> bool:
        """Offer the icon to a panel that takes it the old way; return whether there is one, and GTK."""
        if not self._has_old_panel():
            return False
        self._old = make_xembed_icon(self.name, self._dispatch, self._embedded)
        if self._old is None:
            return False
        self._old.list_entries(self._entries)
        if self.icon is not None:
            self._old.paint(self.icon)
        self._old.show(visible=True)
        return True

    def _has_old_panel(self) -> bool:
        return not self._hosts.forwards_old_icons and has_xembed_tray()

    def _leave_old_panel(self) -> None:
        self._hide_old_icon()
        self._stop_giving_up()

    def _hide_old_icon(self) -> None:
        if self._old is not None:
            self._old.show(visible=False)
        self._old, self._inside = None, False

    def _embedded(self, inside: bool) -> None:
        """React to GTK's report about the old panel. If that has ended, it has time to restart."""
        self._inside = inside
        self._stop_timer()
        self._stop_giving_up()
        if inside:
            self._report(TrayState.SHOWN)
        else:
            self._look_for_old_panels()
            self._wait_for_old_panel()

    def _wait_for_old_panel(self) -> None:
        """Report that nobody shows the icon, unless a panel takes it in time."""
        if not self._inside and not self._giving_up:
            self._giving_up = GLib.timeout_add(round(1000 * self._patience_s), self._give_up_old_panel)

    def _give_up_old_panel(self) -> bool:
        self._giving_up = 0
        self._report_hidden()
        return False

    def _stop_giving_up(self) -> None:
        if self._giving_up:
            GLib.source_remove(self._giving_up)
        self._giving_up = 0

    def _stop_timer(self) -> None:
        if self._timer:
            GLib.source_remove(self._timer)
        self._timer = 0

    def _report_hidden(self) -> None:
        has_panel = self._hosts.has_host or self._has_old_panel()
        self._report(TrayState.NOT_TAKEN if has_panel else TrayState.NO_PANEL)

    def _report(self, state: TrayState) -> None:
        if state is not self._reported:
            self._reported = state
            self._on_state(state)

    def _activate(self) -> None:
        self._dispatch(Action.OPEN_WINDOW, None)

    def _dispatch(self, action: Action, value: str | None) -> None:
        self._actions(action, value)
        self.take_activation_token()  # drop it: it was for this click, and no later window may use it


def _nothing_to_set_up(_icon: object) -> None:
    """Replace pystray's own setup, which would show the icon from another thread."""
