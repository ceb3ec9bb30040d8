"""A panel that appears later gets the text beside the icon twice, so that GNOME's extension shows it."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from jeepney import HeaderFields, MatchRule, message_bus
from jeepney.io.blocking import open_dbus_connection

from tests.ui.tray.private_bus import icon_on_bus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.ui.tray.private_bus import IconOnBus

pytest.importorskip("gi", reason="PyGObject is not here")

SIGNAL = "XAyatanaNewLabel"


@pytest.fixture
def icon() -> Iterator[IconOnBus]:
    with icon_on_bus() as running:
        yield running


def labels_for_a_new_panel(icon: IconOnBus, *, expected: int) -> list[str]:
    """Start a panel; return the labels that the item sends it until none comes."""
    rule = MatchRule(type="signal", interface="org.kde.StatusNotifierItem", member=SIGNAL)
    argv = (sys.executable, "-m", "tests.desktop.watcher_script", "1")
    sent: list[str] = []
    with open_dbus_connection(bus=icon.session_bus.address) as connection:
        connection.send_and_get_reply(message_bus.AddMatch(rule))
        with subprocess.Popen(argv, env=icon.session_bus.env, stdin=subprocess.PIPE) as panel:
            try:
                while True:
                    # What is not to come would come within two seconds.
                    message = connection.receive(timeout=60 if len(sent) < expected else 2)
                    if message.header.fields.get(HeaderFields.member) == SIGNAL:
                        sent.append(message.body[0])
            except TimeoutError:
                return sent
            finally:
                panel.terminate()


def test_the_label_changes_once_for_a_panel_that_has_read_it_already(icon: IconOnBus) -> None:
    icon.tell("label", "81 % Session")
    assert labels_for_a_new_panel(icon, expected=2) == ["", "81 % Session"]


def test_without_a_label_no_label_is_sent(icon: IconOnBus) -> None:
    assert labels_for_a_new_panel(icon, expected=0) == []
