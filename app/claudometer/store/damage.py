"""Keeps a damaged database under another name, and takes over what can still be read of it into a new one."""

from __future__ import annotations

import logging
import os
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from claudometer.store.connecting import connect, connect_damaged, errors_of_sqlite, is_damaged
from claudometer.store.copying import copy_rows
from claudometer.store.neighbors import BESIDE, identity_of
from claudometer.store.schema import DamagedError
from claudometer.store.state_rows import begin_state
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
    """Rename a damaged file, and take over into a new one what can still be read of it.

    Args:
        path: of the database. Nobody in this process has it open.
        error: what is wrong with it, for the log.
        damaged: the identity of the file. Another process may have renamed it already.
        known_state: what this process knows of the state, empty if nothing.
        moved: called with the new path of the damaged file, before the new file is made.

    Raises:
        OSError, sqlite3.Error: it could not be renamed, or the new one not be created.
    """
    target = Path(os.path.realpath(path))
    with locked(target.with_name(f"{target.name}.lock"), timeout_s=LOCK_TIMEOUT_S):
        if identity_of(target) != damaged:
            return
        aside = move_aside(target)
        for suffix in BESIDE:
            # SQLite would apply the log or the journal of the old file to the new one.
            beside = target.with_name(target.name + suffix)
            if beside.exists():
                renamed = aside.with_name(aside.name + suffix)
                move_aside(beside) if renamed.exists() else beside.rename(renamed)
        log.warning("the history was damaged (%s) and is kept as %s", error, aside)
        moved(aside)
        with closing(connect(path)) as new:
            # First: the budget must hold, whatever else can be read.
            in_transaction(new, lambda empty: begin_state(empty, known_state))
            _salvage(aside, new)


def find_damage(path: Path) -> DamagedError | None:
    """Look through a whole database, and return what is wrong, ``None`` if nothing is or it cannot be told.

    The caller may have it open: what is read is the file, not what the caller remembers of it.
    """
    try:
        with closing(connect_damaged(Path(os.path.realpath(path)))) as connection:
            connection.execute("PRAGMA writable_schema = OFF")
            found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except errors_of_sqlite() as error:
        return DamagedError(str(error)) if is_damaged(error) else None
    except OSError:
        return None
    return None if found == "ok" else DamagedError(found)


def _salvage(aside: Path, target: Connection) -> None:
    """Copy what can be read with the log, and behind it what can be read without it.

    A program that wrote over an open database left a log that does not fit it.
    """
    for without_log in (False, True):
        with suppress(OSError, errors_of_sqlite()):
            _salvage_once(aside, target, without_log=without_log)


def _salvage_once(aside: Path, target: Connection, *, without_log: bool) -> None:
    with closing(connect_damaged(aside, without_log=without_log)) as old:
        in_transaction(target, lambda new: log.info("%d rows were taken over", copy_rows(old, new)))
