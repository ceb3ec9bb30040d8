"""What the window asks before it closes where no tray icon shows that the program goes on. Pure."""

from __future__ import annotations

from typing import Final

QUESTION: Final = "Keep Claudometer running in the background?"
EXPLANATION: Final = (
    "No panel shows Claudometer's icon, so nothing would be visible. Your numbers stay up to date, and "
    "“{program} status” prints them. To come back to this window, start Claudometer again."
)
KEEP: Final = "_Keep running"
QUIT: Final = "_Quit"
REMEMBER: Final = "_Do not ask again"
"""The letter after the underscore chooses it, together with Alt."""
