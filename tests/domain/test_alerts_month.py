"""The alerts of a month with everything in it: each once, and none false."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from claudometer.domain.alerts.codec import memory_from_json, memory_to_json
from claudometer.domain.alerts.due import find_due
from claudometer.domain.alerts.model import AlertKind, Memory, Rules
from tests.months import Month, live_through
from tests.readings import snapshot

if TYPE_CHECKING:
    from datetime import datetime

    from claudometer.domain.usage import Limit, Reading

HEAVIER = 6.0
"""Times the usual use: every limit is full now and then, also the session that a granted reset sets back."""


class Truth:
    """What is due by the true windows of the account. Knows nothing of the program's rules for resets."""

    def __init__(self, month: Month) -> None:
        self._month = month
        self._told: dict[tuple[str, int], int] = {}
        self._fullest: dict[tuple[str, int], tuple[float, datetime]] = {}
        self._serials = dict(month.serials)
        self._answers: dict[str, int] = {}
        self._plan = month.plan
        self._new_plan: set[str] = set()

    def due(self, reading: Reading) -> set[tuple[str, AlertKind, int | None]]:
        found: set[tuple[str, AlertKind, int | None]] = set()
        if self._month.plan != self._plan:
            self._plan = self._month.plan
            self._new_plan |= {limit for limit, n in self._month.serials.items() if n != self._serials[limit]}
        for limit in reading.limits:
            now, serial = reading.fetched_at, self._month.serials[limit.id]
            if limit.resets_at is not None and limit.resets_at <= now:
                continue  # late: it is over, and the server still says the old number
            found |= self._resets(limit, serial, now)
            crossed = max((each for each in (75, 90, 100) if (limit.percent or 0) >= each), default=0)
            if crossed > self._told.get((limit.id, serial), 0):
                self._told[limit.id, serial] = crossed
                found.add((limit.id, AlertKind.THRESHOLD, crossed))
        return found

    def _resets(self, limit: Limit, serial: int, now: datetime) -> set[tuple[str, AlertKind, int | None]]:
        if serial != self._serials[limit.id]:
            self._answers[limit.id] = self._answers.get(limit.id, 0) + 1
            before = self._fullest.get((limit.id, self._serials[limit.id]))
            is_early = before is not None and before[1] > now + timedelta(minutes=1)
            if is_early and self._answers[limit.id] < 2:
                return set()  # a second answer has to say so
            self._serials[limit.id], self._answers[limit.id] = serial, 0
            if limit.id in self._new_plan:
                self._new_plan.discard(limit.id)
                return set()
            length = timedelta(seconds=limit.window_s or 0)
            if before is not None and before[0] >= 90 and now - before[1] <= length / 2:
                return {(limit.id, AlertKind.RESET, None)}
            return set()
        fullest = self._fullest.get((limit.id, serial), (0.0, now))[0]
        if limit.resets_at is not None:
            self._fullest[limit.id, serial] = (max(fullest, limit.percent or 0.0), limit.resets_at)
        return set()


def test_every_alert_of_a_month_is_due_and_given_once_with_a_restart_before_each_reading() -> None:
    month = Month(HEAVIER)
    truth = Truth(month)
    memory = Memory()
    told: list[tuple[str, AlertKind, int | None]] = []
    for reading in live_through(month):
        memory = memory_from_json(json.loads(json.dumps(memory_to_json(memory))))
        memory, alerts = find_due(memory, snapshot(reading), reading.fetched_at, Rules())
        due = {(each.subject, each.kind, each.threshold) for each in alerts}
        assert due == truth.due(reading), reading.fetched_at
        assert len(due) == len(alerts)
        told += due
    assert told.count(("session", AlertKind.RESET, None)) > 20
    assert told.count(("weekly", AlertKind.THRESHOLD, 75)) > 2
    assert {kind for _, kind, _ in told} == {AlertKind.THRESHOLD, AlertKind.RESET}
