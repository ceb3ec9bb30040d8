"""Notifications over a real bus, with services of every kind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from base64 import b64decode
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from claudometer.present.alerts import Bubble, BubbleButton, Urgency
from claudometer.present.icon import Arc, IconModel, Level, Shape
from claudometer.present.menu_entries import Action
from claudometer.ui.tray.drawing import draw
from tests.desktop.session_bus import SessionBus as PrivateSessionBus
from tests.desktop.session_bus import running_session_bus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.desktop

ROOT = Path(__file__).parents[3]
BUTTONS = (
    BubbleButton("Open", Action.OPEN_WINDOW, "session"),
    BubbleButton("Mute until reset", Action.MUTE_LIMITS, "session"),
)
BUBBLE = Bubble("session", "Session: 76 % used", "A <b> & an \ud800 end", Urgency.NORMAL, BUTTONS)


class Desk:
    """Our end of the bus, in this process, and a service that a test starts and stops."""

    def __init__(self, bus: PrivateSessionBus) -> None:
        from claudometer.ui.tray.notifications import Notifications
        from claudometer.ui.tray.session_bus import SessionBus

        self.bus = bus
        self.clicks: list[tuple[Action, str | None]] = []
        self.notifications = Notifications(self._clicked, timeout_ms=3000)
        self.session = SessionBus(lambda: bus.address)
        self.session.add(self.notifications)
        self.service: subprocess.Popen[str] | None = None
        self.session.start()
        self.until(lambda: self.session.is_connected)

    def _clicked(self, action: Action, value: str | None) -> None:
        self.clicks.append((action, value))

    def start(self, *capabilities: str) -> None:
        """Start a service with these capabilities; with "hang" it answers nothing."""
        env = {**self.bus.env, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "app")])}
        argv = (sys.executable, "-m", "tests.ui.tray.service_script", *capabilities)
        pipe = subprocess.PIPE
        self.service = subprocess.Popen(argv, env=env, stdin=pipe, stdout=pipe, text=True)
        self.until(self.is_running)

    def is_running(self) -> bool:
        """Return whether there is a service."""
        from gi.repository import GLib

        the_bus = ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus")
        name = GLib.Variant("(s)", ("org.freedesktop.Notifications",))
        return bool(self._call(*the_bus, "NameHasOwner", name)[0])

    def _call(self, *target: object) -> tuple[Any, ...]:
        """Call a method; handle the signals that were sent before its answer, and return the answer."""
        from gi.repository import Gio, GLib

        connection = self.session._connection
        assert connection is not None
        answer = connection.call_sync(*target, None, Gio.DBusCallFlags.NONE, 60_000, None)
        while GLib.MainContext.default().pending():
            GLib.MainContext.default().iteration(False)
        values: tuple[Any, ...] = answer.unpack()
        return values

    def stop(self) -> None:
        """End the service, and wait until the bus has reported it."""
        if self.service is not None:
            self.service.kill()
            self.service.wait(10)
            for stream in (self.service.stdin, self.service.stdout):
                assert stream is not None
                stream.close()
            self.service = None
            if self.session.is_connected:
                self.until(lambda: not self.is_running())

    def show(self, bubble: Bubble = BUBBLE) -> bool:
        """Show a bubble, and return whether it was taken."""
        taken: list[bool] = []
        self.notifications.show(bubble, taken.append)
        self.until(lambda: taken)
        assert len(taken) == 1
        return taken[0]

    def received(self) -> Any:  # noqa: ANN401 - JSON
        """Return the next notification that the service got, its own number first."""
        assert self.service is not None
        assert self.service.stdout is not None
        return json.loads(self.service.stdout.readline())

    def signal(self, name: str, number: int, key: object) -> None:
        """Have the service send a signal, and let it arrive."""
        assert self.service is not None
        assert self.service.stdin is not None
        self.service.stdin.write(json.dumps([name, number, key]) + "\n")
        self.service.stdin.flush()
        assert self.received() == name  # it has sent the signal, which so comes before its next answer
        service = ("org.freedesktop.Notifications", "/org/freedesktop/Notifications")
        self._call(*service, "org.freedesktop.Notifications", "GetCapabilities", None)

    def until(self, condition: Callable[[], object], timeout_s: float = 60) -> None:
        """Run the main loop until the condition is true."""
        from gi.repository import GLib

        end = time.monotonic() + timeout_s
        while not condition():
            assert time.monotonic() < end
            GLib.MainContext.default().iteration(False)
            time.sleep(0.005)


@pytest.fixture
def desk() -> Iterator[Desk]:
    with running_session_bus() as (_home, bus):
        found = Desk(bus)
        yield found
        found.stop()
        found.session.stop()


def test_a_rich_service_gets_buttons_urgency_and_escaped_markup(desk: Desk) -> None:
    desk.start("actions", "body", "body-markup")
    assert desk.show()
    number, name, replaced, icon, title, body, actions, hints, timeout = desk.received()
    assert (number, name, replaced, timeout) == (1, "Claudometer", 0, -1)
    assert Path(icon).is_file()
    assert title == "Session: 76 % used"
    assert body == "A &lt;b&gt; &amp; an \ufffd end"
    assert actions == ["default", "", "open_window", "Open", "mute_limits", "Mute until reset"]
    assert hints == {"urgency": 1, "desktop-entry": "claudometer"}


def test_the_picture_has_the_number_that_the_notification_is_about(desk: Desk) -> None:
    ring = IconModel("76", Level.WARNING, Shape.MARKED_RING, "", (Arc(76, Level.WARNING),))
    desk.start("body")
    assert desk.show(replace(BUBBLE, icon=ring))
    *_, hints, _timeout = desk.received()
    width, height, stride, has_alpha, bits, channels, data = hints["image-data"]
    assert (width, height, stride, has_alpha, bits, channels) == (96, 96, 384, True, 8, 4)
    assert b64decode(data) == draw(ring, 96).rgba()


def test_xfces_service_gets_no_default_action_which_it_draws_as_an_empty_button(desk: Desk) -> None:
    desk.start("actions", "body", "xfce")
    assert desk.show()
    *_, actions, _hints, _timeout = desk.received()
    assert actions == ["open_window", "Open", "mute_limits", "Mute until reset"]


def test_a_service_that_does_not_say_its_name_gets_all(desk: Desk) -> None:
    desk.start("actions", "body", "nameless")
    assert desk.show()
    *_, actions, _hints, _timeout = desk.received()
    assert actions[:2] == ["default", ""]


def test_a_plain_service_gets_plain_text_and_no_buttons(desk: Desk) -> None:
    desk.start("body")
    assert desk.show()
    *_, body, actions, _hints, _timeout = desk.received()
    assert (body, actions) == ("A <b> & an \ufffd end", [])


def test_a_later_bubble_of_the_same_limit_takes_the_place_of_the_first(desk: Desk) -> None:
    desk.start("actions")
    desk.show()
    assert desk.received()[2] == 0
    desk.show()
    assert desk.received()[2] == 1
    desk.signal("NotificationClosed", 1, 2)
    desk.show()
    assert desk.received()[2] == 0


@pytest.mark.parametrize(
    ("key", "click"),
    [
        ("default", (Action.OPEN_WINDOW, "session")),
        ("open_window", (Action.OPEN_WINDOW, "session")),
        ("mute_limits", (Action.MUTE_LIMITS, "session")),
    ],
)
def test_a_click_is_passed_on_once(desk: Desk, key: str, click: tuple[Action, str]) -> None:
    desk.start("actions")
    desk.show()
    number = desk.received()[0]
    desk.signal("ActionInvoked", number + 1, key)  # another program's
    assert desk.clicks == []
    desk.signal("ActionInvoked", number, key)
    assert desk.clicks == [click]


def test_without_a_service_nothing_is_taken(desk: Desk) -> None:
    assert not desk.show()


def test_a_service_that_hangs_takes_nothing_and_one_that_follows_does(desk: Desk) -> None:
    desk.start("hang")
    assert not desk.show()
    desk.stop()
    desk.start()
    assert desk.show()


def test_a_restarted_service_is_not_asked_to_replace_a_bubble(desk: Desk) -> None:
    desk.start("actions")
    desk.show()
    desk.stop()
    desk.start("actions")
    assert desk.show()
    assert desk.received()[2] == 0


def test_without_a_bus_nothing_is_taken_and_nothing_fails(desk: Desk) -> None:
    desk.start()
    desk.bus.stop()
    desk.until(lambda: not desk.session.is_connected)
    assert not desk.show()
