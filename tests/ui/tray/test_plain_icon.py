"""How entries become pystray's menu on macOS and Windows, tested with pystray's dummy back end."""

from __future__ import annotations

import json
import os
import subprocess
import sys

SCRIPT = """
import json
import pystray
from claudometer.present.icon import Arc, IconModel, Level, Shape
from claudometer.present.menu_entries import SEPARATOR, Action, Entry, Kind
from claudometer.ui.tray.plain_icon import PlainIcon

pystray.Icon._update_menu = lambda icon: None  # the dummy back end has none
clicks = []
icon = PlainIcon("claudometer", lambda action, value: clicks.append([action, value]), pystray.Icon)
children = tuple(
    Entry(Kind.ACTION, name, Action.ORGANIZATION, checked=name == "b", value=name) for name in "ab"
)
icon.list_entries((
    Entry(Kind.ACTION, "81 %  Session", Action.OPEN_WINDOW, value="session"),
    SEPARATOR,
    Entry(Kind.ACTION, "Refresh now", Action.REFRESH),
    Entry(Kind.SUBMENU, "Organization", children=children),
))
icon.paint(IconModel("81", Level.OK, Shape.RING, "Claude: " + "x" * 200, (Arc(81, Level.OK),)))
shown = icon._icon
items = list(shown.menu)
items[2](shown)
organizations = list(items[3].submenu)
organizations[0](shown)
items[0](shown)
print(json.dumps({
    "texts": [item.text for item in items],
    "enabled": [item.enabled for item in items],
    "checked": [item.checked for item in items],
    "organizations": [[item.text, item.checked, item.radio] for item in organizations],
    "clicks": clicks,
    "title": len(shown.title),
    "picture": shown.icon.size,
}))
"""


def test_entries_become_a_menu_of_the_system() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env=os.environ | {"PYSTRAY_BACKEND": "dummy"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert json.loads(done.stdout) == {
        "texts": ["81 %  Session", "- - - -", "Refresh now", "Organization"],
        "enabled": [True, True, True, True],
        "checked": [None, None, None, None],
        "organizations": [["a", False, True], ["b", True, True]],
        "clicks": [["refresh", None], ["organization", "a"], ["open_window", "session"]],
        "title": 127,
        "picture": [44, 44],
    }
