"""Panels besides Xfce's, each with a minimal configuration that has a tray. Starts no process."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.desktop.program import Program

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.desktop.private_home import PrivateHome
    from tests.desktop.session import DesktopSession

HEIGHT = 30

_LXQT = f"""[General]
panels=panel1
iconTheme=Adwaita
[panel1]
plugins=statusnotifier
position=Bottom
panelSize={HEIGHT}
iconSize=22
[statusnotifier]
type=statusnotifier
"""

# GSettings in a text file, because MATE otherwise keeps them in a database of the user's session.
_MATE = f"""[org/mate/panel/general]
toplevel-id-list=['top']
object-id-list=['tray']

[org/mate/panel/toplevels/top]
expand=true
orientation='top'
size={HEIGHT}

[org/mate/panel/objects/tray]
object-type='applet'
applet-iid='NotificationAreaAppletFactory::NotificationArea'
toplevel-id='top'
position=300
"""

_I3BAR = """bar {
    position top
}
"""


@dataclass(frozen=True)
class PanelKind:
    """One panel program.

    Attributes:
        desktop: the desktop that it is told it belongs to.
        files: its configuration, by path below $XDG_CONFIG_HOME.
        services: names of services that the session bus must be able to start for it.
    """

    argv: tuple[str, ...]
    desktop: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)
    services: tuple[str, ...] = ()

    def program(self, desktop: DesktopSession, home: PrivateHome, name: str = "") -> Program:
        """Write the configuration and return the panel, not started yet."""
        for path, text in self.files.items():
            file = home.config / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        desktop.session_bus.allow(self.services)
        env = desktop.env_for(home) | {"XDG_CURRENT_DESKTOP": self.desktop} | dict(self.env)
        desktop.session_bus.tell_services(desktop.bus, env)
        return Program(self.argv, env=env, logs=home.logs, name=name or self.argv[0])


LXQT = PanelKind(("lxqt-panel",), "LXQt", {"lxqt/panel.conf": _LXQT})
LXQT_WITHOUT_TRAY = PanelKind(
    ("lxqt-panel",), "LXQt", {"lxqt/panel.conf": _LXQT.replace("statusnotifier", "worldclock")}
)
MATE = PanelKind(
    ("mate-panel",),
    "MATE",
    {"glib-2.0/settings/keyfile": _MATE},
    {"GSETTINGS_BACKEND": "keyfile"},
    ("org.mate.panel.applet.NotificationAreaAppletFactory",),
)
I3BAR = PanelKind(("i3", "--replace"), "i3", {"i3/config": _I3BAR})
