"""The settings form of the window, beside its static labels in web/settings.html. Pure."""

from __future__ import annotations

from typing import Final

KEY_NOTES: Final = {
    "keyring": "A key is saved in the system keyring.",
    "memory": "A key is kept in memory until you quit.",
    "environment": "The key comes from CLAUDOMETER_SESSION_KEY, for this run only.",
}
"""By where the session key is."""

KEY_ENDS: Final = "It ends on {day}."
KEY_WAS_TO_END: Final = "It was to end on {day}, so claude.ai may refuse it at any time."
"""``day`` is "5 Feb"."""

NO_KEY: Final = "No key is saved."
KEY_UNKNOWN: Final = "The keyring cannot be read, so it is not known whether a key is saved."
UNNAMED_ORGANIZATION: Final = "Unnamed organization"

LOCKED: Final = "Set by {variable} for this run."
NOT_IN_DEMO: Final = "Not available in the demo."
NOT_ON_SYSTEM: Final = "Not available on this system."
CHECK_DAILY: Final = "Sends Claudometer's name and version to {host}, and nothing about you or your usage."

SAMPLE_DATA: Final = "Sample data; no login is read"
LOGIN_FOUND: Final = "Login found in {folder}"
NO_LOGIN_IN: Final = "There is no Claude Code login in {folder}."
NO_LOGIN_IN_HINT: Final = "Log in with Claude Code there, or choose its folder below."
