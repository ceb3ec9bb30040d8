"""The state as rows: budgets and last readings by provider and account, and each other member under its name.

To the engine, the state is one JSON object, as it was in the file of version 0.1. Any rows can be read: a
budget that is damaged is an empty one.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from claudometer.domain.bucket_codec import DAMAGED, SECTION
from claudometer.domain.older_state import MOVED, READINGS, take_over

if TYPE_CHECKING:
    from sqlite3 import Connection

    from claudometer.domain.json_object import JsonObject

OLDER: Final = "older_file"
"""The member that says which file of an older version was taken over: its mark, and then ``False`` until that
file is replaced."""

Rows = dict[tuple[str, ...], tuple[object, ...]]
"""The other columns of each row, by its table and key."""

_BUDGETS: Final = "budgets"
_READINGS: Final = "last_readings"
_STATE: Final = "state"

_READ: Final = {
    _BUDGETS: "SELECT provider, account, content FROM budgets",
    # In the order of the object: its newest reading is the last one.
    _READINGS: "SELECT provider, account, place, content FROM last_readings ORDER BY place",
    _STATE: "SELECT name, content FROM state",
}
_WRITE: Final = {
    _BUDGETS: "INSERT OR REPLACE INTO budgets (provider, account, content) VALUES (?, ?, ?)",
    _READINGS: "INSERT OR REPLACE INTO last_readings (provider, account, place, content) VALUES (?, ?, ?, ?)",
    _STATE: "INSERT OR REPLACE INTO state (name, content) VALUES (?, ?)",
}
_DELETE: Final = {
    _BUDGETS: "DELETE FROM budgets WHERE provider = ? AND account = ?",
    _READINGS: "DELETE FROM last_readings WHERE provider = ? AND account = ?",
    _STATE: "DELETE FROM state WHERE name = ?",
}
_KEY_COLUMNS: Final = {_BUDGETS: 2, _READINGS: 2, _STATE: 1}

STATE_TABLES: Final = frozenset(_KEY_COLUMNS)


def read_rows(connection: Connection) -> Rows:
    """Return all rows of the state, none in a database of an earlier version."""
    known = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    rows: Rows = {}
    for table, query in _READ.items():
        columns = _KEY_COLUMNS[table]
        for row in connection.execute(query) if table in known else ():
            rows[table, *map(str, row[:columns])] = tuple(row[columns:])
    return rows


def write_rows(connection: Connection, before: Rows, after: Rows) -> Rows:
    """Write what differs, and return ``after``. The caller ends the transaction."""
    for key in before.keys() - after.keys():
        connection.execute(_DELETE[key[0]], key[1:])
    for key, values in after.items():
        if before.get(key) != values:
            connection.execute(_WRITE[key[0]], (*key[1:], *values))
    return after


def removes_reading(before: Rows, after: Rows) -> bool:
    """Return whether a last reading is no longer there."""
    return any(key[0] == _READINGS for key in before.keys() - after.keys())


def begin_state(connection: Connection, known: Rows, found: Rows | None) -> None:
    """Fill an empty database with what is known of a lost state; if nothing is, no bucket has a token.

    Args:
        known: what this process last read or wrote of it. Other programs may have sent requests since then,
            and removed numbers.
        found: what can still be read of the damaged database, ``None`` if that is not all of it.
    """
    state = to_state(known)
    state.pop(OLDER, None)  # it is taken over again
    if state and found is not None:
        last = to_state(found)
        take_over(state, last | {MOVED: True}, is_first=False)
        own, others = state.get(READINGS), last.get(READINGS, {})
        if isinstance(own, dict) and isinstance(others, dict):
            state[READINGS] = {key: own.get(key) if one is None else one for key, one in others.items()}
    write_rows(connection, {}, to_rows(state or {DAMAGED: True}))


def to_state(rows: Rows) -> JsonObject:
    """Return the object that the rows hold."""
    state: JsonObject = {}
    for (table, *key), values in rows.items():
        content = _decoded(values[-1])
        if table == _STATE:
            state[_unescaped(key[0])] = content
        elif table == _BUDGETS:
            # What is no JSON is an entry without members, and so an empty bucket.
            state.setdefault(SECTION, {})[_joined(key)] = {} if content is None else content
        else:
            state.setdefault(READINGS, {})[_joined(key)] = content
    return state


def to_rows(state: JsonObject) -> Rows:
    """Return the rows that hold the object."""
    rows: Rows = {}
    for name, value in state.items():
        if name == SECTION and isinstance(value, dict):
            rows |= {(_BUDGETS, *_split(key)): (_encoded(entry),) for key, entry in value.items()}
        elif name == READINGS and isinstance(value, dict):
            readings = enumerate(value.items())
            rows |= {(_READINGS, *_split(key)): (place, _encoded(one)) for place, (key, one) in readings}
        else:
            # Also a section that is no object, whose loss `bucket_codec.is_lost` finds.
            rows[_STATE, _escaped(name)] = (_encoded(value),)
    return rows


def _encoded(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def _decoded(content: object) -> object:
    try:
        return json.loads(content) if isinstance(content, str) else None
    except (ValueError, RecursionError):
        return None


def _split(key: str) -> tuple[str, str]:
    """Return provider and account. A bucket of our own, such as the browser's, has no provider."""
    provider, slash, account = _escaped(key).partition("/")
    return (provider, account) if slash and provider else ("", _escaped(key))


def _joined(key: list[str]) -> str:
    provider, account = key
    return _unescaped(f"{provider}/{account}" if provider else account)


def _escaped(text: str) -> str:
    """Return a text that SQLite takes: JSON may hold half of a surrogate pair. Most texts are as before."""
    return json.dumps(text)[1:-1]


def _unescaped(text: str) -> str:
    try:
        return str(json.loads(f'"{text}"'))
    except ValueError:
        return text
