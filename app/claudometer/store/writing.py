"""Writes readings into the tables: points, and the resets between them. The caller began a transaction."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from claudometer.domain.history import Point, ResetCause
from claudometer.domain.plan import allowance_of, is_other_plan
from claudometer.domain.resets import (
    find_reset,
    is_confirmed,
    is_same_promise,
    note_server_wide,
    was_plan_change,
)
from claudometer.domain.usage import origin_of
from claudometer.store.values import POINT, RESET, stamp, stamp_or_none, time_of, to_point, to_reset

if TYPE_CHECKING:
    from datetime import datetime
    from sqlite3 import Connection

    from claudometer.domain.history import Reset
    from claudometer.domain.usage import Limit, Reading

FUTURE_S = 24 * 3600
"""By a clock that no server has confirmed, points further ahead than this are passed over: they or this clock
are wrong by more than a time zone."""

AHEAD_S = 120
"""Once a server has told the time, points further ahead than this were written by a wrong clock. Clocks that
differ by less than a minute are not corrected, and two programs may differ by twice as much."""


def write_reading(
    connection: Connection, reading: Reading, *, now: datetime, is_verified: bool, gap_s: float
) -> None:
    """Write what is new in a reading. A reading that is there already changes nothing.

    Args:
        now: by the clock that the reading's times are of.
        is_verified: a server has told that time. Only then is anything deleted that is ahead of it; else it
            stays, since it may be this clock that is wrong, and a reading of a time that is covered already
            is passed over.
        gap_s: readings further apart than this many seconds are not joined.
    """
    plan = _plan_of(reading)
    found: list[tuple[int, Reset]] = []
    latest = now + timedelta(seconds=AHEAD_S) if is_verified else None
    for limit in reading.limits:
        point = _point_of(limit, reading, latest)
        if point is None:
            continue
        number, plan_before = _series_of(connection, reading, limit, plan)
        if is_verified:
            _take_back_future(connection, number, now, gap_s)
        before = _last_point(connection, number, max(now, point.at))
        if before is not None and point.at <= before.until:
            continue  # known already, or older than what another source said
        if before is not None:
            is_other = is_other_plan(plan_before, plan)
            reset = find_reset(before, point, limit.window_s, is_other_plan=is_other)
            _settle_reset(connection, number, point, is_plan_named=is_other and reset is None)
            if reset is not None:
                found.append((number, reset))
            is_joined = (point.at - before.until).total_seconds() <= gap_s
            point = replace(point, joined=is_joined)
        _write_point(connection, number, before, point, limit.window_s)
        _note_plan(connection, number, plan)
    for (number, _), reset in zip(found, note_server_wide([each for _, each in found]), strict=True):
        _write_reset(connection, number, reset)


def _point_of(limit: Limit, reading: Reading, latest: datetime | None) -> Point | None:
    """Return the point that a limit of a reading makes, ``None`` if percent or time are not known.

    Args:
        latest: a reading after that has the time of a wrong clock. ``None`` while the time is not known.
    """
    if limit.percent is None or not math.isfinite(limit.percent):
        return None
    origin = origin_of(limit, reading)
    at = time_of(stamp(origin.fetched_at))
    if latest is not None and at > latest:
        return None
    # To the nearest second: the time varies around a whole one.
    resets_at = None if limit.resets_at is None else time_of(round(limit.resets_at.timestamp()))
    return Point(at, at, limit.percent, resets_at, origin.source, joined=False)


def _plan_of(reading: Reading) -> str | None:
    return _text(allowance_of(reading.account.plan, reading.account.tier) or "") or None


def _text(text: str) -> str:
    """Return a server's text as SQLite takes it: JSON may hold half of a surrogate pair."""
    return text.encode("utf-8", "replace").decode()


def _series_of(
    connection: Connection, reading: Reading, limit: Limit, plan: str | None
) -> tuple[int, str | None]:
    """Return a limit's number, and the plan of the reading before."""
    key = (reading.provider, reading.account.id, _text(limit.id))
    name = _text(limit.label)
    row = connection.execute(
        "SELECT id, plan, label, window_s FROM series WHERE provider = ? AND account = ? AND limit_id = ?",
        key,
    ).fetchone()
    if row is None:
        made = connection.execute(
            "INSERT INTO series (provider, account, limit_id, kind, label, window_s, plan) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (*key, limit.kind.value, name, limit.window_s, plan),
        )
        return int(made.lastrowid or 0), plan
    number, plan_before, label, window_s = row
    if (label, window_s) != (name, limit.window_s):
        connection.execute(
            "UPDATE series SET label = ?, window_s = ?, kind = ? WHERE id = ?",
            (name, limit.window_s, limit.kind.value, number),
        )
    return number, plan_before


