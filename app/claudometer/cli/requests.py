"""``claudometer requests``: lists the requests of the last 7 days from the ledger. Sends none itself."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from claudometer.domain.ledger import record_to_wire
from claudometer.system.ledger import read_requests
from claudometer.system.paths import find_places

if TYPE_CHECKING:
    from claudometer.cli.options import Call
    from claudometer.domain.ledger import RequestRecord

SCHEMA = 1


def run(call: Call) -> int:
    """Print the requests. An empty list is no failure."""
    now = datetime.now(UTC)
    records = [] if call.demo else read_requests(find_places(demo=False).state_folder, now)
    if call.has("--json"):
        listed = [record_to_wire(record) for record in records]
        print(json.dumps({"schema": SCHEMA, "requests": listed}, indent=2))
    if call.demo:
        from claudometer.present.messages.requests import DEMO_SENDS_NOTHING

        # With --json, standard output must contain the object and nothing else.
        print(DEMO_SENDS_NOTHING, file=sys.stderr if call.has("--json") else sys.stdout)
    elif not call.has("--json"):
        _print_table(records, now)
    return 0


def _print_table(records: list[RequestRecord], now: datetime) -> None:
    from claudometer.cli.terminal_style import find_style
    from claudometer.present.ledger import render_requests
    from claudometer.system.region import read_region

    print("\n".join(render_requests(records, now, read_region(), find_style(sys.stdout))))
