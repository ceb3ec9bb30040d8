"""The list of past alerts, in the window and in the terminal. Pure."""

from __future__ import annotations

from typing import Final

from claudometer.domain.alerts.silence import Fate

NONE: Final = "No alerts yet."
NONE_SAVED: Final = "No alerts are saved, and new ones cannot be saved now."
MAY_LACK: Final = "Newer alerts may be missing, because they cannot be saved now."
"""While the disk cannot save: what was shown then is in no file."""

LAST: Final = "Last: {title}, {time}"
MUTED: Final = "Muted until {time}"
LIMIT_MUTED: Final = "{name}: muted until {time}"
ALL_MUTED: Final = "All alerts: muted until {time}"
UNMUTE: Final = "Unmute"
UNMUTE_IN_TERMINAL: Final = "“{program} mute off” shows alerts again."

TAKEN: Final[dict[bool | None, str]] = {
    True: "Sent",
    False: "Not taken by the desktop",
    None: "Not known whether sent",
}
"""By whether the desktop took the notification."""

FATES: Final = {Fate.MUTED: "Muted", Fate.HELD: "Held back"}

TESTED: Final = {
    True: "The desktop took the test alert. If you see none, check whether Do Not Disturb is on.",
    False: "The desktop did not take the test alert. “Check this computer” says what is missing.",
}
TESTED_IN_TERMINAL: Final = {
    True: "The desktop took the test alert. If you see none, check whether Do Not Disturb is on.",
    False: "The desktop did not take the test alert. “{program} doctor” says what is missing.",
}
