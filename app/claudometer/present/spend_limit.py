"""Extra usage as a limit of a report, for plans that have no other limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.present.messages.phrases import EXTRA_USAGE

if TYPE_CHECKING:
    from claudometer.control.wire.report import Report, ReportLimit


SPEND = "spend"
"""Its id, as ``guard`` takes and prints it."""


def spend_as_limit(report: Report) -> ReportLimit | None:
    """Return extra usage in the form of a limit, ``None`` if the report has none.

    Its percent is what the server said, ``None`` if it said none. Without a window it has neither a reset nor
    a forecast.
    """
    spend = report["spend"]
    if spend is None:
        return None
    return {
        "id": SPEND,
        "kind": "other",
        "label": EXTRA_USAGE,
        "percent": spend["percent"],
        "resets_at": None,
        "window_seconds": None,
        "level": None,
        "expected_percent": None,
        "forecast": None,
        "forecast_record": None,
        "source": spend["source"],
        "fetched_at": spend["fetched_at"],
        "stale": spend["stale"],
    }
