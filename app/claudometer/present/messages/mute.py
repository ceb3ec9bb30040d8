"""How alerts are muted: the tray's menu, ``claudometer mute`` and the window. Pure."""

from __future__ import annotations

from typing import Final

MENU: Final = "Mute alerts"
MUTED_UNTIL: Final = "Alerts muted until {time}"
LIMIT_MUTED_UNTIL: Final = "{name} alerts muted until {time}"
LIMITS_MUTED: Final = "Alerts for {count} limits muted"
ONE_HOUR: Final = "For 1 hour"
UNTIL_RESET: Final = "Until the reset, {time}"
UNTIL_TOMORROW: Final = "Until tomorrow, {time}"
ALL_FOR_ONE_HOUR: Final = "Mute all for 1 hour"
ALL_UNTIL_RESET: Final = "Mute all until the reset, {time}"
ALL_UNTIL_TOMORROW: Final = "Mute all until tomorrow, {time}"
"""Where some limits are muted already."""
UNMUTE: Final = "Show alerts again"
UNMUTE_LIMIT: Final = "Unmute {name}, muted until {time}"

NOW_MUTED: Final = "Alerts are muted until {time}. “{program} mute off” ends that."
NOT_MUTED: Final = "Alerts are shown."
NO_RESET: Final = "No reset time is known, so nothing was muted. “{program} mute 1h” mutes for an hour."
