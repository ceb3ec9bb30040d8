"""The history: a plot and a list of resets in the terminal, a chart in the window. Pure."""

from __future__ import annotations

from typing import Final

from claudometer.domain.history import ResetCause

NO_HISTORY: Final = "No history yet. Claudometer keeps one from the first numbers it gets."
NOTHING_IN_RANGE: Final = "No numbers in this time."
NO_RESETS: Final = "No resets recorded yet."

ONE_DAY: Final = "the last 24 hours"
DAYS: Final = "the last {days} days"
TITLE: Final = "{name}, {span}"
NOW: Final = "{percent} at {time}"
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

RESET_HEADINGS: Final = ("Seen", "Before", "Limit", "Cause", "Used", "Promised")
"""Seen: the first reading after it. Before: the last one before it."""

USED: Final = "{before} to {after}"
NOTHING_PROMISED: Final = "no time given"

CLEAR_QUESTION: Final = "Delete all points and resets of all accounts? [y/N]"
YES: Final = "y"
CLEARED: Final = "The history was deleted."
NOTHING_TO_CLEAR: Final = "There is no history to delete."
NOT_CLEARED: Final = "Nothing was deleted."
CLEARED_IN_PART: Final = "The history could not be deleted. Check the permissions of {folder} and try again."
