"""A panel that hosts tray icons: window buttons on the left, tray and clock on the right."""

import os
import signal
from collections.abc import Mapping
from contextlib import suppress

from jeepney import DBusAddress, DBusErrorResponse

from tests.desktop import process_tree
from tests.desktop.bus_client import BusClient
from tests.desktop.look import Look
from tests.desktop.private_home import PrivateHome
from tests.desktop.program import Program
from tests.desktop.waiting import wait_for

WATCHER = DBusAddress(
    "/StatusNotifierWatcher", "org.kde.StatusNotifierWatcher", "org.kde.StatusNotifierWatcher"
)
HEIGHT = 30
_CONFIG = """<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array"><value type="int" value="1"/>
    <property name="dark-mode" type="bool" value="{dark}"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=6;x=0;y=0"/>
      <property name="position-locked" type="bool" value="true"/>
      <property name="length" type="uint" value="100"/>
      <property name="size" type="uint" value="{height}"/>
      <property name="plugin-ids" type="array">
        <value type="int" value="1"/><value type="int" value="2"/><value type="int" value="3"/>
        <value type="int" value="4"/><value type="int" value="5"/>
      </property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="tasklist">
      <property name="show-handle" type="bool" value="false"/>
      <property name="flat-buttons" type="bool" value="true"/>
    </property>
    <property name="plugin-2" type="string" value="separator">
      <property name="expand" type="bool" value="true"/>
      <property name="style" type="uint" value="0"/>
    </property>
    <property name="plugin-3" type="string" value="systray"/>
    <property name="plugin-4" type="string" value="separator">
      <property name="style" type="uint" value="0"/>
    </property>
    <property name="plugin-5" type="string" value="clock">
      <property name="digital-layout" type="uint" value="3"/>
      <property name="digital-time-font" type="string" value="Inter 10"/>
      <property name="digital-time-format" type="string" value="%a %H:%M "/>
    </property>
  </property>
</channel>
"""


class Panel:
    """xfce4-panel; its settings service is started by the bus."""

    def __init__(self, home: PrivateHome, *, env: Mapping[str, str], look: Look, bus: BusClient) -> None:
        self._bus = bus
        self._config = _CONFIG.format(dark=str(look.dark).lower(), height=HEIGHT)
        self._channel = home.config / "xfce4/xfconf/xfce-perchannel-xml/xfce4-panel.xml"
        self._program = Program(("xfce4-panel", "--disable-wm-check"), env=env, logs=home.logs)

    def start(self) -> None:
        """Start it and wait until it accepts tray icons."""
        if not self._channel.exists():
            self._channel.parent.mkdir(parents=True)
            self._channel.write_text(self._config)
        self._program.start()
        wait_for(lambda: self.is_answering, what="a panel that hosts tray icons")

    def stop(self) -> None:
        """Stop it and wait until its tray is gone from the bus."""
        self._program.stop()
        wait_for(lambda: not self._bus.has_owner(WATCHER.bus_name), what="the end of the panel's tray")

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal to the panel and to the program that draws its tray."""
        for pid in process_tree.family_of(self._program.pid):
            with suppress(ProcessLookupError):  # what draws the tray ends by itself once the panel has
                os.kill(pid, number)

    def restart(self) -> None:
        """Stop the panel and start it again, as after a crash or an update."""
        self.stop()
        self.start()

    @property
    def is_answering(self) -> bool:
        """Return whether an icon that registers now would be shown."""
        try:
            return bool(self._bus.properties(WATCHER)["IsStatusNotifierHostRegistered"])
        except DBusErrorResponse:  # there is none, or it ended meanwhile
            return False
