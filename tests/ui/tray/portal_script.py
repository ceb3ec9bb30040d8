"""Answers for the desktop's portal: whether the desktop is dark. Reads one value per line, and announces it.

The test's own, because the real portal needs a desktop's settings service and starts half a session.
"""

from __future__ import annotations

import sys

from gi.repository import Gio, GLib

NAME, PATH, INTERFACE = (
    "org.freedesktop.portal.Desktop",
    "/org/freedesktop/portal/desktop",
    "org.freedesktop.portal.Settings",
)
XML = f"""
<node><interface name="{INTERFACE}">
  <method name="Read">
    <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="v" direction="out"/>
  </method>
  <signal name="SettingChanged"><arg type="s"/><arg type="s"/><arg type="v"/></signal>
</interface></node>
"""
KEY = ("org.freedesktop.appearance", "color-scheme")


class Portal:
    """The portal's settings, with one setting."""

    def __init__(self, value: int) -> None:
        self.value = value
        self.loop = GLib.MainLoop()
        self.bus = Gio.bus_get_sync(Gio.BusType.SESSION, None)
        self.bus.register_object(
            PATH, Gio.DBusNodeInfo.new_for_xml(XML).interfaces[0], self._read, None, None
        )
        Gio.bus_own_name_on_connection(self.bus, NAME, Gio.BusNameOwnerFlags.NONE, None, None)
        GLib.io_add_watch(sys.stdin.fileno(), GLib.IO_IN | GLib.IO_HUP, self._line)

    def _read(self, *call: object) -> None:
        # The portal wraps the value twice: its answer is a variant, and the setting is one, too.
        answer = GLib.Variant("(v)", (GLib.Variant("v", GLib.Variant("u", self.value)),))
        call[6].return_value(answer)  # type: ignore[attr-defined] # PyGObject has no types

    def _line(self, *_event: object) -> bool:
        line = sys.stdin.readline()
        if not line:
            self.loop.quit()
            return False
        self.value = int(line)
        changed = GLib.Variant("(ssv)", (*KEY, GLib.Variant("u", self.value)))
        self.bus.emit_signal(None, PATH, INTERFACE, "SettingChanged", changed)
        return True


if __name__ == "__main__":
    Portal(int(sys.argv[1])).loop.run()
