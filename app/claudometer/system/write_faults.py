"""Finds the cause of a write that failed, for a message with the step that helps."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path
from shlex import quote
from typing import Final

from claudometer.system.files import nearest_folder
from claudometer.system.own_files import make_own
from claudometer.system.regular_files import owner_of

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
    if number not in REFUSED:
        reason = REASONS.get(number or 0)
        return {} if reason is None else {"reason": reason}
    nearest = nearest_folder(Path(folder))
    with suppress(OSError):
        if os.access(nearest, os.W_OK | os.X_OK, effective_ids=os.access in os.supports_effective_ids):
            return {}  # the folder may be written, so the cause is something else
    owner = owner_of(nearest)
    if owner is not None:
        return {"reason": "foreign", "owner": owner, "command": make_own(nearest, whole=True)}
    return {"reason": "denied", "command": f"chmod u+rwx {quote(os.fspath(nearest))}"}
