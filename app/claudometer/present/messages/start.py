"""What is said in the terminal that started the app, which otherwise seems to do nothing. Pure."""

from __future__ import annotations

from typing import Final

IN_TRAY: Final = "Running in the tray. Ctrl-C quits; Ctrl-Z and “bg; disown” free this terminal."
IN_WINDOW: Final = "Running in its window, since no panel shows its icon. Ctrl-C quits."
IN_BACKGROUND: Final = "Running in the background, without an icon. Ctrl-C quits."
ALREADY_RUNNING: Final = "Claudometer is already running; its window opens."
