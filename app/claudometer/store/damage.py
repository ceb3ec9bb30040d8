"""Keeps a damaged database under another name, and copies what can still be read of it into a new one."""

from __future__ import annotations

import errno
import logging
import os
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from claudometer.store.connecting import (
    CACHE_KIB,
    connect,
    connect_damaged,
    connect_in_folder,
    errors_of_sqlite,
    is_damaged,
)
from claudometer.store.copying import copy_rows, find_whole
from claudometer.store.neighbors import BESIDE, identities_beside, identity_of
from claudometer.store.schema import DamagedError
from claudometer.store.state_rows import begin_state, read_rows
from claudometer.store.transactions import in_transaction
from claudometer.system.file_locks import locked
from claudometer.system.files import move_aside

if TYPE_CHECKING:
    from collections.abc import Callable
    from sqlite3 import Connection

    from claudometer.store.state_rows import Rows

log = logging.getLogger(__name__)

LOCK_TIMEOUT_S = 5.0


def set_aside(
    path: Path,
    error: Exception,
    damaged: tuple[int, int] | None,
    *,
    known_state: Rows,
    moved: Callable[[Path], None],
) -> None:
    """Rename a damaged file, and copy what can still be read of it into a new one.

    Args:
        path: of the database. This process has it open no longer, except to close it afterwards.
        error: what is wrong with it, for the log.
        damaged: the identity of the file. Another process may have renamed it already.
        known_state: what this process knows of the state, empty if nothing.
        moved: called with the new path of the damaged file.

    Raises:
        OSError, sqlite3.Error: the file could not be renamed, or the new one not created, as on a full disk.
            The damaged one stays where it was then: without any file, every bucket would be full.
    """
    target = Path(os.path.realpath(path))
    with locked(target.with_name(f"{target.name}.lock"), timeout_s=LOCK_TIMEOUT_S):
        if identity_of(target) != damaged:
            return
        new_file = _begin_new(target, known_state)
        aside = move_aside(target)
        for suffix in BESIDE:
            # SQLite would apply the log or the journal of the old file to the new one.
            beside = target.with_name(target.name + suffix)
            if beside.exists():
                renamed = aside.with_name(aside.name + suffix)
                move_aside(beside) if renamed.exists() else beside.rename(renamed)
        new_file.replace(target)
        log.warning("the history was damaged (%s) and is kept as %s", error, aside)
        moved(aside)
        with closing(connect(path)) as new:
            _salvage(aside, new)


def _begin_new(damaged: Path, known_state: Rows) -> Path:
    """Make the new file under a name of its own, with the budgets, which must hold before anything is sent.

    Raises:
        OSError, sqlite3.Error: it could not be written. Nothing is left of it.
    """
    path = damaged.with_name(f"{damaged.name}.new")
    _remove(path)  # of a program that was killed
    found = _read_state(damaged)
    try:
        with closing(connect_in_folder(path)) as new:
            in_transaction(new, lambda empty: begin_state(empty, known_state, found))
        _require_whole(path)
    except BaseException:
        _remove(path)
        raise
    return path


def _require_whole(path: Path) -> None:
    """Make sure that a closed database is one file, which can be renamed."""
    if identities_beside(path):
        raise OSError(errno.ENOSPC, "the log could not be written into the file", os.fspath(path))


def _read_state(damaged: Path) -> Rows | None:
    with suppress(OSError, OverflowError, errors_of_sqlite()), closing(connect_damaged(damaged)) as old:
        return read_rows(old)
    return None


def _remove(path: Path) -> None:
    for each in (path, *(path.with_name(path.name + suffix) for suffix in BESIDE)):
        each.unlink(missing_ok=True)


def find_damage(path: Path) -> DamagedError | None:
    """Look through a whole database, and return what is wrong, ``None`` if nothing is or it cannot be told.

    The caller may have it open: what is read is the file, not what the caller remembers of it.
    """
    try:
        with closing(connect_damaged(Path(os.path.realpath(path)))) as connection:
            connection.execute("PRAGMA writable_schema = OFF")
            # SQLite's own 2 MB hold half of a year's file, which is read once. The tray would keep them for
            # good wherever something that stays was allocated behind them meanwhile.
            connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
            found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except errors_of_sqlite() as error:
        return DamagedError(str(error)) if is_damaged(error) else None
    except OSError:
        return None
    return None if found == "ok" else DamagedError(found)


def _salvage(aside: Path, target: Connection) -> None:
    """Copy what can be read with the log, and behind it what can be read without it.

    A program that wrote over an open database left a log that does not fit it. What was read whole with the
    log is not read again: without it, what was removed lately would come back, and alerts be told twice.
    """
    whole: frozenset[str] = frozenset()
    for without_log in (False, True):
        with (
            suppress(OSError, errors_of_sqlite()),
            closing(connect_damaged(aside, without_log=without_log)) as old,
        ):
            _salvage_once(old, target, leave_out=whole)
            whole = find_whole(old)


def _salvage_once(old: Connection, target: Connection, *, leave_out: frozenset[str]) -> None:
    def copy(new: Connection) -> None:
        log.info("%d rows were taken over", copy_rows(old, new, leave_out=leave_out))

    in_transaction(target, copy)
