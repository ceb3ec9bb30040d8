"""A fortnight in virtual time, restarted at every boundary: what a real notification service is sent."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.desktop.test_alerts import DUNST
from tests.desktop.waiting import LONGEST_S
from tests.processes.alerting import Alerting
from tests.processes.test_alerts_fortnight import NOTIFICATIONS, simulate

if TYPE_CHECKING:
    from pathlib import Path

    from claudometer.present.alerts import Bubble
    from tests.desktop.session import DesktopSession

pytestmark = pytest.mark.desktop


class Dunst:
    """Sends to the desktop's dunst as the tray does, on a connection of its own for each notification."""

    def __init__(self, desktop: DesktopSession) -> None:
        self._bus = desktop.bus
        self._address = desktop.env["DBUS_SESSION_BUS_ADDRESS"]
        desktop.notifications.stop()
        desktop.notifications.start()
        self.shown: list[tuple[str, ...]] = []

    def send(self, bubble: Bubble) -> bool:
        """Show it, and note what the service shows."""
        from gi.repository import GLib

        from claudometer.ui.tray.notifications import Notifications
        from claudometer.ui.tray.session_bus import SessionBus

        notifications, taken = Notifications(lambda *_click: None), list[bool]()
        session = SessionBus(lambda: self._address)
        session.add(notifications)
        session.start()
        unsent, end = [bubble], time.monotonic() + LONGEST_S
        while not taken and time.monotonic() < end:
            if session.is_connected and unsent:
                notifications.show(unsent.pop(), taken.append)
            GLib.MainContext.default().iteration(False)
        session.stop()
        self._note()
        return taken == [True]

    def _note(self) -> None:
        self._bus.call(DUNST, "NotificationCloseAll")
        newest: dict[str, Any] = self._bus.call(DUNST, "NotificationListHistory")[0]
        title, body = newest["summary"][1], newest["body"][1]
        self.shown.append(tuple(text.replace("\u00a0", " ") for text in (title, *body.splitlines())))


def test_the_service_is_sent_exactly_the_expected_notifications(
    desktop: DesktopSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dunst, alerting = Dunst(desktop), Alerting(tmp_path)
    monkeypatch.setattr(alerting, "send", dunst.send)
    simulate(alerting, restarts=True)
    assert dunst.shown == [(title, *lines) for _moment, title, *lines in NOTIFICATIONS]
    assert all(record.taken for record in alerting.alerts.records)
