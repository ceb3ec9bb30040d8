"""The tray: its menu, and the icon's tooltip. Pure."""

from __future__ import annotations

from typing import Final

REFRESH: Final = "Refresh now"
ORGANIZATION: Final = "Organization"
OPEN_SETTINGS: Final = "Open Settings…"
QUIT: Final = "Quit"

DEMO: Final = "{name} (demo)"
PAUSED: Final = "Claude: updates paused"
PAUSED_UNTIL: Final = "Claude: updates paused until {time}"
LOADING: Final = "Loading…"

OF_A_MODEL: Final = "{name} (weekly)"

LIMIT: Final = "{name}: {percent}"
LIMIT_OLD: Final = "{name}: was {percent} · {age}"
LIMIT_RESETS: Final = "{name}: {percent} · resets {time}"
LIMIT_RESETS_SOON: Final = "{name}: {percent} · resets {time}, in {span}"
LIMIT_HAS_RESET: Final = "{name}: {percent} · reset {time}"
LIMIT_NOT_STARTED: Final = "{name}: {percent} · not started"

EXTRA_USAGE: Final = "Extra usage: {amount}"
EXTRA_USAGE_OFF: Final = "Extra usage: {amount} · turned off"
EXTRA_USAGE_OLD: Final = "Extra usage: was {amount} · {age}"

UPDATED: Final = "Updated {time} from {source}"
UPDATED_CHECKING: Final = "Updated {time} from {source} · checking now…"
UPDATED_NEXT: Final = "Updated {time} from {source} · next update {next_time}"

# The tooltip, which panels show and screen readers read.
TOOLTIP: Final = "{name}: {text}"
BETWEEN: Final = " · "
NUMBER: Final = "{name} {percent}"
NUMBER_RESETS: Final = "{name} {percent}, resets {time}"
LAST_UPDATE: Final = "last update {time}"
NO_NUMBER: Final = "no number, checked {time}"
