"""A notification service that records what it receives. Its standard input tells it what to do.

The test's own, because it has to lack capabilities, hang, and click on buttons.
"""

from __future__ import annotations

import json
import sys
from base64 import b64encode

from gi.repository import Gio, GLib

NAME, PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
NAME_OF_XFCE = "Xfce Notify Daemon"
XML = f"""
<node><interface name="{NAME}">
  <method name="GetCapabilities"><arg type="as" direction="out"/></method>
  <method name="GetServerInformation">
    <arg type="s" direction="out"/><arg type="s" direction="out"/>
    <arg type="s" direction="out"/><arg type="s" direction="out"/>
  </method>
  <method name="Notify">
    <arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/>
    <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="as" direction="in"/>
    <arg type="a{{sv}}" direction="in"/><arg type="i" direction="in"/><arg type="u" direction="out"/>
  </method>
  <signal name="ActionInvoked"><arg type="u"/><arg type="s"/></signal>
  <signal name="NotificationClosed"><arg type="u"/><arg type="u"/></signal>
</interface></node>
"""


class Service:
    """The service. Prints each notification that it gets and each signal that it sends as a line of JSON."""

    def __init__(self, capabilities: list[str]) -> None:
        self.capabilities = capabilities
        self.hangs = "hang" in capabilities
        self.is_nameless = "nameless" in capabilities
        self.name = NAME_OF_XFCE if "xfce" in capabilities else "test"
        self.last = 0
        self.loop = GLib.MainLoop()
        self.bus = Gio.bus_get_sync(Gio.BusType.SESSION, None)
        node = Gio.DBusNodeInfo.new_for_xml(XML)
        self.bus.register_object(PATH, node.interfaces[0], self._call, None, None)
        Gio.bus_own_name_on_connection(self.bus, NAME, Gio.BusNameOwnerFlags.NONE, None, None)
        GLib.io_add_watch(sys.stdin.fileno(), GLib.IO_IN | GLib.IO_HUP, self._line)

    def _call(self, *call: object) -> None:
        method, arguments, invocation = call[4], call[5].unpack(), call[6]  # type: ignore[attr-defined]
        if self.hangs:
            return
        if method == "GetCapabilities":
            invocation.return_value(GLib.Variant("(as)", (self.capabilities,)))  # type: ignore[attr-defined]
            return
        if method == "GetServerInformation":
            if self.is_nameless:
                invocation.return_dbus_error("org.freedesktop.DBus.Error.UnknownMethod", "no such method")  # type: ignore[attr-defined]
            else:
                names = (self.name, "test", "1", "1.2")
                invocation.return_value(GLib.Variant("(ssss)", names))  # type: ignore[attr-defined]
            return
        self.last = arguments[1] or self.last + 1
        if "image-data" in arguments[6]:  # as numbers, its bytes would fill the pipe
            *form, data = arguments[6]["image-data"]
            arguments[6]["image-data"] = (*form, b64encode(bytes(data)).decode())
        sys.stdout.write(json.dumps([self.last, *arguments]) + "\n")
        sys.stdout.flush()
        invocation.return_value(GLib.Variant("(u)", (self.last,)))  # type: ignore[attr-defined]

    def _line(self, *_event: object) -> bool:
        line = sys.stdin.readline()
        if not line:
            self.loop.quit()
            return False
        signal, number, key = json.loads(line)
        form = "(us)" if signal == "ActionInvoked" else "(uu)"
        self.bus.emit_signal(None, PATH, NAME, signal, GLib.Variant(form, (number, key)))
        sys.stdout.write(json.dumps(signal) + "\n")
        sys.stdout.flush()
        return True


if __name__ == "__main__":
    Service(sys.argv[1:]).loop.run()
