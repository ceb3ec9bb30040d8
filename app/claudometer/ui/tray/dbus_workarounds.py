"""What goes wrong between Python and the bus, and is put right here.

Text that D-Bus cannot carry, a connection that has just closed, and calls that PyGObject never frees.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from gi.repository import Gio, GLib

_UNFIT = re.compile("[\0\ud800-\udfff]")
"""D-Bus carries valid UTF-8 without a zero character. Half of a surrogate pair is possible in JSON."""


def fit(text: str) -> str:
    """Return the text with U+FFFD in the place of what D-Bus cannot carry."""
    return _UNFIT.sub("\N{REPLACEMENT CHARACTER}", text)


def emit(
    connection: Gio.DBusConnection | None,
    path: str,
    signal: tuple[str, str],
    arguments: GLib.Variant | None = None,
) -> None:
    """Send a signal to everybody. ``signal`` is the interface and the name.

    Nothing is sent without a connection, nor on a connection that has closed but has not said so yet: panels
    on the next bus read everything as it is then.
    """
    if connection is not None:
        with suppress(GLib.Error):
            connection.emit_signal(None, path, *signal, arguments)


class AnsweredCalls:
    """Frees the calls that were answered. UI thread only.

    An answer takes over a reference to its call, but PyGObject (3.42, for one) hands over a second reference
    instead of its own. Each call then stays in memory as long as the program runs, with 2.4 KB.
    """

    def __init__(self) -> None:
        self._last: Any = None

    def add(self, invocation: Any) -> None:  # noqa: ANN401 - PyGObject has no types
        """Free the call before this one; by now nobody else holds a reference to it."""
        last, self._last = self._last, invocation
        if last is not None and last.__grefcount__ > 1:
            last._unref()  # noqa: SLF001 - PyGObject has it only under this name
