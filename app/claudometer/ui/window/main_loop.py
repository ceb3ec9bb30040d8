"""Runs GTK's main loop for pywebview, without a GTK application."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class MainLoop:
    """Takes the place of the GTK application that pywebview would make. On GTK's thread only.

    An application looks for a session manager on the session bus. Where it finds none, as in sway, it waits
    for the portal's ``Inhibit``: 25 s if the portal hangs or cannot start (GTK 3.24,
    ``gtk_application_impl_dbus_startup``). It cannot be kept from the bus: it uses GLib's shared connection,
    which GTK's bridge to screen readers may have opened before (``atk_bridge_adaptor_init`` of at-spi2-core
    2.62 does). A window that saves nothing inhibits nothing.
    """

    def __init__(self) -> None:
        self._show: Callable[[MainLoop], None] | None = None

    def connect(self, _signal: str, show: Callable[[MainLoop], None]) -> None:
        """Take the function by which pywebview makes and shows its window."""
        self._show = show

    def run(self) -> None:
        """Show the window, and return when it is closed."""
        from gi.repository import GLib  # noqa: PLC0415 - only this system has it
        from webview.platforms import gtk  # noqa: PLC0415 - loaded by now

        gtk._app = None  # noqa: SLF001 - the windows then belong to no application
        if self._show is not None:
            self._show(self)
        loop, context = GLib.MainLoop(), GLib.MainContext.default()
        for view in gtk.BrowserView.instances.values():
            view.window.connect("destroy", lambda _window: loop.quit())
        if gtk.BrowserView.instances:
            loop.run()
        while context.pending():  # what other threads have asked of this one: some wait for it
            context.iteration(False)
