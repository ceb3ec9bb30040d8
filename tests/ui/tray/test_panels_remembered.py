"""The menu remembers panels that read one level at a time, but not each program that ever read it."""

from __future__ import annotations

import subprocess
import sys

import pytest

SCRIPT = """
from claudometer.present.menu_entries import Action, Entry, Kind
from claudometer.ui.tray.dbus_menu import MOST_PANELS, DBusMenu
from claudometer.ui.tray.menu_tree import ROOT

menu = DBusMenu(lambda _action, _value: None)
child = Entry(Kind.ACTION, "one hour", Action.MUTE, value="hour")
menu.show((Entry(Kind.SUBMENU, "Mute", children=(child,)),))
for number in range(1000):
    menu._introduce_submenus(f":1.{number}", ROOT, 1)
print(len(menu._introduced) == MOST_PANELS, ":1.999" in menu._introduced)
"""


def test_a_thousand_programs_that_read_the_menu_take_no_more_memory_than_a_few() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False, timeout=60
    )
    if "No module named 'gi'" in done.stderr:
        pytest.skip("PyGObject is not here")
    assert done.stdout == "True True\n"
