"""Opens the database: only a regular file of this user's, with the best journal that its file system can."""

from __future__ import annotations

import errno
import logging
import os
import stat
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from claudometer.store.neighbors import check_neighbors, has_log, make_neighbors_private
from claudometer.store.network_drives import is_on_network
from claudometer.store.schema import VERSION, DamagedError, NewerSchemaError, first_missing, is_newer, migrate
from claudometer.store.values import POINT, RESET, SERIES
from claudometer.system.files import PRIVATE_FILE, make_private_folder
from claudometer.system.regular_files import find_replaceable, look_at_regular, open_regular

if TYPE_CHECKING:
    import sqlite3
    from sqlite3 import Connection

log = logging.getLogger(__name__)

FILE_NAME = "history.db"
BUSY_MS = 2000
"""How long to wait for another process. A transaction of ours takes some milliseconds, and a sync more."""

FAILING_MS = 200
"""The same after a wait that was in vain, so that later callers wait less."""

CACHE_KIB = 256
"""SQLite would cache 2 MB of a file, of which a poll touches a few pages."""

NO_ROOM_TO_SHARE = 4874
"""SQLITE_IOERR_SHMSIZE: the shared file beside the database cannot grow. So a full disk refuses a reader."""

CHECKPOINT_PAGES = 256
"""The log is written into the database about once per MiB, instead of 4."""

_SMALLEST_PAGE = 512

_creating = threading.Lock()
"""Held while a new file is created: closing it would drop the locks of a connection opened meanwhile."""


def connect(path: Path, *, busy_ms: int = BUSY_MS) -> Connection:
    """Create or open the database for reading and writing, and bring its tables up to date.

    Raises:
        OSError: its folder cannot be used, or something else than a regular file is in its place.
        NewerSchemaError: a newer version of the program wrote it.
        DamagedError: it is damaged, or no database of ours.
        sqlite3.Error: it cannot be opened.
    """
    make_private_folder(path.parent)
    return connect_in_folder(path, busy_ms=busy_ms)


def connect_in_folder(path: Path, *, busy_ms: int = BUSY_MS) -> Connection:
    """Do the same, but leave the folder as it is: a link may lead into one that is not ours."""
    import sqlite3  # noqa: PLC0415 - 1.5 MB, which the start does without

    target = Path(find_replaceable(path))
    check_neighbors(target)
    with _creating:
        if not target.exists():
            # SQLite would create it with the permissions of the umask. Its own files take those of this one.
            os.close(open_regular(target, os.O_RDWR | os.O_CREAT))
    found = look_at_regular(target, os.R_OK | os.W_OK)
    _require_page(found)
    if sys.platform != "win32" and stat.S_IMODE(found.st_mode) != PRIVATE_FILE:
        target.chmod(PRIVATE_FILE)
    make_neighbors_private(target)
    connection = make_connection(_address(target, "rw"), busy_ms)
    try:
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        connection.execute("PRAGMA secure_delete = ON")  # what is removed is overwritten, as on Debian
        if first_missing(connection) == VERSION:
            check_tables(connection)  # before anything is changed: it may not be ours to change
        _choose_journal(connection, target)
        connection.execute("PRAGMA foreign_keys = ON")
        migrate(connection)
    except BaseException as error:
        connection.close()
        if isinstance(error, sqlite3.Error) and is_damaged(error):
            raise DamagedError(str(error)) from error
        raise
    return connection


def _require_page(found: os.stat_result) -> None:
    """Refuse what is left of a file that was cut off: SQLite takes less than a page for an empty database.

    Raises:
        DamagedError: it has less than the smallest page, 512 bytes, and is not empty.
    """
    if 0 < found.st_size < _SMALLEST_PAGE:
        raise DamagedError(f"only {found.st_size} bytes are left")


def connect_reading(path: Path, *, busy_ms: int = BUSY_MS) -> Connection:
    """Open an existing database for reading alone, also one that this user cannot write.

    Raises:
        FileNotFoundError: there is none, or nothing was ever written into it.
        OSError: something else than a regular file is in its place.
        DamagedError: it is damaged, or no database of ours.
        NewerSchemaError: a newer version wrote it, in a way that this one cannot read.
        sqlite3.Error: it cannot be opened.
    """
    import sqlite3  # noqa: PLC0415 - see above

    target = Path(os.path.realpath(path))
    found = look_at_regular(path)
    _require_page(found)
    check_neighbors(target)
    if found.st_size == 0 and not has_log(target):
        raise FileNotFoundError(errno.ENOENT, "empty", os.fspath(target))  # known without a lock of SQLite
    try:
        return _open_reading(target, "ro", busy_ms)
    except sqlite3.Error as error:
        if not _is_refused(error):
            raise
        # A log of writes needs a shared file beside the database, which a read-only folder and a full disk
        # refuse.
        with suppress(sqlite3.Error):
            return _open_reading(target, "ro&immutable=1", busy_ms)
        raise


def try_to_begin_writing(path: Path) -> None:
    """Begin to write to an existing database, and cancel that.

    Raises:
        OSError, sqlite3.Error: why nothing could be written.
    """
    target = Path(os.path.realpath(path))
    look_at_regular(path, os.R_OK | os.W_OK)
    check_neighbors(target)
    connection = make_connection(_address(target, "rw"))
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")
    finally:
        connection.close()


