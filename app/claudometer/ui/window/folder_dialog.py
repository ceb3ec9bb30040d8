"""Shows the system's dialog for choosing a folder. Opens no file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from claudometer.system.home import home_folder
from claudometer.system.login_folder import with_tilde

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from webview import Window

LOOK_EVERY_MS = 20
LOOKS = 100
"""Often enough that the change is not visible, and for 2 s, since every dialog appears within that time."""


def choose_folder(window: Window, typed: str) -> str | None:
    """Let the user choose a folder, starting at the typed one.

    Returns:
        The folder with ``~`` for the home folder, ``None`` if the dialog was canceled.
    """
    from webview import FileDialog  # noqa: PLC0415 - loaded by now

    # The names of Claude Code's folders begin with a dot.
    when_dialog_opens(lambda dialog: dialog.set_show_hidden(True))
    chosen = window.create_file_dialog(FileDialog.FOLDER, directory=str(start_folder(typed)))
    return with_tilde(chosen[0]) if chosen else None


def start_folder(typed: str) -> Path:
    """Return the typed folder or its nearest parent that exists; failing that, the home folder."""
    try:
        path = Path(typed).expanduser()
        if typed and path.is_absolute():
            return next(folder for folder in (path, *path.parents) if folder.is_dir())
    except (OSError, ValueError, RuntimeError, StopIteration):
        pass
    return Path(home_folder() or "/")


def when_dialog_opens(change: Callable[[Any], None]) -> None:
    """Call ``change`` with the next file dialog of GTK when it opens; do nothing on other systems.

    pywebview has no options for such changes, so a timer looks for the dialog that is about to open.
    """
    if sys.platform in {"darwin", "win32"}:
        return
    from gi.repository import GLib, Gtk  # noqa: PLC0415 - only this system has it

    looks = iter(range(LOOKS))

    def look() -> bool:
        dialogs = [one for one in Gtk.Window.list_toplevels() if isinstance(one, Gtk.FileChooserDialog)]
        for dialog in dialogs:
            change(dialog)
        return not dialogs and next(looks, None) is not None

    GLib.timeout_add(LOOK_EVERY_MS, look)
