"""``claudometer resets``: every reset that was seen, as a table or for scripts. Sends nothing."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from claudometer.cli.failures import refuse
from claudometer.cli.history_source import find_account, open_history, say_if_unsaved
from claudometer.present.history_data import RESET_COLUMNS, SCHEMA, csv_lines, reset_object, reset_rows, stamp
from claudometer.store.queries import read_resets

if TYPE_CHECKING:
    from claudometer.cli.options import Call
    from claudometer.domain.history import LimitReset


def run(call: Call) -> int:
    """Print the resets of an account, oldest first. An empty list is not a failure.

    Raises:
        ClaudometerError: the history cannot be read, or there is no such account.
    """
    if call.has("--json") and call.has("--csv"):
        return refuse(call.command.name, "two_outputs", "")
    now = datetime.now(UTC)
    with open_history(call, now) as connection:
        account = find_account(call, connection)
        resets = [] if account is None else read_resets(connection, account=account)
    if call.has("--csv"):
        sys.stdout.writelines(csv_lines(RESET_COLUMNS, reset_rows(resets)))
    elif call.has("--json"):
        listed = [
            {"limit": each.series.key.limit_id, "label": each.series.label} | reset_object(each.reset)
            for each in resets
        ]
        named = account and {"provider": account.provider, "id": account.account}
        print(json.dumps({"schema": SCHEMA, "now": stamp(now), "account": named, "resets": listed}, indent=2))
    else:
        _print_table(resets)
        if not resets:
            say_if_unsaved(call)
    return 0


def _print_table(resets: list[LimitReset]) -> None:
    from claudometer.cli.terminal_style import find_style
    from claudometer.present.history_text import render_resets
    from claudometer.system.region import read_region

    print("\n".join(render_resets(resets, read_region(), find_style(sys.stdout))))
