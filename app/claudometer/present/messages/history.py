"""The history: a plot and a list of resets in the terminal, a chart in the window. Pure."""

from __future__ import annotations

from typing import Final

from claudometer.domain.history import ResetCause

NO_HISTORY: Final = "No history yet. Claudometer keeps one from the first numbers it gets."
NOTHING_IN_RANGE: Final = "No numbers in this period."
NO_RESETS: Final = "No resets recorded yet."

ONE_DAY: Final = "the last 24 hours"
DAYS: Final = "the last {days} days"
TITLE: Final = "{name}, {span}"
KEY_OF_GAPS: Final = "{mark} no numbers"
KEY_OF_RESETS: Final = "{mark} reset"
PERCENT_OF_AXIS: Final = "{percent} %"

CAUSES: Final[dict[str, str]] = {
    ResetCause.ON_TIME: "on time",
    ResetCause.EARLY: "early",
    ResetCause.LATE: "late",
    ResetCause.GRANTED: "perhaps granted",
    ResetCause.PLAN_CHANGE: "plan change",
    ResetCause.SERVER_WIDE: "several at once",
    ResetCause.UNKNOWN: "not watched",
}
"""At most 15 characters, the width of the column."""

SPANS: Final[dict[str, str]] = {
    "now": "its current window",
    "day": "the last 24 hours",
    "week": "the last 7 days",
    "month": "the last 30 days",
    "quarter": "the last 90 days",
}
SUMMARY: Final = "{name}, {span}: {last} used last, {peak} at most, {count} resets."
SUMMARY_ONE_RESET: Final = "{name}, {span}: {last} used last, {peak} at most, 1 reset."
SUMMARY_NO_RESET: Final = "{name}, {span}: {last} used last, {peak} at most, no reset."
SUMMARY_UNKNOWN: Final = "{name}, {span}: no numbers."
"""What a screen reader says of a chart. ``span`` is one of ``SPANS``."""

NOW_TICK: Final = "now"
RESETS_TICK: Final = "resets {time}"
VALUE_THEN: Final = "{time}: {used} used"
UNKNOWN_AT: Final = "{time}: {used}"
UNKNOWN_THEN: Final = "no numbers"
RESET_THEN: Final = "Reset {time}, {cause}: {before} to {after} used"

RESET_HEADINGS: Final = ("Seen", "Before", "Limit", "Cause", "Used", "Promised")
"""Seen: the first reading after it. Before: the last one before it."""

USED: Final = "{before} to {after}"
NOTHING_PROMISED: Final = "no time given"

CLEAR_QUESTION: Final = "Delete all points, resets, forecasts and past alerts of all accounts? [y/N]"
YES: Final = "y"
CLEARED: Final = "The history was deleted."
DEMO_KEEPS_NONE: Final = "The demo's history is not saved, so nothing was deleted."
NOTHING_TO_CLEAR: Final = "There is no history to delete."
NOT_CLEARED: Final = "Nothing was deleted."
