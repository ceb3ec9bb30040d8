"""Reacts to whether the desktop shows the tray icon. Runs on the loop."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from claudometer.domain.errors import ErrorCode
from claudometer.domain.settings import WithoutTray
from claudometer.domain.snapshot import Problem
from claudometer.domain.tray_state import TrayState
from claudometer.present.messages import start
from claudometer.system.off_loop import off_loop
from claudometer.system.streams import tell_terminal
from claudometer.system.tray_pieces import command_for, find_missing, find_piece
from claudometer.system.typed_command import restart_command

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from claudometer.engine.engine import Engine

    Facts = tuple[tuple[str, str], ...]

UNNAMED_PANEL = "The panel"

log = logging.getLogger(__name__)


class TrayHost:
    """Shows a notice while no panel shows the icon, and opens the window where there is a reason.

    The reasons, once in a run: at the start, no panel shows the icon; or at any time, a panel does not take
    it, as one that drops it after some seconds, when the start had found it in the tray. A panel that
    disappears later is restarting, or the user is logging out: that opens no window.

    Users who chose to run without a tray get neither notice nor window. A terminal that waits for the program
    gets one line, which says where the program is.

    Args:
        engine: returns the engine as soon as it is ready.
    """

    def __init__(self, engine: Callable[[], Awaitable[Engine]], *, demo: bool) -> None:
        self._engine = engine
        self._demo = demo
        self._state: TrayState | None = None
        self._has_reacted = self._has_opened = False

    async def note(self, state: TrayState) -> None:
        """React to a report of the tray. Of several while the engine starts, only the last one counts."""
        self._state = state
        shown = state is TrayState.SHOWN
        if not shown:
            log.info("the icon is shown nowhere: %s", state.value)
        found = () if shown else await self._find_facts(state)
        engine = await self._engine()
        if state is not self._state:
            return  # a later report, made while the engine started, says otherwise
        is_first, self._has_reacted = not self._has_reacted, True
        is_known = engine.settings.without_tray is WithoutTray.BACKGROUND
        engine.notice(Problem(ErrorCode.TRAY_HOST_MISSING, facts=found), present=not shown and not is_known)
        if is_first:
            tell_terminal(start.IN_TRAY if shown else start.IN_BACKGROUND if is_known else start.IN_WINDOW)
        is_reason = state is TrayState.NOT_TAKEN or (is_first and not shown)
        if is_reason and not is_known and not self._has_opened:
            self._has_opened = True
            engine.request_window()

    async def _find_facts(self, state: TrayState) -> Facts:
        """Return the reason, and the command that helps."""
        return await (_find_refusal(demo=self._demo) if state is TrayState.NOT_TAKEN else _find_missing())


async def _find_refusal(*, demo: bool) -> Facts:
    """Return which panel does not take the icon, as far as the bus tells, and how to start again."""
    from claudometer.ui.tray.services import find_tray  # noqa: PLC0415 - needs PyGObject

    try:
        host = await off_loop(find_tray)
    except OSError:  # the bus is gone or does not answer
        host = None
    command = ("command", restart_command(demo=demo))
    # Without a name: a panel that takes icons only the old way (XEmbed) is not on the bus.
    return (("reason", TrayState.NOT_TAKEN.value), ("host", host or UNNAMED_PANEL), command)


async def _find_missing() -> Facts:
    """Return the piece that this desktop lacks, and the command that provides it."""
    try:
        piece, command = await off_loop(find_missing)
    except OSError:  # a drive that does not respond: say what most users of this desktop need
        piece = find_piece(has_bus=True)
        command = command_for(piece, lambda _program: None)
    return (("reason", piece.value), *(() if command is None else (("command", command),)))
