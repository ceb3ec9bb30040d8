"""Checks whether the program can save its data."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from claudometer.domain.bucket_codec import is_lost
from claudometer.domain.checkup import Finding, Part, State
from claudometer.processes.kept_state import look_at_state
from claudometer.system.anonymous_paths import shell_path, shown_path
from claudometer.system.files import nearest_folder, try_to_write
from claudometer.system.off_loop import run_abandonable
from claudometer.system.own_files import make_own

if TYPE_CHECKING:
    from pathlib import Path

    from claudometer.processes.doctor.surroundings import Surroundings
    from claudometer.system.paths import Places

OF_DRIVE = {errno.EROFS: "data.read_only", errno.EDQUOT: "data.quota", errno.ENOSPC: "data.full"}
"""What the check says, by the error number of a drive."""


async def check_data(here: Surroundings) -> Finding:
    """Check whether the folder of the saved data can be written."""
    if here.demo:
        return Finding(Part.DATA, State.NOT_HERE, "data.demo")
    return await run_abandonable(lambda: _check(here.places), timeout_s=None)


def _check(places: Places) -> Finding:
    nearest = nearest_folder(places.state_folder)
    # Whoever may write there: `make_private_folder` puts nothing private behind a link.
    if not os.path.isdir(nearest) or (nearest == places.state_folder and nearest.is_symlink()):  # noqa: PTH112 - raises nothing
        return Finding(Part.DATA, State.ATTENTION, "data.not_folder", {"folder": shown_path(nearest)})
    error = try_to_write(nearest)
    if error is not None:
        return _unwritable(nearest, error)
    if is_lost(look_at_state(places.state_folder, places.lock_file).read()):
        return Finding(Part.DATA, State.ATTENTION, "data.broken")
    return Finding(Part.DATA, State.OK, "data.writable")


def _unwritable(nearest: Path, error: OSError) -> Finding:
    facts = {"folder": shown_path(nearest)}
    if error.errno in OF_DRIVE:
        return Finding(Part.DATA, State.ATTENTION, OF_DRIVE[error.errno], facts)
    # Before the permissions, because nobody can change those of another user's folder.
    if hasattr(os, "getuid") and nearest.stat().st_uid != os.getuid():
        command = make_own(nearest, whole=True)
        return Finding(Part.DATA, State.ATTENTION, "data.foreign", facts | {"command": command})
    command = f"chmod u+rwx {shell_path(nearest)}"
    return Finding(Part.DATA, State.ATTENTION, "data.denied", facts | {"command": command})
