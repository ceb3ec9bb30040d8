"""Keeps a damaged database under another name, and takes over what can still be read of it into a new one."""

from __future__ import annotations

import logging
import os
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from claudometer.store.connecting import (
    connect,
    connect_reading,
    errors_of_sqlite,
    identity_of,
    in_transaction,
)
from claudometer.store.copying import copy_rows
from claudometer.store.neighbors import BESIDE
from claudometer.store.schema import DamagedError
from claudometer.system.file_locks import locked
from claudometer.system.files import move_aside

if TYPE_CHECKING:
    from collections.abc import Callable
    from sqlite3 import Connection

log = logging.getLogger(__name__)

LOCK_TIMEOUT_S = 5.0


def set_aside(
    path: Path, error: Exception, damaged: tuple[int, int] | None, *, moved: Callable[[Path], None]
) -> None:
    """Rename a damaged file, and take over into a new one what can still be read of it.

    Args:
        path: of the database. Nobody in this process has it open.
        error: what is wrong with it, for the log.
        damaged: the identity of the file. Another process may have renamed it already.
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
            _salvage(aside, new)


def _salvage(aside: Path, target: Connection) -> None:
    with suppress(OSError, DamagedError, errors_of_sqlite()), closing(connect_reading(aside)) as old:
        in_transaction(target, lambda new: log.info("%d rows were taken over", copy_rows(old, new)))
