"""Reacts to whether the desktop shows the tray icon. Runs on the loop."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from claudometer.domain.errors import ErrorCode
from claudometer.domain.snapshot import Problem

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from claudometer.engine.engine import Engine

log = logging.getLogger(__name__)


class TrayHost:
    """Shows a notice while no panel shows the icon; if there is no panel at the start, opens the window.

    A panel that disappears later is restarting, or the user is logging out: no reason to open a window.

    Args:
        engine: returns the engine as soon as it is ready.
    """

    def __init__(self, engine: Callable[[], Awaitable[Engine]]) -> None:
        self._engine = engine
        self._shown: bool | None = None

    async def note(self, *, shown: bool) -> None:
        """Note that the icon is shown, or that it is not."""
        # Set before waiting for the engine, so that only the first of several calls counts as the first.
        is_first, self._shown = self._shown is None, shown
        if not shown:
            log.warning("no StatusNotifier host: the icon is shown nowhere")
        engine = await self._engine()
        if shown is not self._shown:
            return  # a later call, made while the engine started, says otherwise
        engine.notice(Problem(ErrorCode.TRAY_HOST_MISSING), present=not shown)
        if is_first and not shown:
            engine.request_window()
