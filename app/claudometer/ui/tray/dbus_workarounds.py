"""Works around three troubles of PyGObject with D-Bus.

They are text that D-Bus cannot carry, a connection that has just closed, and calls that PyGObject never
frees.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from gi.repository import Gio, GLib

_UNFIT = re.compile("[\0\ud800-\udfff]")
"""D-Bus carries only valid UTF-8 without NUL. JSON from a server may contain half of a surrogate pair."""


def fit(text: str) -> str:
    """Return the text with U+FFFD for each character that D-Bus cannot carry."""
    return _UNFIT.sub("\N{REPLACEMENT CHARACTER}", text)


def emit(
    connection: Gio.DBusConnection | None,
    path: str,
    signal: tuple[str, str],
    arguments: GLib.Variant | None = None,
) -> None:
    """Broadcast a signal; do nothing without a connection.

    An error is ignored: the connection has closed, but has not reported that yet. Panels on the next bus read
    everything again.

    Args:
        signal: interface and name.
    """
    if connection is not None:
        with suppress(GLib.Error):
            connection.emit_signal(None, path, *signal, arguments)


class AnsweredCalls:
    """Frees method calls that were answered. UI thread only.

    ``return_value`` takes over a reference to the call, but PyGObject (seen in 3.42) gives it a new reference
    instead of its own. So each call would stay in memory as long as the program runs, with 2.4 KB.
    """

    def __init__(self) -> None:
        self._last: Any = None

    def add(self, invocation: Any) -> None:  # noqa: ANN401 - PyGObject has no types
        """Free the call before this one, which nobody else refers to any more."""
        last, self._last = self._last, invocation
        if last is not None and last.__grefcount__ > 1:
            last._unref()  # noqa: SLF001 - PyGObject has it only under this name
