"""Carries out clicks in the tray's menu; a short notice says why a click did nothing. Runs on the loop."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from claudometer.domain.alerts.silence import MuteFor
from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.domain.events import WindowPage, WindowPlace
from claudometer.domain.snapshot import Problem, problem_of_error
from claudometer.present.menu_entries import Action

if TYPE_CHECKING:
    from claudometer.domain.clock import Clock
    from claudometer.engine.engine import Engine
    from claudometer.engine.updating import Updates
    from claudometer.processes.alerts import Alerts

log = logging.getLogger(__name__)

NOTICE_S = 60.0
"""How long the answer to a click is shown: long enough to open the menu again and read it."""

_PAGES = {
    Action.OPEN_WINDOW: WindowPage.USAGE,
    Action.OPEN_SETTINGS: WindowPage.SETTINGS,
    Action.OPEN_ALERTS: WindowPage.ALERTS,
}


class Clicks:
    """Carries out clicks. A click that did nothing leaves a notice, until that expires or a click succeeds.

    Args:
        log_folder: named in the notice of an unexpected error.
        alerts: mutes alerts; ``None`` in a program that has none.
    """

    def __init__(
        self,
        engine: Engine,
        updates: Updates | None,
        clock: Clock,
        *,
        log_folder: str,
        alerts: Alerts | None = None,
    ) -> None:
        self._engine = engine
        self._updates = updates
        self._clock = clock
        self._log_folder = log_folder
        self._alerts = alerts
        self._clicks = 0
        self._shown_by = 0  # the number of the click that the notice is about
        self._shown: Problem | None = None
        self._timer: asyncio.TimerHandle | None = None

    async def carry_out(self, action: Action, value: str | None) -> None:
        """Do what was clicked.

        Args:
            value: depends on the action: the id of an organization; the limit that the window shows;
                a value of ``MuteFor``; the ids of the limits to mute, separated by spaces; account and limit
                to unmute, separated by a space.
        """
        self._clicks += 1
        number = self._clicks
        try:
            problem = await self._do(action, value)
        except ClaudometerError as error:
            log.info("a click on %s was refused: %s", action.value, error.code)
            problem = problem_of_error(error)
        except Exception:  # barrier
            log.exception("a click on %s failed", action.value)
            problem = Problem(ErrorCode.CLICK_FAILED, facts=(("folder", self._log_folder),))
        # A click that took long and succeeded leaves the notice of a later one.
        if problem is not None or number > self._shown_by:
            self._shown_by = number
            self._show(problem)

    async def _do(self, action: Action, value: str | None) -> Problem | None:
        """Do it, and return why it did nothing; ``None`` if it did what the menu says."""
        match action:
            case Action.REFRESH:
                return await self._refresh()
            case Action.ORGANIZATION:
                await self._engine.save({"organization_id": value})
            case Action.OPEN_WINDOW | Action.OPEN_SETTINGS | Action.OPEN_ALERTS:
                self._engine.request_window(WindowPlace(_PAGES[action], value))
            case Action.MUTE | Action.MUTE_LIMITS | Action.UNMUTE_LIMIT:
                await self._mute(action, value or "")
            case Action.CHECK_UPDATES:
                if self._updates is not None:
                    self._updates.ask_from_tray()
            case Action.QUIT:
                self._engine.request_quit()
        return None

    async def _mute(self, action: Action, value: str) -> None:
        if self._alerts is None:
            return
        if action is Action.MUTE:
            await self._alerts.mute(MuteFor(value))
        elif action is Action.UNMUTE_LIMIT:
            # From the right: of the two, only the id of a limit is known to have no space.
            account, _, limit = value.rpartition(" ")
            await self._alerts.unmute_limit((account, limit))
        else:
            await self._alerts.mute_limits(value.split(" "))

    async def _refresh(self) -> Problem | None:
        answer = await self._engine.refresh()
        if answer.accepted:
            return None
        facts = (("browser", "yes"),) if answer.browser else ()
        return Problem(ErrorCode.REFRESH_LATER, until=answer.until, facts=facts)

    def _show(self, problem: Problem | None) -> None:
        self._take_back()
        if problem is not None:
            self._shown = problem
            self._engine.notice(problem, present=True)
            self._timer = asyncio.get_running_loop().call_later(self._shown_s(problem), self._take_back)

    def _shown_s(self, problem: Problem) -> float:
        """Return how long to show the notice, in seconds: "next refresh at 12:40" is wrong at 12:40."""
        if problem.until is None:
            return NOTICE_S
        return max(0.0, min(NOTICE_S, (problem.until - self._clock.now()).total_seconds()))

    def _take_back(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._shown is not None:
            self._engine.notice(self._shown, present=False)
        self._shown = self._timer = None
