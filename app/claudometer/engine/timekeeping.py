"""Notices that the computer slept or that its clock was set, and shows how wrong the clock is."""

from __future__ import annotations

import logging
import math
from dataclasses import replace
from typing import TYPE_CHECKING

from claudometer.domain.clock import ClockReading, Lapse
from claudometer.domain.errors import ErrorCode
from claudometer.domain.policy import FOUND_WITHOUT_REQUEST, Cause, Paused, Poll
from claudometer.domain.snapshot import Problem

if TYPE_CHECKING:
    from claudometer.domain.clock import Clock
    from claudometer.engine.bus import SnapshotStore
    from claudometer.engine.schedule import PollSchedule

log = logging.getLogger(__name__)

WAKE_DELAY_S = 3.0
"""After waking up, a computer needs a moment until its network is back."""

ONE_LAPSE_S = 60.0
"""The system's signal and our clocks report the same sleep, and a clock may be set several times in a row:
one poll is enough for all of it."""

STEADY_S = 2
"""A clock skew that moves by less has not changed."""


class Timekeeper:
    """Compares the clocks regularly. Whatever happened to them, at most one poll a minute follows."""

    def __init__(self, clock: Clock, *, snapshots: SnapshotStore, schedule: PollSchedule) -> None:
        self._clock = clock
        self._snapshots = snapshots
        self._schedule = schedule
        self._seen = ClockReading.at(clock)
        self._lapsed_s = -math.inf

    def look(self) -> None:
        """Compare the clocks with the last look."""
        before, self._seen = self._seen, ClockReading.at(self._clock)
        lapse = self._seen.lapse_since(before)
        if self._show_skew() or lapse is not None:
            self._restate_plan()
        match lapse:
            case Lapse.SLEEP:
                self._react(Cause.WAKE)
            case Lapse.JUMP:
                self._react(Cause.CLOCK)
            case None:
                pass

    def woke(self) -> None:
        """React to the system's signal that it woke up."""
        self.look()
        self._react(Cause.WAKE)

    def _react(self, cause: Cause) -> None:
        self._snapshots.announce()  # what is shown has aged, and its windows may have ended
        now_s = self._clock.boottime()
        if now_s - self._lapsed_s < ONE_LAPSE_S:
            return
        self._lapsed_s = now_s
        planned = self._snapshots.snapshot.next_poll
        # Polling is paused until the user acts, and a sleep is no act. What is found without a request may
        # have changed.
        if isinstance(planned, Paused) and planned.code not in FOUND_WITHOUT_REQUEST:
            return
        log.info("%s; polling in %.0f s", _WORDS[cause], WAKE_DELAY_S)
        self._schedule.want_later(cause, WAKE_DELAY_S)

    def _show_skew(self) -> bool:
        """Show how wrong the clock is, and return whether that has changed."""
        snapshot = self._snapshots.snapshot
        shown_s, skew_s = snapshot.clock_skew_s, round(self._clock.skew_s)
        # The skew of each answer differs by the time that it traveled, and each change is a line in the
        # log.
        has_changed = abs(skew_s - shown_s) >= STEADY_S or (not skew_s and bool(shown_s))
        if has_changed:
            shown_s = skew_s
            log.warning("this computer's clock is behind Claude's by %d s", skew_s)
        notice = Problem(ErrorCode.CLOCK_WRONG, facts=(("behind_s", str(shown_s)),))
        others = tuple(other for other in snapshot.notices if other.code is not ErrorCode.CLOCK_WRONG)
        self._snapshots.change(clock_skew_s=shown_s, notices=(*others, notice) if skew_s else others)
        return has_changed

    def _restate_plan(self) -> None:
        """Show the times ahead by the clock as it is now."""
        planned, problem = self._snapshots.snapshot.next_poll, self._snapshots.snapshot.problem
        if not isinstance(planned, Poll):
            return
        plan = self._schedule.restated(planned)
        # The message names the same moment as the plan and must not contradict it.
        if problem is not None and problem.until is not None:
            problem = replace(problem, until=plan.at)
        self._snapshots.change(next_poll=plan, problem=problem)


_WORDS = {Cause.WAKE: "the computer was asleep", Cause.CLOCK: "the clock was set"}
