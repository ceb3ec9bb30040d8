"""``claudometer history``: the course of the limits, as plots or for scripts. ``history clear`` deletes."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from claudometer.cli.failures import refuse
from claudometer.cli.history_source import (
    error_of,
    find_account,
    history_file,
    open_history,
    say_if_unsaved,
)
from claudometer.domain.usage import LimitKind
from claudometer.present.exit_codes import NO_NUMBERS
from claudometer.present.history_data import (
    POINT_COLUMNS,
    SCHEMA,
    csv_lines,
    limit_object,
    point_object,
    point_rows,
    reset_object,
    stamp,
)
from claudometer.store.faults import fault_of
from claudometer.store.queries import read_points, read_resets, read_series

if TYPE_CHECKING:
    from pathlib import Path
    from sqlite3 import Connection

    from claudometer.cli.options import Call
    from claudometer.domain.history import Point, Reset, Series
    from claudometer.domain.usage import AccountKey

    Found = tuple[Series, list[Point], list[Reset]]

DEFAULT_DAYS, MOST_DAYS = 7, 731  # a week; the two years that are kept, and a leap day
MOST_PLOTS = 4
CLEAR = "clear"


def run(call: Call) -> int:
    """Print the history of an account, or delete it all; return the exit code.

    Raises:
        ClaudometerError: the history cannot be read or deleted, or there is no such account.
    """
    if call.words:
        is_clear = call.words[0] == CLEAR
        return _clear(call) if is_clear else refuse(call.command.name, "unknown_action", call.words[0])
    if call.has("--yes"):
        return refuse(call.command.name, "yes_without_clear", "--yes")
    if call.has("--json") and call.has("--csv"):
        return refuse(call.command.name, "two_outputs", "")
    days = _days(call)
    if days is None:
        return refuse(call.command.name, "bad_days", call.values["--days"])
    now = datetime.now(UTC)
    with open_history(call, now) as connection:
        account = find_account(call, connection)
        series = [] if account is None else _in_order(read_series(connection, account))
        wanted = call.values.get("--limit")
        chosen = [each for each in series if wanted in (None, each.key.limit_id)]
        if series and not chosen:
            known = ", ".join(each.key.limit_id for each in series)
            return refuse(call.command.name, "unknown_limit", wanted or "", known)
        since = now - timedelta(days=days)
        found = [_read(connection, account, each, since) for each in chosen]
    _print(call, found, account, (since, now, days))
    return 0


def _print(
    call: Call, found: list[Found], account: AccountKey | None, times: tuple[datetime, datetime, int]
) -> None:
    since, now, days = times
    if call.has("--csv"):
        rows = (row for each, points, _ in found for row in point_rows(each, points))
        sys.stdout.writelines(csv_lines(POINT_COLUMNS, rows))
    elif call.has("--json"):
        print(json.dumps(_object(found, account, since, now), indent=2))
    else:
        _print_plots(call, found[:MOST_PLOTS], since, now, days)


def _object(
    found: list[Found], account: AccountKey | None, since: datetime, now: datetime
) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "now": stamp(now),
        "since": stamp(since),
        "account": account and {"provider": account.provider, "id": account.account},
        "limits": [
            limit_object(each)
            | {"points": [*map(point_object, points)], "resets": [*map(reset_object, resets)]}
            for each, points, resets in found
        ],
    }


def _print_plots(call: Call, found: list[Found], since: datetime, now: datetime, days: int) -> None:
    from claudometer.cli.terminal_style import find_size, find_style
    from claudometer.present.history_text import render_plots
    from claudometer.present.levels import thresholds_for
    from claudometer.present.messages.history import NO_HISTORY
    from claudometer.present.typesetting import framed, wrap
    from claudometer.system.captures import load_choices
    from claudometer.system.region import read_region

    style, width = find_style(sys.stdout), find_size(sys.stdout)[0]
    if not found:
        print("\n".join(framed(wrap(NO_HISTORY.split(), style.inside().width))))
        say_if_unsaved(call)
        return
    region = read_region()
    _, alerts, own = (False, [], {}) if call.demo else load_choices()
    lines = render_plots(
        found,
        since=since,
        now=now,
        days=days,
        region=region,
        style=style,
        width=width,
        thresholds=thresholds_for(alerts, own),
    )
    print("\n".join(lines))


def _read(connection: Connection, account: AccountKey | None, series: Series, since: datetime) -> Found:
    resets = read_resets(connection, account=account, since=since)
    own = [each.reset for each in resets if each.series.key == series.key]
    return series, read_points(connection, series.key, since), own


def _in_order(series: list[Series]) -> list[Series]:
    # The kinds are declared in display order.
    kinds = list(LimitKind)
    return sorted(series, key=lambda each: (kinds.index(each.kind), each.label.casefold()))


def _days(call: Call) -> int | None:
    given = call.values.get("--days", str(DEFAULT_DAYS))
    is_number = given.isascii() and given.isdigit() and len(given) < 6
    return int(given) if is_number and 1 <= int(given) <= MOST_DAYS else None


def _clear(call: Call) -> int:
    from claudometer.present.messages import history as words
    from claudometer.present.messages.cli import line

    if call.demo:
        print(line(words.DEMO_KEEPS_NONE), file=sys.stderr)
        return 0
    path = history_file(demo=False)
    if not _is_there(path) and not _files_set_aside(path):
        print(words.NOTHING_TO_CLEAR)
        return 0
    if not call.has("--yes"):
        if not sys.stdin or not sys.stdin.isatty():
            return refuse(call.command.name, "clear_needs_yes", "--yes")
        if not _agrees(words.CLEAR_QUESTION, words.YES):
            print(words.NOT_CLEARED)
            return NO_NUMBERS
    _delete(path)
    print(words.CLEARED)
    return 0


def _delete(path: Path) -> None:
    """Delete the history, and the damaged files that were set aside.

    Raises:
        ClaudometerError: they cannot be deleted; the code says why.
    """
    import logging

    from claudometer.store.history import History

    # An error is printed as a sentence. Without a handler, Python would also print the log's warning.
    logging.getLogger("claudometer").addHandler(logging.NullHandler())
    history = History(path)
    is_clear = history.clear()
    history.close()
    if not is_clear:
        raise error_of(history.problems[-1])
    try:
        for aside in _files_set_aside(path):  # clearing may have set a damaged file aside
            aside.unlink(missing_ok=True)
    except OSError as error:
        raise error_of(fault_of(error, path)) from None


def _is_there(path: Path) -> bool:
    """Return whether there is anything at the database's path, if only a broken link.

    Raises:
        ClaudometerError: ``HISTORY_UNREADABLE``: the folder cannot be read.
    """
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise error_of(fault_of(error, path, reading=True)) from None
    return True


def _files_set_aside(path: Path) -> list[Path]:
    """Return the damaged databases, with the files that SQLite keeps beside them."""
    return sorted(path.parent.glob(f"{path.stem}.broken*{path.suffix}*"))


def _agrees(question: str, yes: str) -> bool:
    """Ask on the terminal."""
    print(question, end=" ", flush=True)
    return sys.stdin.readline().strip().casefold() == yes
