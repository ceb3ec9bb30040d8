"""The demo account's limits as Claude Code would pass them: those that ``--demo status`` shows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from claudometer.providers.claude.capture_codec import SPEND_LIMIT, read_windows
from claudometer.providers.demo_plans import demo_plan_named
from claudometer.providers.demo_week import describe

if TYPE_CHECKING:
    from claudometer.providers.claude.capture import Windows

KINDS = {"session": "five_hour", "weekly_all": "seven_day"}
"""Claude Code's names for the server's kinds. It passes no model's limit."""


def demo_windows(now: float, plan: str) -> Windows:
    """Return the limits of a plan of the demo at a time in seconds since 1970."""
    named = demo_plan_named(plan)
    body: Any = describe(datetime.fromtimestamp(now, UTC), named)
    passed = {
        KINDS[entry["kind"]]: {"used_percentage": entry["percent"], "resets_at": entry["resets_at"]}
        for entry in body["limits"]
        if entry["kind"] in KINDS
    }
    if named.spend == "limit":
        passed[SPEND_LIMIT] = {"used_percentage": body["spend"]["percent"], "resets_at": None}
    return read_windows(passed, now)
