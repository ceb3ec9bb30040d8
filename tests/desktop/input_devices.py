"""Keyboard and mouse of an X display."""

import subprocess
from collections.abc import Mapping

from tests.desktop.waiting import LONGEST_S


class InputDevices:
    """Sends keys to the focused window and clicks to whatever is under the pointer."""

    def __init__(self, *, env: Mapping[str, str]) -> None:
        self._env = dict(env)

    def press(self, *keys: str) -> None:
        """Press keys one after another, each by its X name; `ctrl+a` is two at once."""
        self._xdotool("key", "--clearmodifiers", *keys)

    def type(self, text: str) -> None:
        """Type a text letter by letter."""
        self._xdotool("type", "--clearmodifiers", "--delay", "8", text)

    def click(self, x: int, y: int, *, button: int = 1) -> None:
        """Click a point of the screen, in pixels."""
        self._xdotool("mousemove", str(x), str(y), "click", str(button))

    def move_to(self, x: int, y: int) -> None:
        """Move the pointer, for example out of a picture."""
        self._xdotool("mousemove", str(x), str(y))

    def _xdotool(self, *arguments: str) -> None:
        subprocess.run(
            ("xdotool", *arguments), env=self._env, check=True, timeout=LONGEST_S, capture_output=True
        )