def connect_damaged(path: Path, *, without_log: bool = False) -> Connection:
    """Open a damaged database for reading, also one that was cut off. Every query may raise.

    Only SQLite opens the file: closing another descriptor of it would drop the locks of this process.

    Args:
        without_log: leave the write-ahead log aside, which may not fit the file.

    Raises:
        OSError, sqlite3.Error: it cannot even be opened.
    """
    check_neighbors(path)
    connection = make_connection(_address(path, "ro&immutable=1" if without_log else "ro"))
    # SQLite refuses a file that is shorter than its first page says, except to repair it.
    connection.execute("PRAGMA writable_schema = ON")
    return connection


def _open_reading(target: Path, mode: str, busy_ms: int) -> Connection:
    import sqlite3  # noqa: PLC0415 - see above

    connection = make_connection(_address(target, mode), busy_ms)
    try:
        _check_begun(connection, target)
        check_tables(connection)
    except BaseException as error:
        if isinstance(error, DamagedError) and is_newer(connection):
            connection.close()
            raise NewerSchemaError from error
        connection.close()
        if isinstance(error, sqlite3.Error) and is_damaged(error):
            raise DamagedError(str(error)) from error
        raise
    return connection


def _check_begun(connection: Connection, path: Path) -> None:
    is_new = connection.execute("PRAGMA user_version").fetchone()[0] == 0
    if is_new and not connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
        raise FileNotFoundError(errno.ENOENT, "no tables yet", os.fspath(path))


def check_tables(connection: Connection) -> None:
    """Make sure that the tables are ours.

    Raises:
        DamagedError: a table or a column is missing.
        sqlite3.Error: they cannot be read.
    """
    from sqlite3 import OperationalError  # noqa: PLC0415 - see above

    try:
        _read_a_row_of_each(connection)
    except OperationalError as error:
        if error.sqlite_errorcode == 1:  # SQLITE_ERROR, such as "no such table" and "no such column"
            raise DamagedError(str(error)) from error
        raise


def _read_a_row_of_each(connection: Connection) -> None:
    for statement in (
        f"SELECT {SERIES}, thinned_to FROM series LIMIT 1",  # noqa: S608 - names of columns
        f"SELECT series, {POINT} FROM points LIMIT 1",  # noqa: S608 - names of columns
        f"SELECT series, {RESET} FROM resets LIMIT 1",  # noqa: S608 - names of columns
    ):
        connection.execute(statement).fetchone()


def is_damaged(error: Exception) -> bool:
    """Return whether an error says that the file is damaged, or no database of ours."""
    code = getattr(error, "sqlite_errorcode", None)
    # 11: malformed. 24: a changed format. 26: not a database.
    return isinstance(error, DamagedError) or (code is not None and code & 0xFF in (11, 24, 26))


def is_passing(error: Exception) -> bool:
    """Return whether the open database is as good as before: it was locked, or the disk is full."""
    code = getattr(error, "sqlite_errorcode", None)
    # 5: busy. 6: locked. 13: full. The low byte of an extended code is the primary one.
    return code is not None and code & 0xFF in (5, 6, 13)


def _is_refused(error: sqlite3.Error) -> bool:
    """Return whether the system refused what only a writer needs, unlike a lock, which will end."""
    code = getattr(error, "sqlite_errorcode", None)
    # 3: no permission. 8: read-only. 14: a file cannot be opened.
    return code is not None and (code == NO_ROOM_TO_SHARE or code & 0xFF in (3, 8, 14))


def _choose_journal(connection: Connection, path: Path) -> None:
    if is_on_network(path) or not _has_write_ahead_log(connection):
        connection.execute("PRAGMA journal_mode = TRUNCATE")
        connection.execute("PRAGMA synchronous = FULL")
        return
    # A power cut may cost what the system had not written yet, some seconds; it damages nothing.
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
    connection.execute(f"PRAGMA journal_size_limit = {CHECKPOINT_PAGES * 4096}")


def _has_write_ahead_log(connection: Connection) -> bool:
    from sqlite3 import OperationalError  # noqa: PLC0415 - see above

    try:
        return bool(connection.execute("PRAGMA journal_mode = WAL").fetchone()[0] == "wal")
    except OperationalError as error:
        if is_damaged(error):
            raise
        log.info("no write-ahead log here: %s", error)
        return False


def _address(path: Path, mode: str) -> str:
    return f"file:{quote(os.fsencode(path))}?mode={mode}"


def make_connection(
    address: str, busy_ms: int = BUSY_MS, factory: type[Connection] | None = None
) -> Connection:
    """Open a database, and set what is the same for each: of a file or of one in memory."""
    import sqlite3  # noqa: PLC0415 - see above

    connection = sqlite3.connect(
        address,
        uri=address.startswith("file:"),
        timeout=busy_ms / 1000,
        isolation_level=None,  # we begin and end our transactions
        check_same_thread=False,  # every call runs in a thread of its own, one at a time
        cached_statements=32,
        factory=factory or sqlite3.Connection,
    )
    # A damaged text must not cost the rest of the table.
    connection.text_factory = lambda data: data.decode("utf-8", "replace")
    return connection


def errors_of_sqlite() -> type[sqlite3.Error]:
    """Return the class of all errors of SQLite."""
    import sqlite3  # noqa: PLC0415 - see above

    return sqlite3.Error


def close(connection: Connection | None) -> None:
    """Close a database, if it is one, whatever has become of its file."""
    if connection is not None:
        with suppress(errors_of_sqlite()):
            connection.close()