def _note_plan(connection: Connection, number: int, plan: str | None) -> None:
    if plan is not None:
        connection.execute("UPDATE series SET plan = ? WHERE id = ? AND plan IS NOT ?", (plan, number, plan))


def _take_back_future(connection: Connection, number: int, now: datetime, gap_s: float) -> None:
    """Delete what is ahead of a time that a server has told, and shorten a point that reaches beyond it."""
    latest = stamp(now) + AHEAD_S
    connection.execute("DELETE FROM points WHERE series = ? AND at > ?", (number, latest))
    connection.execute("DELETE FROM resets WHERE series = ? AND seen_after > ?", (number, latest))
    query = "SELECT at, until FROM points WHERE series = ? ORDER BY at DESC LIMIT 1"
    row = connection.execute(query, (number,)).fetchone()
    if row is None or not isinstance(row[1], int) or row[1] <= latest:  # it may be damaged
        return
    at, until = row
    # A clock that was set ahead by less than a gap prolonged a point of the right time. One that was further
    # ahead made the whole point, and nobody knows how much of it is true.
    kept = max(at, stamp(now) - AHEAD_S) if until <= latest + gap_s else at
    connection.execute("UPDATE points SET until = ? WHERE series = ? AND at = ?", (kept, number, at))


def _last_point(connection: Connection, number: int, now: datetime) -> Point | None:
    """Return the last point, except those that are far ahead."""
    row = connection.execute(
        f"SELECT {POINT} FROM points WHERE series = ? AND at <= ? ORDER BY at DESC LIMIT 1",  # noqa: S608
        (number, stamp(now) + FUTURE_S),
    ).fetchone()
    return None if row is None else to_point(row)


def _write_point(
    connection: Connection, number: int, before: Point | None, point: Point, window_s: int | None
) -> None:
    # Not over a gap: nobody saw what the number was meanwhile.
    if before is not None and point.joined and _says_the_same(before, point, window_s):
        connection.execute(
            "UPDATE points SET until = ?, resets_at = ?, source = ? WHERE series = ? AND at = ?",
            (stamp(point.at), stamp_or_none(point.resets_at), point.source.value, number, stamp(before.at)),
        )
        return
    connection.execute(
        "INSERT OR REPLACE INTO points VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            number,
            stamp(point.at),
            stamp(point.until),
            point.percent,
            stamp_or_none(point.resets_at),
            point.source.value,
            point.joined,
        ),
    )


def _says_the_same(before: Point, point: Point, window_s: int | None) -> bool:
    is_same = is_same_promise(before.resets_at, point.resets_at, window_s)
    return is_same and before.percent == point.percent


def _settle_reset(connection: Connection, number: int, point: Point, *, is_plan_named: bool) -> None:
    """Confirm the last reset by the reading that follows it, or delete it: the old number is back.

    Args:
        is_plan_named: this reading only names another plan, which may have been the cause of that reset.
    """
    row = connection.execute(
        f"SELECT {RESET} FROM resets WHERE series = ? AND seen_after <= ? "  # noqa: S608
        "ORDER BY seen_after DESC LIMIT 1",
        (number, stamp(point.at)),
    ).fetchone()
    reset = None if row is None else to_reset(row)
    if reset is None:
        return
    key = (number, stamp(reset.seen_after))
    if is_plan_named and was_plan_change(reset, point.at):
        cause = ResetCause.PLAN_CHANGE.value
        connection.execute("UPDATE resets SET cause = ? WHERE series = ? AND seen_after = ?", (cause, *key))
    if reset.confirmed:
        return
    if is_confirmed(reset, point.percent):
        connection.execute("UPDATE resets SET confirmed = 1 WHERE series = ? AND seen_after = ?", key)
    else:
        connection.execute("DELETE FROM resets WHERE series = ? AND seen_after = ?", key)


def _write_reset(connection: Connection, number: int, reset: Reset) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO resets VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            number,
            stamp(reset.seen_after),
            stamp(reset.seen_before),
            stamp_or_none(reset.promised_at),
            stamp_or_none(reset.next_at),
            reset.percent_before,
            reset.percent_after,
            reset.cause.value,
            reset.confirmed,
        ),
    )
