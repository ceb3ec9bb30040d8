"""The demo account's limits as Claude Code would pass them: those that ``--demo status`` shows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from claudometer.providers.claude.capture_codec import SPEND_LIMIT, read_windows
from claudometer.providers.demo_plans import demo_plan_named
from claudometer.providers.demo_week import describe

if TYPE_CHECKING:
    from claudometer.providers.claude.capture import Windows

WINDOWS = ("five_hour", "seven_day")
"""The limits that Claude Code passes. It passes none of a model."""


def demo_windows(now: float, plan: str) -> Windows:
    """Return the limits of a plan of the demo at a time in seconds since 1970."""
    named = demo_plan_named(plan)
    body: Any = describe(datetime.fromtimestamp(now, UTC), named)
    # Not the list's percents, which are rounded: Claude Code passes tenths.
    passed = {
        name: {"used_percentage": body[name]["utilization"], "resets_at": body[name]["resets_at"]}
        for name in WINDOWS
        if body[name] is not None
    }
    if named.spend == "limit":
        used, limit = (body["spend"][part]["amount_minor"] for part in ("used", "limit"))
        passed[SPEND_LIMIT] = {"used_percentage": 100 * used / limit, "resets_at": None}
    return read_windows(passed, now)
