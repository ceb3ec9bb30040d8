"""Notices that the machine slept or its clock was set, and says how wrong the clock is. Sends nothing."""

from __future__ import annotations

import logging
import math
from dataclasses import replace
from typing import TYPE_CHECKING

from claudometer.domain.clock import Lapse, Look
from claudometer.domain.errors import ErrorCode
from claudometer.domain.policy import FOUND_BY_LOOKING, Cause, Paused, Poll
from claudometer.domain.snapshot import Problem

if TYPE_CHECKING:
    from claudometer.domain.clock import Clock
    from claudometer.engine.alarm import Alarm
    from claudometer.engine.board import Board

log = logging.getLogger(__name__)

WAKE_DELAY_S = 3.0
"""A machine that wakes needs a moment until its network is there."""

ONE_LAPSE_S = 60.0
"""The system's signal and our own clocks tell of the same sleep, and a clock may be set several times in a
row: one poll answers all of it."""

STEADY_S = 2
"""A deviation that moves by less is the same one."""


class Timekeeper:
    """Looks at the clocks again and again; whatever they did, at most one poll a minute follows."""

    def __init__(self, clock: Clock, *, board: Board, alarm: Alarm) -> None:
        self._clock = clock
        self._board = board
        self._alarm = alarm
        self._seen = Look.at(clock)
        self._lapsed_s = -math.inf

    def look(self) -> None:
        """Compare the clocks with the last look."""
        before, self._seen = self._seen, Look.at(self._clock)
        lapse = self._seen.lapse_since(before)
        if self._say_deviation() or lapse is not None:
            self._restate_plan()
        match lapse:
            case Lapse.SLEEP:
                self._answer(Cause.WAKE)
            case Lapse.JUMP:
                self._answer(Cause.CLOCK)
            case None:
                pass

    def woke(self) -> None:
        """Take the system's word that it woke up."""
        self.look()
        self._answer(Cause.WAKE)

    def _answer(self, cause: Cause) -> None:
        self._board.announce()  # what is shown is older than it was, and may be over
        now_s = self._clock.boottime()
        if now_s - self._lapsed_s < ONE_LAPSE_S:
            return
        self._lapsed_s = now_s
        planned = self._board.snapshot.next_poll
        if isinstance(planned, Paused) and planned.code not in FOUND_BY_LOOKING:
            return
        log.info("%s; asking in %.0f s", _WORDS[cause], WAKE_DELAY_S)
        self._alarm.owe(cause, WAKE_DELAY_S)

    def _say_deviation(self) -> bool:
        """Show how wrong the clock is, and tell whether that is news."""
        shown_s, behind_s = self._board.snapshot.clock_behind_s, round(self._clock.behind_s)
        others = tuple(one for one in self._board.snapshot.notices if one.code is not ErrorCode.CLOCK_WRONG)
        is_news = abs(behind_s - shown_s) >= STEADY_S or (not behind_s and bool(shown_s))
        notice = Problem(ErrorCode.CLOCK_WRONG, facts=(("behind_s", str(behind_s if is_news else shown_s)),))
        self._board.change(
            clock_behind_s=behind_s if is_news else shown_s,
            notices=(*others, notice) if behind_s else others,
        )
        if is_news:
            log.warning("this computer's clock is behind Claude's by %d s", behind_s)
        return is_news

    def _restate_plan(self) -> None:
        """Put the times ahead in terms of the clock as it is now."""
        planned, problem = self._board.snapshot.next_poll, self._board.snapshot.problem
        if not isinstance(planned, Poll):
            return
        plan = self._alarm.restated(planned)
        if problem is not None and problem.until is not None:
            problem = replace(problem, until=plan.at)
        self._board.change(next_poll=plan, problem=problem)


_WORDS = {Cause.WAKE: "the machine was asleep", Cause.CLOCK: "the clock was set"}
