"""Finds the cause of a write or a read that failed, for a message with the step that helps."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path
from shlex import quote
from typing import Final

from claudometer.system.anonymous_paths import shell_path
from claudometer.system.files import nearest_folder
from claudometer.system.own_files import make_own
from claudometer.system.regular_files import NotRegularFileError, owner_of

REASONS: Final = {
    errno.ENOSPC: "full",
    errno.EFBIG: "full",
    errno.EDQUOT: "quota",
    errno.EROFS: "read_only",
    errno.EIO: "failing",
}
"""The fact ``reason`` by error number, for errors of a drive."""

REFUSED: Final = frozenset({errno.EACCES, errno.EPERM})


def cause_of(error: BaseException | None, folder: str | os.PathLike[str]) -> dict[str, str]:
    """Return the facts about a write that failed: ``reason``, and what the message needs; none if unknown.

    Examines the folder, and changes nothing. Blocks.

    Args:
        error: of the write.
        folder: of the file. It may be missing.
    """
    number = error.errno if isinstance(error, OSError) else None
    if number in {errno.ENOTDIR, errno.EEXIST}:
        in_the_way = first_non_folder(Path(folder))
        return {} if in_the_way is None else {"reason": "not_folder", "in_the_way": os.fspath(in_the_way)}
    if number not in REFUSED:
        reason = REASONS.get(number or 0)
        return {} if reason is None else {"reason": reason}
    nearest = nearest_folder(Path(folder))
    with suppress(OSError):
        if os.access(nearest, os.W_OK | os.X_OK, effective_ids=os.access in os.supports_effective_ids):
            # The folder may be written, so the cause is something else: we refuse links to private folders.
            is_link = Path(folder).is_symlink()
            return {"reason": "not_folder", "in_the_way": os.fspath(folder)} if is_link else {}
    owner = owner_of(nearest)
    if owner is not None:
        return {"reason": "foreign", "owner": owner, "command": make_own(nearest, whole=True)}
    return {"reason": "denied", "command": f"chmod u+rwx {quote(os.fspath(nearest))}"}


def first_non_folder(folder: Path) -> Path | None:
    """Return the first part of a path that is there and is not a folder, ``None`` if there is none."""
    for each in reversed((folder, *folder.parents)):
        if os.path.lexists(each) and not each.is_dir():
            return each
    return None


def cause_of_unread(error: OSError, file: Path) -> dict[str, str]:
    """Return the facts about a file that could not be read: ``reason``, and what the message needs.

    Looks at the file and its folder, and changes nothing. None if the cause is unknown. Blocks.
    """
    if isinstance(error, NotRegularFileError):
        return {"reason": "not_file"}
    if error.errno not in REFUSED:
        return {"reason": "failing"} if error.errno == errno.EIO else {}
    for closed, access, mode in ((file.parent, os.X_OK, "u+rwx"), (file, os.R_OK, "u+rw")):
        with suppress(OSError):
            if os.access(closed, access, effective_ids=os.access in os.supports_effective_ids):
                continue
        owner, is_folder = owner_of(closed), closed is not file
        if owner is not None:
            command = make_own(closed, whole=is_folder)
            return {
                "reason": "foreign" if is_folder else "foreign_file",
                "owner": owner,
                "command": command,
            }
        return {"reason": "unread", "command": f"chmod {mode} {shell_path(closed)}"}
    return {}  # both may be read, so the cause is something else
