"""Extra usage as a limit of a report, for plans that have no other limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.present.formatters import money_share, share_of
from claudometer.present.messages.phrases import EXTRA_USAGE

if TYPE_CHECKING:
    from claudometer.control.wire.report import Report, ReportLimit, ReportSpend


SPEND = "spend"
"""Its id, as ``guard`` takes and prints it."""

_A_TENTH = 0.1


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


def shown_share(spend: ReportSpend) -> float | None:
    """Return the used share of the cap as every surface shows it, ``None`` if it is unknown.

    By the amounts, unless they are of different units: the report's share has one decimal, and what is
    rounded twice may be one percent off.
    """
    used, cap, stated = spend["used"], spend["cap"], spend["percent"]
    if stated is None or used is None or cap is None or cap["minor"] <= 0:
        return money_share(stated)
    exact = share_of(used["minor"], used["exponent"], cap["minor"], cap["exponent"])
    return money_share(exact if abs(exact - stated) <= _A_TENTH else stated)
