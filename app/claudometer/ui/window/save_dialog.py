"""Saves the CSV of the resets where the user chooses. The page only gets a message about it."""

from __future__ import annotations

import errno
import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from claudometer.present.messages import resets as words
from claudometer.system.files import write_atomically
from claudometer.system.home import home_folder
from claudometer.system.login_folder import with_tilde
from claudometer.system.regular_files import NotRegularFileError
from claudometer.ui.window.folder_dialog import when_dialog_opens

if TYPE_CHECKING:
    from webview import Window

    from claudometer.ui.window.bridge import Answer

log = logging.getLogger(__name__)

_REASONS = {
    errno.EACCES: "denied",
    errno.EPERM: "denied",
    errno.ENOSPC: "full",
    errno.EDQUOT: "quota",
    errno.EROFS: "read_only",
    errno.ENOENT: "gone",
    errno.ENOTDIR: "gone",
}


def save_csv(window: Window, text: str | None) -> Answer:
    """Let the user choose a file, and write the text there.

    Args:
        text: ``None`` if it could not be read; then there is no dialog.
    """
    if text is None:
        return _failure(words.NOT_READABLE, words.NOT_READABLE_HINT)
    from webview import FileDialog  # noqa: PLC0415 - loaded by now

    name = words.FILE_NAME.format(day=datetime.now(UTC).astimezone().date().isoformat())
    # By default, GTK overwrites a file without a question.
    when_dialog_opens(lambda dialog: dialog.set_do_overwrite_confirmation(True))
    folder = str(home_folder() or "/")
    chosen = window.create_file_dialog(FileDialog.SAVE, directory=folder, save_filename=name)
    if not chosen:
        return {"saved": None}
    # pywebview returns a tuple with GTK, and a string on other systems.
    return write_csv(Path(chosen if isinstance(chosen, str) else chosen[0]), text)


def write_csv(path: Path, text: str) -> Answer:
    """Write the file, and return what the page says about it."""
    shown = with_tilde(str(path))
    try:
        write_atomically(path, text.encode("utf-8", "replace"))
    except NotRegularFileError:
        reason = "not_file"
    except OSError as error:
        log.warning("the resets could not be saved: %s", error)
        reason = _REASONS.get(error.errno or 0, "failed")
    else:
        return {"saved": words.SAVED.format(path=shown)}
    hint = words.NO_SPACE_HINT if reason in {"full", "quota"} else words.NOT_SAVED_HINT
    return _failure(words.NOT_SAVED.format(path=shown, reason=words.REASONS[reason]), hint)


def _failure(message: str, hint: str) -> Answer:
    return {"ok": False, "field": None, "message": message, "hint": hint}
