"""Starts and stops the process of the settings window. There is at most one."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

from claudometer.system.demo_plan import demo_arguments
from claudometer.system.launch_command import child_command
from claudometer.system.processes import ACTIVATION_VARIABLES, start_child, take_activation_token

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from claudometer.domain.events import WindowPlace
    from claudometer.system.processes import Child

log = logging.getLogger(__name__)

CLOSING_S = 0.5
"""A window that ends this soon after it was asked for was already closing, so a new one is opened.

The window also announces that it closes, but a click may arrive just before that.
"""

TOKEN_LASTS_S = 30.0
"""A window that opens later than this was not opened by the click that the token belongs to."""


class WindowProcess:
    """Opens the window on demand. An open window comes to the front when the control server tells it to.

    Args:
        log_folder: where the window's standard error is written.
        on_failure: called on any thread when the window could not be started or ended with an error.
    """

    def __init__(self, log_folder: Path, *, demo: bool, on_failure: Callable[[], None]) -> None:
        self._log_folder = log_folder
        self._arguments = (*demo_arguments(), "window") if demo else ("window",)
        self._place: WindowPlace | None = None
        self._on_failure = on_failure
        self._child: Child | None = None
        self._closing = False
        self._is_leaving = self._is_wanted_again = False
        self._requested_at = float("-inf")
        self._changing = threading.Lock()  # clicks and the end of a process arrive on several threads
        self.allow_in_front(take_activation_token())  # the token of our own start is for its first window

    def allow_in_front(self, token: str | None) -> None:
        """Pass the panel's token to the next window, once: Wayland then lets that come to the front."""
        with self._changing:
            self._token, self._token_until = token, time.monotonic() + TOKEN_LASTS_S

    def open(self, place: WindowPlace | None = None) -> None:
        """Start the window unless it is running. Blocks for a moment: do not call it on the loop.

        Args:
            place: what a new window shows first. The control server passes it to an open one.
        """
        with self._changing:
            self._place = place
            if self._child is None or not self._child.is_running():
                self._start()
            elif self._is_leaving:
                self._is_wanted_again = True
            else:
                self._token = None
                self._requested_at = time.monotonic()

    def leaving(self) -> None:
        """Note that the window is about to disappear, although its process may take seconds to end."""
        self._is_leaving = True

    def close(self) -> None:
        """Close the window and open no other. Blocks for up to 3 s: do not call it on the loop."""
        with self._changing:
            self._closing = True
            child = self._child
        if child is not None:
            child.stop()

    def _start(self) -> None:
        self._is_leaving = self._is_wanted_again = False
        if self._closing:
            return
        try:
            self._child = start_child(
                child_command(*self._arguments, *_place_arguments(self._place)),
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
        if code != 0 and not self._closing:  # the code of a window that `close` has ended is not 0 either
            log.error("the settings window ended with code %s", code)
            self._on_failure()
        with self._changing:
            self._child = None
            # A click while it was closing found it open, and had no effect.
            if self._is_wanted_again or time.monotonic() - self._requested_at < CLOSING_S:
                self._requested_at = float("-inf")
                self._start()


def _place_arguments(place: WindowPlace | None) -> tuple[str, ...]:
    if place is None:
        return ()
    limit = () if place.limit_id is None else (f"--limit={place.limit_id}",)
    return (f"--page={place.page}", *limit)
