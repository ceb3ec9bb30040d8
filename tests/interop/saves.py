"""Claude Code's own saves of its settings, while we write into the same file."""

from __future__ import annotations

import json
import threading
import time
from typing import TYPE_CHECKING

from claudometer.system import claude_settings_writing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.interop.client import Client, Home

SWITCH = "autoCompactEnabled"
"""A switch of Claude Code's ``/config`` that it keeps in ``settings.json``, the first one of the list."""

PATIENCE_S = 5.0
"""How long Claude Code may take from a key to its save. It took 22 ms in the median, 0.11 s at most."""

_DOWN, _SPACE = b"\x1b[B", b" "
_MEMBERS = {"statusline": "statusLine", "hook": "hooks"}
"""The member of the settings that each of our commands writes."""


class Beside:
    """Runs ``step`` again and again, on a thread of its own; use it as a context manager.

    Attributes:
        count: how often it has run.
        undone: how often it returned ``False``.
    """

    def __init__(self, step: Callable[[], bool]) -> None:
        self.count = self.undone = 0
        self._step = step
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Beside:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._is_over.is_set():
            self.undone += not self._step()
            self.count += 1


def set_up_and_take_out(home: Home) -> bool:
    """Run our four commands; return whether the file was as each of them said, and as before at the end."""
    is_right = True
    for action in ("--install", "--uninstall"):
        for name, member in _MEMBERS.items():
            home.claudometer(name, action)
            settings = json.loads(home.settings.read_text(encoding="utf-8"))
            is_right &= (member in settings) is (action == "--install")
    return is_right


def write_at_once(path: Path) -> bool:
    """Add a member of ours, or take it out, as our commands do, but without their pauses. Always ``True``."""
    before = path.read_bytes()
    settings = json.loads(before)
    if settings.pop("ours", None) is None:
        settings["ours"] = 1
    claude_settings_writing.replace_unchanged(
        path, before, json.dumps(settings, indent=2).encode(), sync=False
    )
    return True


def lost_saves(client: Client, home: Home, times: int) -> int:
    """Press a switch of ``/config`` so many times; return after how many the file did not have its save.

    The next save is made as soon as one is there, and looked at once more just before that.
    """
    client.wait_for("shift+tab", 30)
    client.prompt("/config")
    client.rest(3)
    client.type(_DOWN)
    lost, wanted = 0, False  # it is on at first
    for _ in range(times):
        client.type(_SPACE)
        lost += not _is_saved(client, home, wanted=wanted)
        wanted = not wanted
    return lost


def _is_saved(client: Client, home: Home, *, wanted: bool) -> bool:
    """Return whether the save comes, and is still there a moment later."""
    deadline = time.monotonic() + PATIENCE_S
    while _saved_value(home) is not wanted:
        if time.monotonic() > deadline:
            return False
        client.rest(0.005)
    client.rest(0.01)
    return _saved_value(home) is wanted


def _saved_value(home: Home) -> bool:
    settings = json.loads(home.settings.read_text(encoding="utf-8"))
    return settings.get(SWITCH, True) is not False
