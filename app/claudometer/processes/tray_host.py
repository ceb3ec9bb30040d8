"""Reacts to whether the desktop shows the tray icon. Runs on the loop."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from claudometer.domain.errors import ErrorCode
from claudometer.domain.settings import WithoutTray
from claudometer.domain.snapshot import Problem
from claudometer.present.messages import start
from claudometer.system.off_loop import off_loop
from claudometer.system.streams import tell_terminal
from claudometer.system.tray_pieces import command_for, find_missing, find_piece

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from claudometer.engine.engine import Engine

log = logging.getLogger(__name__)


class TrayHost:
    """Shows a notice while no panel shows the icon; if that is so at the start, also opens the window.

    Users who chose to run without a tray get neither. A terminal that waits for the program gets one line,
    which says where the program is.

    A panel that disappears later is restarting, or the user is logging out: no reason to open a window.

    Args:
        engine: returns the engine as soon as it is ready.
    """

    def __init__(self, engine: Callable[[], Awaitable[Engine]]) -> None:
        self._engine = engine
        self._shown: bool | None = None
        self._has_reacted = False

    async def note(self, *, shown: bool) -> None:
        """React to a report of the tray. Of several while the engine starts, only the last one counts."""
        self._shown = shown
        if not shown:
            log.info("no StatusNotifier host: the icon is shown nowhere")
        problem = Problem(ErrorCode.TRAY_HOST_MISSING) if shown else await _find_problem()
        engine = await self._engine()
        if shown is not self._shown:
            return  # a later report, made while the engine started, says otherwise
        is_first, self._has_reacted = not self._has_reacted, True
        is_known = engine.settings.without_tray is WithoutTray.BACKGROUND
        engine.notice(problem, present=not shown and not is_known)
        if is_first:
            tell_terminal(start.IN_TRAY if shown else start.IN_BACKGROUND if is_known else start.IN_WINDOW)
        if is_first and not shown and not is_known:
            engine.request_window()


async def _find_problem() -> Problem:
    """Return the notice, with the piece that this desktop lacks and the command that provides it."""
    try:
        piece, command = await off_loop(find_missing)
    except OSError:  # a drive that does not respond: say what most users of this desktop need
        piece = find_piece(has_bus=True)
        command = command_for(piece, lambda _program: None)
    facts = (("reason", piece.value), *(() if command is None else (("command", command),)))
    return Problem(ErrorCode.TRAY_HOST_MISSING, facts=facts)
