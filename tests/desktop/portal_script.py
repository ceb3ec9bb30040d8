"""A desktop portal on the session bus that only has the setting for light or dark.

SIGUSR1 switches between the two; SIGUSR2 sets no preference, which is how GNOME says light. With the argument
``hang`` it answers no call, and prints each.
"""

from __future__ import annotations

import signal
import sys
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
NO_PREFERENCE, DARK, LIGHT = 0, 1, 2


def swallow(_bus: object, message: Any, is_incoming: bool) -> Any:  # noqa: ANN401 - called by GLib
    """Print a call and drop it, so that it is never answered."""
    if not is_incoming or message.get_message_type() is not Gio.DBusMessageType.METHOD_CALL:
        return message
    print(f"{message.get_interface()}.{message.get_member()}", flush=True)  # noqa: T201 - how it is observed
    return None


def main() -> None:
    scheme = [DARK]
    bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    if "hang" in sys.argv:
        bus.add_filter(swallow)

    def answer(*call: Any) -> None:  # noqa: ANN401 - PyGObject has no types
        parameters, invocation = call[5], call[6]
        assert parameters.unpack() == SCHEME
        value = GLib.Variant(
            "v", GLib.Variant("u", scheme[0])
        )  # wrapped twice, as in the reply of a real portal
        invocation.return_value(GLib.Variant("(v)", (value,)))

    def switch() -> bool:
        return change(LIGHT if scheme[0] == DARK else DARK)

    def change(preference: int) -> bool:
        scheme[0] = preference
        changed = GLib.Variant("(ssv)", (*SCHEME, GLib.Variant("u", scheme[0])))
        bus.emit_signal(None, PATH, INTERFACE, "SettingChanged", changed)
        return True

    bus.register_object(PATH, Gio.DBusNodeInfo.new_for_xml(XML).interfaces[0], answer)
    GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGUSR1, switch)
    GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGUSR2, change, NO_PREFERENCE)
    Gio.bus_own_name_on_connection(bus, NAME, Gio.BusNameOwnerFlags.NONE, None, None)
    GLib.MainLoop().run()


if __name__ == "__main__":
    main()
