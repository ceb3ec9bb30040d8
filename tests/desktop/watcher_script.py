"""A StatusNotifierWatcher that is a separate program, as KDE's is: hosts come and go while it stays.

It obeys the lines of its standard input:

- ``host`` and ``none``: it has a host from now on, or none.
- ``drop PATH``: it drops the last item and announces that, as GNOME's extension does when it fails to read
  one. The signal names the item by its bus name with PATH, which may be empty, appended.
- ``claim``: it says that it has a host, without a signal, as KDE's does from its start.
- ``own NAME`` and ``disown NAME``: its connection owns a bus name from now on, or no longer.
- ``forget``: it drops all items without a signal.
- ``refuse``, ``ignore``, ``drop each``, ``take``: from now on it answers each registration of an item with an
  error, not at all, drops the item as soon as it has taken it, or takes it, as it does at first.

With a number as its argument, a host appears so many milliseconds after the watcher.
"""

from __future__ import annotations

import sys

from gi.repository import Gio, GLib

WATCHER = "org.kde.StatusNotifierWatcher"
PATH = "/StatusNotifierWatcher"
MANNERS = frozenset({"refuse", "ignore", "drop each", "take"})
READING_MS = 100
"""How long it takes to read an item, and to fail."""
_XML = f"""
<node>
  <interface name="{WATCHER}">
    <method name="RegisterStatusNotifierItem"><arg name="service" type="s" direction="in"/></method>
    <method name="RegisterStatusNotifierHost"><arg name="service" type="s" direction="in"/></method>
    <property name="RegisteredStatusNotifierItems" type="as" access="read"/>
    <property name="IsStatusNotifierHostRegistered" type="b" access="read"/>
    <property name="ProtocolVersion" type="i" access="read"/>
    <signal name="StatusNotifierHostRegistered"/>
    <signal name="StatusNotifierHostUnregistered"/>
    <signal name="StatusNotifierItemUnregistered"><arg name="service" type="s"/></signal>
  </interface>
</node>
"""


class Watcher:
    """Accepts items, and has a host or none."""

    def __init__(self) -> None:
        self.items: list[str] = []
        self.registered = 0
        self.hosted = False
        self.manner = "take"
        self.names: dict[str, int] = {}
        self.connection = Gio.bus_get_sync(Gio.BusType.SESSION)
        interface = Gio.DBusNodeInfo.new_for_xml(_XML).interfaces[0]
        self.connection.register_object(PATH, interface, self._call, self._get, None)
        Gio.bus_own_name_on_connection(self.connection, WATCHER, Gio.BusNameOwnerFlags.NONE, None, None)
        # Without a buffer, in which a second line would wait for the next event.
        self._input = open(sys.stdin.fileno(), "rb", buffering=0, closefd=False)  # noqa: SIM115
        GLib.io_add_watch(sys.stdin.fileno(), GLib.IO_IN, self._read)

    def _call(self, *call: object) -> None:
        method, arguments, invocation = call[4], call[5], call[6]
        if method == "RegisterStatusNotifierItem" and self.manner in {"refuse", "ignore"}:
            print(self.manner, flush=True)  # noqa: T201 - how this program is observed
            if self.manner == "refuse":
                invocation.return_dbus_error("org.freedesktop.DBus.Error.Failed", "no room")  # type: ignore[attr-defined]
            return
        if method == "RegisterStatusNotifierItem":
            self.items.append(arguments.unpack()[0])  # type: ignore[attr-defined] # PyGObject has no types
            self.registered += 1
            print("item", self.registered, flush=True)  # noqa: T201 - how this program is observed
        invocation.return_value(None)  # type: ignore[attr-defined]
        if method == "RegisterStatusNotifierItem" and self.manner == "drop each":
            GLib.timeout_add(READING_MS, self._drop, "")

    def _get(self, *details: object) -> GLib.Variant:
        return {
            "RegisteredStatusNotifierItems": GLib.Variant("as", self.items),
            "IsStatusNotifierHostRegistered": GLib.Variant("b", self.hosted),
            "ProtocolVersion": GLib.Variant("i", 0),
        }[str(details[4])]

    def _read(self, *_details: object) -> bool:
        line = self._input.readline().decode()
        if line.strip() in MANNERS:
            self.manner = line.strip()
            return True
        if line.startswith("drop"):
            self._drop(line.removeprefix("drop").strip())
            return True
        if line.startswith(("own ", "disown ")):
            self._change_name(*line.split())
            return True
        if line == "claim\n":
            self.hosted = True
            return True
        if line == "forget\n":  # as a panel with a fault of its own
            self.items.clear()
            return True
        self.set_host(present=line == "host\n")
        return bool(line)

    def _drop(self, path: str) -> bool:
        name = GLib.Variant("(s)", (self.items.pop() + path,))
        self.connection.emit_signal(None, PATH, WATCHER, "StatusNotifierItemUnregistered", name)
        return False

    def _change_name(self, verb: str, name: str) -> None:
        if verb == "own":
            none = Gio.BusNameOwnerFlags.NONE
            self.names[name] = Gio.bus_own_name_on_connection(self.connection, name, none, None, None)
        else:
            Gio.bus_unown_name(self.names.pop(name))

    def set_host(self, *, present: bool) -> None:
        """Have a host from now on, or none."""
        self.hosted = present
        print("host" if present else "none", flush=True)  # noqa: T201
        name = f"StatusNotifierHost{'Registered' if self.hosted else 'Unregistered'}"
        self.connection.emit_signal(None, PATH, WATCHER, name, None)


if __name__ == "__main__":
    watcher = Watcher()
    for milliseconds in sys.argv[1:]:
        GLib.timeout_add(int(milliseconds), lambda: watcher.set_host(present=True))
    GLib.MainLoop().run()
