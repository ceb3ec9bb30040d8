"""Shows notifications by the desktop's service, over the session bus. Uses no toolkit.

The specification: https://specifications.freedesktop.org/notification-spec/1.2/
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from gi.repository import Gio, GLib

from claudometer.resources import assets_folder
from claudometer.ui.tray.dbus_workarounds import fit
from claudometer.ui.tray.pixmaps import image_data_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from claudometer.present.alerts import Bubble, BubbleButton
    from claudometer.present.menu_entries import Dispatch

    OnTaken = Callable[[bool], None]

log = logging.getLogger(__name__)

NAME, PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
_BUS, _BUS_PATH = "org.freedesktop.DBus", "/org/freedesktop/DBus"

TIMEOUT_MS = 5_000
"""For each call. The bus may have to start the service, which takes a second; one that hangs says nothing."""

APP_NAME = "Claudometer"
DESKTOP_ENTRY = "claudometer"
ICON = "claudometer-128.png"
PICTURE_SIZE = 96
"""In pixels: services show 32 to 48 points, also at double density. Drawing it takes 50 ms."""

_URGENCIES = {"low": 0, "normal": 1, "critical": 2}
"""By the value of ``present.alerts.Urgency``, a module that only the first notification loads."""

_ACTIONS = "actions"
"""The capability to show buttons."""

_DEFAULT = "default"
"""The key of the action for a click on the bubble itself."""

_WITHOUT_DEFAULT = frozenset({"Xfce Notify Daemon"})
"""Services without such a click: in versions 0.7.3 and 0.9.7, a click on the bubble only closes it, and 0.9.7
draws a button for the action, empty without a label. Seen with both."""

_SERVER_DECIDES = -1
"""The service decides how long the bubble stays."""


class Notifications:
    """Sends notifications, and reports clicks. A ``BusUser``; UI thread only.

    If the service is missing, ends or hangs, the notification is reported as not taken. Its capabilities and
    name are asked before each notification, because another service may have replaced it.

    Args:
        dispatch: called with the action and the value of the button that was clicked.
        timeout_ms: for each of up to three calls.
    """

    def __init__(self, dispatch: Dispatch, *, timeout_ms: int = TIMEOUT_MS) -> None:
        self._dispatch = dispatch
        self._timeout_ms = timeout_ms
        self._connection: Gio.DBusConnection | None = None
        self._numbers: dict[str, int] = {}  # by tag: the service's number of the bubble that is shown
        self._shown: dict[int, Bubble] = {}
        self._token: str | None = None

    def connected(self, connection: Gio.DBusConnection) -> None:
        """Listen for clicks, and for a restart of the service."""
        self._connection = connection
        flags = Gio.DBusSignalFlags.NONE
        connection.signal_subscribe(NAME, NAME, None, PATH, None, flags, self._signaled)
        # A new service does not know the numbers of the old one.
        connection.signal_subscribe(_BUS, _BUS, "NameOwnerChanged", _BUS_PATH, NAME, flags, self._forget)

    def disconnected(self) -> None:
        """Forget what was shown: its service is gone with the bus."""
        self._connection = None
        self._forget()

    def show(self, bubble: Bubble, on_taken: OnTaken) -> None:
        """Show a notification, and report whether the desktop took it."""
        if self._connection is None:
            on_taken(False)
            return

        def asked(connection: Gio.DBusConnection, result: Gio.AsyncResult) -> None:
            answer = self._answer(connection, result)
            if answer is None:
                on_taken(False)
            elif bubble.buttons and _ACTIONS in answer[0]:
                self._ask_name(connection, bubble, frozenset(answer[0]), on_taken)
            else:
                self._send(connection, bubble, frozenset(answer[0]), on_taken)

        self._call(self._connection, "GetCapabilities", None, "(as)", asked)

    def take_activation_token(self) -> str | None:
        """Return the service's token for the click that is being handled, once."""
        token, self._token = self._token, None
        return token

    def _ask_name(
        self,
        connection: Gio.DBusConnection,
        bubble: Bubble,
        capabilities: frozenset[str],
        on_taken: OnTaken,
    ) -> None:
        def named(connection: Gio.DBusConnection, result: Gio.AsyncResult) -> None:
            answer = self._answer(connection, result)
            name = "" if answer is None else str(answer[0])
            self._send(connection, bubble, capabilities, on_taken, service=name)

        self._call(connection, "GetServerInformation", None, "(ssss)", named)

    def _send(
        self,
        connection: Gio.DBusConnection,
        bubble: Bubble,
        capabilities: frozenset[str],
        on_taken: OnTaken,
        *,
        service: str = "",
    ) -> None:
        def sent(connection: Gio.DBusConnection, result: Gio.AsyncResult) -> None:
            answer = self._answer(connection, result)
            if answer is not None:
                self._note(bubble, answer[0])
            on_taken(answer is not None)

        replaced = self._numbers.get(bubble.tag, 0)
        message = message_of(bubble, capabilities, replaced, service=service)
        self._call(connection, "Notify", message, "(u)", sent)

    def _call(
        self,
        connection: Gio.DBusConnection,
        method: str,
        arguments: GLib.Variant | None,
        answer: str,
        answered: Callable[[Gio.DBusConnection, Gio.AsyncResult], None],
    ) -> None:
        kind, flags = GLib.VariantType(answer), Gio.DBusCallFlags.NONE
        connection.call(NAME, PATH, NAME, method, arguments, kind, flags, self._timeout_ms, None, answered)

    @staticmethod
    def _answer(connection: Gio.DBusConnection, result: Gio.AsyncResult) -> tuple[Any, ...] | None:
        try:
            answer: tuple[Any, ...] = connection.call_finish(result).unpack()
        except GLib.Error as error:
            log.info("the desktop did not take a notification: %s", error.message)
            return None
        return answer

    def _note(self, bubble: Bubble, number: object) -> None:
        if isinstance(number, int):
            self._shown[number] = bubble
            self._numbers[bubble.tag] = number

    def _signaled(self, *details: object) -> None:
        signal, arguments = details[4], details[5].unpack()  # type: ignore[attr-defined] # PyGObject has no types
        number: int = arguments[0] if arguments else 0
        bubble = self._shown.get(number)
        if bubble is None:
            return  # another program's
        if signal == "ActivationToken":
            self._token = str(arguments[1])
        elif signal == "NotificationClosed":
            del self._shown[number]
            if self._numbers.get(bubble.tag) == number:
                del self._numbers[bubble.tag]
        elif signal == "ActionInvoked":
            button = _button(bubble, str(arguments[1]))
            if button is not None:
                self._dispatch(button.action, button.value)
            self._token = None  # it belongs to this click only

    def _forget(self, *_details: object) -> None:
        self._shown.clear()
        self._numbers.clear()


