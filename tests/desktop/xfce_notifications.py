"""Xfce's own notification service, whose buttons are clicked on the screen."""

from __future__ import annotations

from glob import glob
from typing import TYPE_CHECKING

from jeepney import DBusErrorResponse

from tests.desktop.accessible import (
    DESKTOP,
    Element,
    Role,
    accessibility_bus,
    children_of,
    read_element,
)
from tests.desktop.program import Program
from tests.desktop.waiting import wait_for

if TYPE_CHECKING:
    from tests.desktop.session import DesktopSession

PROGRAMS = glob("/usr/lib/*/xfce4/notifyd/xfce4-notifyd") + glob("/usr/lib*/xfce4/notifyd/xfce4-notifyd")  # noqa: PTH207 - of any architecture
_NAME = "org.freedesktop.Notifications"


class XfceNotifications:
    """xfce4-notifyd, in place of the desktop's service."""

    def __init__(self, desktop: DesktopSession) -> None:
        self._desktop = desktop
        desktop.notifications.stop()
        logs = desktop.notifications.logs
        self._program = Program((PROGRAMS[0],), env=desktop.env, logs=logs).start()
        wait_for(lambda: desktop.bus.has_owner(_NAME), what="xfce4-notifyd")
        self._accessibility = accessibility_bus(desktop.bus)

    def click(self, label: str) -> None:
        """Click a button of a notification that is on the screen, as a person does."""
        button = wait_for(lambda: self._find(label), what=f"the button {label!r}")
        self._desktop.devices.click(*button.center)

    def texts(self) -> list[str]:
        """Return what is on the screen: titles, lines and the labels of buttons."""
        return [each.name or each.text for each in self._elements() if each.name or each.text]

    def stop(self) -> None:
        """End it, so that the desktop's service can start again."""
        self._accessibility.close()
        self._program.stop()
        wait_for(lambda: not self._desktop.bus.has_owner(_NAME), what="the end of xfce4-notifyd")

    def _find(self, label: str) -> Element | None:
        found = (each for each in self._elements() if each.name == label and each.role == Role.BUTTON)
        return next((each for each in found if each.is_usable), None)

    def _elements(self) -> list[Element]:
        found: list[Element] = []
        for application in children_of(self._accessibility, DESKTOP):
            try:
                name = self._accessibility.properties(application.interface("Accessible"))["Name"]
                if name == "xfce4-notifyd":
                    found += read_element(self._accessibility, application).walk()
            except DBusErrorResponse:  # it disappeared
                continue
        return found
