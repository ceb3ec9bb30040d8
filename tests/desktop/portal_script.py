"""The part of a desktop portal that says light or dark, on the session bus.

Each SIGUSR1 switches it; SIGUSR2 takes the wish back, as GNOME does for light.
"""

from __future__ import annotations

import signal
from typing import Any

from gi.repository import Gio, GLib

NAME, PATH, INTERFACE = (
    "org.freedesktop.portal.Desktop",
    "/org/freedesktop/portal/desktop",
    "org.freedesktop.portal.Settings",
)
SCHEME = ("org.freedesktop.appearance", "color-scheme")
XML = f"""<node><interface name="{INTERFACE}">
  <method name="Read">
    <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="v" direction="out"/>
  </method>
  <signal name="SettingChanged"><arg type="s"/><arg type="s"/><arg type="v"/></signal>
</interface></node>"""
NO_WISH, DARK, LIGHT = 0, 1, 2


def main() -> None:
    scheme = [DARK]
    bus = Gio.bus_get_sync(Gio.BusType.SESSION)

    def answer(*call: Any) -> None:  # noqa: ANN401 - PyGObject has no types
        parameters, invocation = call[5], call[6]
        assert parameters.unpack() == SCHEME
        value = GLib.Variant("v", GLib.Variant("u", scheme[0]))  # twice wrapped, as the real Read answers
        invocation.return_value(GLib.Variant("(v)", (value,)))

    def switch() -> bool:
        return tell(LIGHT if scheme[0] == DARK else DARK)

    def tell(wish: int) -> bool:
        scheme[0] = wish
        changed = GLib.Variant("(ssv)", (*SCHEME, GLib.Variant("u", scheme[0])))
        bus.emit_signal(None, PATH, INTERFACE, "SettingChanged", changed)
        return True

    bus.register_object(PATH, Gio.DBusNodeInfo.new_for_xml(XML).interfaces[0], answer)
    GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGUSR1, switch)
    GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGUSR2, tell, NO_WISH)
    Gio.bus_own_name_on_connection(bus, NAME, Gio.BusNameOwnerFlags.NONE, None, None)
    GLib.MainLoop().run()


if __name__ == "__main__":
    main()