def message_of(
    bubble: Bubble, capabilities: frozenset[str], replaced: int = 0, *, service: str = ""
) -> GLib.Variant:
    """Return the arguments of ``Notify`` that a service with these capabilities understands.

    Args:
        replaced: the number of the bubble to replace, 0 for a new one.
        service: its name, "" if unknown.
    """
    body = fit(bubble.body)
    if "body-markup" in capabilities:
        body = GLib.markup_escape_text(body)
    actions: list[str] = []
    if _ACTIONS in capabilities:
        # Without a label, because some services draw a button for a default action with a label.
        actions = [_DEFAULT, ""] if bubble.buttons and service not in _WITHOUT_DEFAULT else []
        for button in bubble.buttons:
            actions += [button.action.value, button.label]
    hints = {
        "urgency": GLib.Variant("y", _URGENCIES[bubble.urgency.value]),
        "desktop-entry": GLib.Variant("s", DESKTOP_ENTRY),
    }
    if bubble.icon is not None:
        hints["image-data"] = image_data_of(bubble.icon, PICTURE_SIZE)
    icon = str(assets_folder() / ICON)
    texts = (fit(bubble.title), body)
    arguments = (APP_NAME, replaced, icon, *texts, list(map(fit, actions)), hints, _SERVER_DECIDES)
    return GLib.Variant("(susssasa{sv}i)", arguments)


def _button(bubble: Bubble, key: str) -> BubbleButton | None:
    if key == _DEFAULT:
        return bubble.buttons[0] if bubble.buttons else None
    return next((button for button in bubble.buttons if button.action.value == key), None)
