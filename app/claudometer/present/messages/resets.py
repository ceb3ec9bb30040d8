"""The page of resets in the window, and saving them as a file. Pure."""

from __future__ import annotations

from typing import Final

from claudometer.domain.history import ResetCause

NONE_YET: Final = "No resets recorded yet."
NO_HISTORY: Final = "This program keeps no history, so it has no resets to list."
NO_ACCOUNT: Final = "No account is shown yet, so there are no resets to list."
NOT_READABLE: Final = "The history cannot be read right now: its drive does not respond."
NOT_READABLE_HINT: Final = "Try again later."

ONE: Final = "1 reset recorded, on {day}."
MANY: Final = "{count} resets recorded since {day}."
MORE: Final = "The latest {shown} of {count} are listed. The file has all of them."

USED: Final = "{before} to {after} used"
PROMISED: Final = "Happened between {before} and {after}, promised for {promised}."
UNPROMISED: Final = "Happened between {before} and {after}. No time was promised."
"""Between the last reading before it and the first one after it."""

CAUSES: Final[dict[str, str]] = {
    ResetCause.ON_TIME: "On time",
    ResetCause.EARLY: "Earlier than promised",
    ResetCause.LATE: "Later than promised",
    ResetCause.GRANTED: "Perhaps a granted reset",
    ResetCause.PLAN_CHANGE: "The plan changed",
    ResetCause.SERVER_WIDE: "Several limits at once",
    ResetCause.UNKNOWN: "Not watched, so the cause is unknown",
}

FILE_NAME: Final = "claudometer-resets-{day}.csv"
"""``day`` as in 2026-08-20."""

SAVED: Final = "Saved as {path}"
NOT_SAVED: Final = "{path} could not be saved: {reason}."
NOT_SAVED_HINT: Final = "Choose another folder."
NO_SPACE_HINT: Final = "Free some space on that disk, or choose another folder."
REASONS: Final[dict[str, str]] = {
    "denied": "you are not allowed to write there",
    "full": "the disk is full",
    "quota": "your share of the disk (your quota) is used up",
    "read_only": "the drive is read-only",
    "gone": "the folder does not exist",
    "not_file": "something there is not a file",
    "failed": "the drive reported an error",
}
