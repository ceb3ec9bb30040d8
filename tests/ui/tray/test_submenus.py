"""Panels that read one level at a time (Plasma, LXQt) show the present lines of a submenu that changes."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from jeepney import MatchRule, Message, message_bus, new_method_call
from jeepney.io.blocking import open_dbus_connection

from tests.ui.tray.private_bus import MENU, IconOnBus, icon_on_bus

if TYPE_CHECKING:
    from collections import deque
    from collections.abc import Iterator

    from jeepney.io.blocking import DBusConnection

    from tests.desktop.bus_client import Value

pytestmark = pytest.mark.desktop

CHANGED = MatchRule(type="signal", interface=MENU, member="LayoutUpdated")
STILL_S = 1.0
"""Longer than a signal takes to arrive on a busy machine."""
MOST_READS = 20


class QtMenu:
    """Reads the menu by the rules of libdbusmenu-qt, which Plasma and LXQt contain."""

    def __init__(self, icon: IconOnBus, connection: DBusConnection, changes: deque[Message]) -> None:
        self._icon, self._connection, self._changes = icon, connection, changes
        self._to_ignore: set[int] = set()
        self.shown: dict[int, list[str]] = {}
        self.reads = 0
        self._read(0)

    def follow(self) -> None:
        """Do what the signals ask for, until none comes any more."""
        while self.reads < MOST_READS:
            try:
                message = self._connection.recv_until_filtered(self._changes, timeout=STILL_S)
            except TimeoutError:
                return
            number = message.body[1]
            if number in self._to_ignore:
                self._to_ignore.remove(number)
            else:
                self._read(number)
        raise AssertionError("the menu is read in circles")

    def open(self, number: int) -> list[str]:
        """Open a submenu, and return its labels before the panel has read it again, if it does."""
        at_once = self.shown.get(number, [])
        (is_outdated,) = self._call("AboutToShow", "i", number)
        if is_outdated or not at_once:
            self._to_ignore.add(number)
            self._read(number)
        return at_once

    def _read(self, number: int) -> None:
        self.reads += 1
        _revision, (_number, _properties, children) = self._call("GetLayout", "iias", number, 1, [])
        self.shown[number] = [child[1]["label"][1] for _type, child in children if "label" in child[1]]

    def _call(self, method: str, signature: str, *arguments: object) -> tuple[Value, ...]:
        message = new_method_call(self._icon.menu, method, signature, arguments)
        return tuple(self._connection.send_and_get_reply(message, timeout=60).body)


@pytest.fixture
def icon() -> Iterator[IconOnBus]:
    with icon_on_bus() as running:
        yield running


@contextmanager
def panel(icon: IconOnBus) -> Iterator[QtMenu]:
    with open_dbus_connection(bus=icon.session_bus.address) as connection:
        connection.send_and_get_reply(message_bus.AddMatch(CHANGED))
        with connection.filter(CHANGED, bufsize=50) as changes:
            yield QtMenu(icon, connection, changes)


def test_a_submenu_has_its_lines_when_it_is_opened_first(icon: IconOnBus) -> None:
    number = icon.numbers()["Organization"]
    for _start in range(2):  # a panel that starts later reads the same menu
        with panel(icon) as menu:
            menu.follow()
            assert menu.open(number) == ["of__org-1", "of__org-2"]


@pytest.mark.parametrize("command", ["submenu", "both"])
@pytest.mark.parametrize("waits", [True, False])
def test_an_opened_submenu_shows_what_has_changed_since(icon: IconOnBus, command: str, waits: bool) -> None:
    number = icon.numbers()["Organization"]
    with panel(icon) as menu:
        if waits:
            menu.follow()
        menu.open(number)
        for names in (["org-3", "org-1"], ["org-4"]):
            icon.tell(command, names)
            menu.follow()
            menu.open(number)
            assert menu.shown[number] == [f"of__{name}" for name in names]


def test_a_panel_that_reads_the_whole_menu_is_told_nothing_and_reads_nothing_again(icon: IconOnBus) -> None:
    """GNOME's extension closes a submenu that it has to read again, whatever another panel does."""
    with panel(icon) as other:
        other.follow()
        for number in icon.numbers().values():
            assert icon.bus.call(icon.menu, "AboutToShow", "i", number) is False
        numbers = list(icon.numbers().values())
        assert icon.bus.call(icon.menu, "AboutToShowGroup", "ai", numbers) == ([], [])
    with open_dbus_connection(bus=icon.session_bus.address) as connection:
        connection.send_and_get_reply(message_bus.AddMatch(CHANGED))
        with connection.filter(CHANGED) as changes:
            icon.layout()
            with pytest.raises(TimeoutError):
                connection.recv_until_filtered(changes, timeout=STILL_S)
