"""``claudometer export``: everything that is kept of all accounts, for other programs. Sends nothing."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from claudometer.cli.failures import refuse
from claudometer.cli.history_source import open_history
from claudometer.domain.alerts.past_alerts import Kept
from claudometer.domain.ledger import record_to_wire
from claudometer.present.alert_list import alert_objects
from claudometer.present.history_data import (
    ALL_COLUMNS,
    SCHEMA,
    csv_lines,
    limit_object,
    point_object,
    point_rows,
    reset_object,
    reset_rows,
    stamp,
)
from claudometer.store.alerts import read_alerts
from claudometer.store.older_requests import with_older
from claudometer.store.queries import read_points, read_resets, read_series
from claudometer.store.requests import read_requests
from claudometer.system.paths import find_places

if TYPE_CHECKING:
    from collections.abc import Iterator
    from sqlite3 import Connection

    from claudometer.cli.options import Call
    from claudometer.domain.history import Series

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def run(call: Call) -> int:
    """Print everything; return the exit code.

    Raises:
        ClaudometerError: the history or the ledger cannot be read.
    """
    if call.has("--json") is call.has("--csv"):
        kind = "export_needs_form" if not call.has("--json") else "two_outputs"
        return refuse(call.command.name, kind, "")
    now = datetime.now(UTC)
    with open_history(call, now) as connection:
        series = sorted(read_series(connection), key=lambda each: each.key.limit_id)
        if call.has("--csv"):
            sys.stdout.writelines(csv_lines(ALL_COLUMNS, _rows(connection, series)))
        else:
            print(json.dumps(_object(call, connection, series, now), indent=2))
    return 0


def _rows(connection: Connection, series: list[Series]) -> Iterator[dict[str, object]]:
    for each in series:
        for row in point_rows(each, read_points(connection, each.key, BEGINNING)):
            yield {"record": "point"} | row
    for row in reset_rows(read_resets(connection)):
        yield {"record": "reset"} | row


def _object(call: Call, connection: Connection, series: list[Series], now: datetime) -> dict[str, object]:
    accounts: dict[tuple[str, str], list[dict[str, object]]] = {}
    resets = read_resets(connection)
    for each in series:
        points = read_points(connection, each.key, BEGINNING)
        own = [reset_object(found.reset) for found in resets if found.series.key == each.key]
        limit = limit_object(each) | {"points": [*map(point_object, points)], "resets": own}
        accounts.setdefault((each.key.provider, each.key.account), []).append(limit)
    folder = find_places(demo=False).state_folder
    requests = [] if call.demo else with_older(read_requests(connection, now), folder, now)
    return {
        "schema": SCHEMA,
        "exported_at": stamp(now),
        "accounts": [
            {"provider": provider, "id": account, "limits": limits}
            for (provider, account), limits in sorted(accounts.items())
        ],
        "alerts": alert_objects((read_alerts(connection) or Kept()).records),
        "requests": [*map(record_to_wire, requests)],
    }
