"""The settings window's process: one at most, started on demand, gone when it is closed."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

from claudometer.system.processes import ACTIVATION_VARIABLES, start_child, take_activation_token
from claudometer.system.program import child_command

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from claudometer.system.processes import Child

log = logging.getLogger(__name__)

GOING_S = 0.5
"""A window that ends this soon after it was asked for was on its way out, and did not come forward."""

TOKEN_LASTS_S = 30.0
"""A window that opens later than this was not asked for by the click that the token belongs to."""


class WindowProcess:
    """Starts and ends the window. An open one comes forward by itself: the control server's stream tells it.

    Args:
        on_failure: called, on a thread of its own, when the window ended with an error.
    """

    def __init__(self, log_folder: Path, *, demo: bool, on_failure: Callable[[], None]) -> None:
        self._changing = threading.Lock()  # requests and ends arrive on several threads
        self._log_folder = log_folder
        self._arguments = ("--demo", "window") if demo else ("window",)
        self._on_failure = on_failure
        self._child: Child | None = None
        self._closing = False
        self.allow_in_front(take_activation_token())
        self._asked_at = float("-inf")

    def allow_in_front(self, token: str | None) -> None:
        """Give the next window the panel's token, by which Wayland lets it come to the front. Once."""
        with self._changing:
            self._token, self._token_until = token, time.monotonic() + TOKEN_LASTS_S

    def open(self) -> None:
        """Start the window unless it runs. Blocks for a moment; call it off the loop."""
        with self._changing:
            if self._child is not None and self._child.is_running():
                self._token = None
                self._asked_at = time.monotonic()
            else:
                self._start()

    def close(self) -> None:
        """End the window, for good. Blocks for seconds at most; call it off the loop."""
        with self._changing:
            self._closing = True
            child = self._child
        if child is not None:
            child.stop()

    def _start(self) -> None:
        if self._closing:
            return
        try:
            self._child = start_child(
                child_command(*self._arguments),
                errors_to=self._log_folder / "window-errors.log",
                on_exit=self._ended,
                added=self._activation(),
            )
        except OSError:
            log.exception("the settings window could not be started")
            self._on_failure()

    def _activation(self) -> dict[str, str]:
        token, self._token = self._token, None
        if token is None or time.monotonic() > self._token_until:
            return {}
        return dict.fromkeys(ACTIVATION_VARIABLES, token)

    def _ended(self, code: int) -> None:
        if code != 0 and not self._closing:
            log.error("the settings window ended with code %s", code)
            self._on_failure()
        with self._changing:
            self._child = None
            if time.monotonic() - self._asked_at < GOING_S:
                self._asked_at = float("-inf")
                self._start()
