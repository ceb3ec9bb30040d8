"""The tables of the database, as a list of migrations. How to add one: ``.github/architecture/store.md``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sqlite3 import Connection

MIGRATIONS: Final[tuple[str, ...]] = (
    # 1. Times are whole seconds since 1970, UTC.
    """
    CREATE TABLE series (
        id INTEGER PRIMARY KEY,
        provider TEXT NOT NULL,
        account TEXT NOT NULL,
        limit_id TEXT NOT NULL,
        kind TEXT NOT NULL,
        label TEXT NOT NULL,
        window_s INTEGER,
        plan TEXT,
        thinned_to INTEGER NOT NULL DEFAULT 0,
        UNIQUE (provider, account, limit_id)
    );
    CREATE TABLE points (
        series INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
        at INTEGER NOT NULL,
        until INTEGER NOT NULL,
        percent REAL NOT NULL,
        resets_at INTEGER,
        source TEXT NOT NULL,
        joined INTEGER NOT NULL,
        PRIMARY KEY (series, at)
    ) WITHOUT ROWID;
    CREATE INDEX gaps ON points (series, at) WHERE NOT joined;
    CREATE TABLE resets (
        series INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
        seen_after INTEGER NOT NULL,
        seen_before INTEGER NOT NULL,
        promised_at INTEGER,
        next_at INTEGER,
        percent_before REAL NOT NULL,
        percent_after REAL NOT NULL,
        cause TEXT NOT NULL,
        confirmed INTEGER NOT NULL,
        PRIMARY KEY (series, seen_after)
    ) WITHOUT ROWID;
    """,
    # 2. What was forecast, and whether that was right: `held` is NULL until the window is over.
    """
    CREATE TABLE forecasts (
        series INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
        said_at INTEGER NOT NULL,
        until INTEGER NOT NULL,
        resets_at INTEGER NOT NULL,
        full_at INTEGER,
        percent REAL,
        shown INTEGER NOT NULL,
        held INTEGER,
        PRIMARY KEY (series, said_at)
    ) WITHOUT ROWID;
    """,
    # 3. What was told, and what is remembered so that it is told once: one row, of JSON.
    """
    CREATE TABLE alerts (
        id INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        kind TEXT NOT NULL,
        account TEXT NOT NULL,
        subject TEXT NOT NULL,
        threshold INTEGER,
        window_end INTEGER,
        title TEXT NOT NULL,
        body TEXT NOT NULL,
        fate TEXT NOT NULL,
        taken INTEGER
    );
    CREATE TABLE alert_memory (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        content TEXT NOT NULL
    );
    """,
    # 4. Budgets, last readings, and what else the programs of a user share: each content is JSON.
    """
    CREATE TABLE budgets (
        provider TEXT NOT NULL,
        account TEXT NOT NULL,
        content TEXT NOT NULL,
        PRIMARY KEY (provider, account)
    ) WITHOUT ROWID;
    CREATE TABLE last_readings (
        provider TEXT NOT NULL,
        account TEXT NOT NULL,
        place INTEGER NOT NULL,
        content TEXT NOT NULL,
        PRIMARY KEY (provider, account)
    ) WITHOUT ROWID;
    CREATE TABLE state (
        name TEXT PRIMARY KEY,
        content TEXT NOT NULL
    ) WITHOUT ROWID;
    """,
    # 5. The requests that were sent, numbered in the order in which they were written. `at` is in
    # milliseconds, since a list of them shows those.
    """
    CREATE TABLE requests (
        id INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        host TEXT NOT NULL,
        path TEXT NOT NULL,
        outcome TEXT NOT NULL,
        http_status INTEGER,
        duration_s REAL NOT NULL,
        reason TEXT NOT NULL,
        retry_after_s REAL,
        via TEXT,
        account TEXT
    );
    CREATE INDEX requests_at ON requests (at);
    """,
)
"""Each is applied once, in one transaction with the new version. Never change one that was released."""

VERSION: Final = len(MIGRATIONS)


class NewerSchemaError(Exception):
    """The database was written by a newer version of the program."""


class DamagedError(Exception):
    """The file is damaged, or no database of ours."""


def migrate(connection: Connection) -> None:
    """Bring the tables up to date, in one transaction. Two programs may do so at once.

    Raises:
        NewerSchemaError: the database is newer than this program. Nothing was changed.
        DamagedError: it has no version, but tables: it is somebody else's.
        sqlite3.Error: it could not be written. Nothing was changed.
    """
    if _version_of(connection) == VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Looked up again: another program may just have migrated.
        for number in range(first_missing(connection), VERSION):
            # Not `executescript`: that commits first.
            for statement in MIGRATIONS[number].split(";"):
                if statement.strip():
                    connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def first_missing(connection: Connection) -> int:
    """Return how many migrations the database has had.

    Raises:
        NewerSchemaError, DamagedError: see :func:`migrate`.
    """
    version = _version_of(connection)
    if version == 0 and connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
        raise DamagedError("tables without a version")
    return version


def is_newer(connection: Connection) -> bool:
    """Return whether a newer version of the program wrote the database."""
    try:
        first_missing(connection)
    except NewerSchemaError:
        return True
    except DamagedError:
        return False
    return False


def _version_of(connection: Connection) -> int:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > VERSION:
        raise NewerSchemaError
    return version
