"""``claudometer requests``: lists the requests of the last 7 days from the ledger. Sends none itself."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from claudometer.cli.environment_account import read_environment_account
from claudometer.cli.history_source import open_history, say_what_is_missing
from claudometer.cli.terminal_style import fitted
from claudometer.domain.ledger import account_mark, record_to_wire
from claudometer.domain.next_poll import Cause
from claudometer.store.older_requests import with_older
from claudometer.store.requests import read_requests, unread
from claudometer.system.claude_variables import login_variable
from claudometer.system.paths import find_places

if TYPE_CHECKING:
    from claudometer.cli.options import Call
    from claudometer.domain.ledger import RequestRecord

SCHEMA = 1

OF_NO_ACCOUNT = frozenset({Cause.UPDATE, Cause.DOCTOR})
"""The causes of requests that are about no account."""


def run(call: Call) -> int:
    """Print the requests. An empty list is not a failure.

    Raises:
        ClaudometerError: ``LEDGER_UNREADABLE``, ``HISTORY_NEWER`` or ``HISTORY_WITHOUT_SQLITE``; or
            ``HOME_UNUSABLE``, where the ledger would be.
    """
    now = datetime.now(UTC)
    records, is_whole = ([], True) if call.demo else _read(call, now)
    # The ledger has the requests of all of this user's accounts.
    named = read_environment_account(call)
    if named is not None and named.folder is not None:
        records = _about_named_folder(call, records)
    if call.has("--json"):
        listed = [record_to_wire(record) for record in records]
        print(json.dumps({"schema": SCHEMA, "requests": listed}, indent=2))
    if call.demo:
        from claudometer.present.messages.requests import DEMO_SENDS_NOTHING
        from claudometer.present.typesetting import framed

        if call.has("--json"):  # standard output must contain the object and nothing else
            print(DEMO_SENDS_NOTHING, file=sys.stderr)
        else:
            print("\n".join(framed([DEMO_SENDS_NOTHING])))
    elif not call.has("--json"):
        _print_table(records, now, is_whole=is_whole)
    return 0


def _read(call: Call, now: datetime) -> tuple[list[RequestRecord], bool]:
    """Return the requests of all accounts, oldest first, and whether none is missing; else say why."""
    with open_history(call, now, unread=unread) as connection:
        records = with_older(read_requests(connection, now), find_places(demo=False).state_folder, now)
        return records, not say_what_is_missing(call, connection)


def _about_named_folder(call: Call, records: list[RequestRecord]) -> list[RequestRecord]:
    """Return the requests about the account whose folder the environment names, and those for updates."""
    from claudometer.present.messages.cli import line
    from claudometer.present.messages.requests import ONLY_THE_NAMED_ACCOUNT
    from claudometer.processes.headless import identify_account

    account = identify_account()
    mark = None if account is None else account_mark(str(account))
    if not call.has("--json"):
        sentence = line(ONLY_THE_NAMED_ACCOUNT.format(variable=login_variable()))
        print(fitted(sentence, sys.stderr), file=sys.stderr)
    return [
        record
        for record in records
        if record.reason in OF_NO_ACCOUNT or (mark is not None and record.account == mark)
    ]


def _print_table(records: list[RequestRecord], now: datetime, *, is_whole: bool) -> None:
    from claudometer.cli.terminal_style import find_style
    from claudometer.present.ledger import render_requests, render_unsaved
    from claudometer.processes.kept_state import read_shared_rate
    from claudometer.system.region import read_region

    places = find_places(demo=False)
    shared_rate = read_shared_rate(places.state_folder, places.lock_file)
    style, region = find_style(sys.stdout), read_region()
    if records or is_whole:
        lines = render_requests(records, now, region, style, shared_rate=shared_rate)
    else:
        lines = render_unsaved(style)
    print("\n".join(lines))
