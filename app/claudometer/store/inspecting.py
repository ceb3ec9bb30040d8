"""Looks at the database for a check of this computer: whether it can be read and written. Changes nothing."""

from __future__ import annotations

import errno
import os
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from claudometer.store.connecting import connect_reading, errors_of_sqlite, try_to_begin_writing
from claudometer.store.damage import find_damage
from claudometer.store.faults import fault_of
from claudometer.store.schema import DamagedError, NewerSchemaError, first_missing
from claudometer.system.files import nearest_folder, try_to_write
from claudometer.system.lock_holders import refuses_locks

if TYPE_CHECKING:
    from claudometer.domain.snapshot import Problem


@dataclass(frozen=True, slots=True)
class Inspected:
    """How the database is.

    Attributes:
        fault: what is wrong with it, ``None`` if nothing is.
        since_s: when its first point is from, in seconds since 1970; ``None`` without any.
        size: of its files, in bytes.
    """

    fault: Problem | None = None
    since_s: int | None = None
    size: int = 0


def inspect(path: Path) -> Inspected:
    """Read the database, begin to write to it without doing so, and write a byte beside it.

    Raises:
        ImportError: this Python has no SQLite.
    """
    errors_of_sqlite()
    if not os.path.lexists(path):
        return Inspected(_fault_of_drive(path))
    try:
        with closing(connect_reading(path)) as connection:
            since_s = connection.execute("SELECT min(at) FROM points").fetchone()[0]
            first_missing(connection)
        damage = find_damage(path)
        if damage is not None:
            raise damage
    except (OSError, DamagedError, NewerSchemaError, errors_of_sqlite()) as error:
        if isinstance(error, FileNotFoundError) and not path.is_symlink():
            return Inspected(find_saving_fault(path))  # nothing was ever written into it
        return Inspected(fault_of(error, path, reading=True))
    if (fault := find_saving_fault(path)) is not None:
        return Inspected(fault)
    return Inspected(None, since_s if isinstance(since_s, int) else None, _size_of(path))


def find_saving_fault(path: Path) -> Problem | None:
    """Return why nothing can be saved in the database now, ``None`` if something can.

    Begins to write to it without doing so, and writes a byte beside it; or into the nearest folder above, if
    there is no database yet.

    Raises:
        ImportError: this Python has no SQLite.
    """
    try:
        if os.path.lexists(path):
            try_to_begin_writing(path)
        # On a full disk, SQLite only finds out when it has something to write.
        refusal = try_to_write(nearest_folder(Path(os.path.realpath(path)).parent))
    except (OSError, errors_of_sqlite()) as error:
        return fault_of(error, path)
    return _fault_of_drive(path) if refusal is None else fault_of(refusal, path)


def _fault_of_drive(path: Path) -> Problem | None:
    """Return that no database can be begun there, on a drive without locks; ``None`` if one can."""
    folder = nearest_folder(Path(os.path.realpath(path)).parent)
    if os.path.lexists(path) or not refuses_locks(folder):
        return None
    return fault_of(OSError(errno.ENOLCK, os.strerror(errno.ENOLCK)), path)


def look_for_saving_fault(path: Path) -> Problem | None:
    """Do the same without writing, so that a lock is not noticed, nor a disk that is almost full."""
    target = Path(os.path.realpath(path))
    folder = nearest_folder(target.parent)
    for each in (folder, target):
        if os.path.lexists(each) and not _may_write(each):
            return fault_of(PermissionError(errno.EACCES, os.strerror(errno.EACCES)), path)
    with suppress(OSError, AttributeError):  # the latter on Windows
        drive = os.statvfs(folder)
        # The administrator may use the blocks that are reserved.
        free = drive.f_bavail if os.geteuid() else drive.f_bfree
        if drive.f_blocks and not free:
            return fault_of(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), path)
    return None


def _may_write(path: Path) -> bool:
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def _size_of(path: Path) -> int:
    target = Path(os.path.realpath(path))
    files = (target, target.with_name(f"{target.name}-wal"))
    return sum(each.stat().st_size for each in files if each.is_file())
