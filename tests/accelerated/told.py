"""Compares the alerts, and the list of resets, with what truly happened to the account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from claudometer.domain.alerts.model import AlertKind, Rules
from claudometer.domain.events import AlertsChanged
from claudometer.domain.history import ResetCause
from claudometer.domain.resets import WATCHED_WITHIN
from claudometer.store.history import History
from tests.accelerated.account import HOUR_S

if TYPE_CHECKING:
    from collections.abc import Iterator

    from claudometer.domain.alerts.past_alerts import AlertRecord
    from claudometer.domain.history import Reset
    from tests.accelerated.account import Window
    from tests.accelerated.endpoint import Served, ServedLimit
    from tests.accelerated.machine import Machine

CLOSE = 90.0
"""Who came this close to a limit is told of its reset."""

SOON_S = 30.0
"""An alert comes this soon after the response that it is about, in seconds."""

EARLY_CAUSES = {ResetCause.EARLY, ResetCause.GRANTED, ResetCause.SERVER_WIDE}


@dataclass(frozen=True, slots=True)
class Change:
    """A window that two responses in a row show to be over. ``after`` may have no window."""

    limit_id: str
    before: Served
    after: Served

    @property
    def old(self) -> ServedLimit:
        return self.before.limits[self.limit_id]

    @property
    def new(self) -> ServedLimit:
        return self.after.limits[self.limit_id]

    @property
    def is_early(self) -> bool:
        window = self.old.window
        return window is not None and window.ends_s < window.planned_s and self.after.at_s < window.planned_s


class Told:
    """Collects the alerts of a machine over all its runs."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self.alerts: dict[tuple[object, ...], tuple[float, AlertRecord]] = {}
        machine.bus.subscribe(AlertsChanged, self._take)

    def _take(self, _event: object) -> None:
        assert self._machine.alerts is not None
        for each in self._machine.alerts.records:
            # Whole seconds: that is what a restart reads back.
            key = (each.kind, each.subject, int(each.at.timestamp()), each.threshold)
            self.alerts.setdefault(key, (self._machine.time.elapsed_s, each))

    def of(self, kind: AlertKind) -> list[tuple[float, AlertRecord]]:
        """Return the alerts of a kind, each with the true second at which it was told."""
        return [(at_s, each) for at_s, each in self.alerts.values() if each.kind == kind.value]

    def threshold_faults(self) -> list[str]:
        """Return a line for each threshold that was told twice, falsely, or never."""
        told: set[tuple[str, int, int]] = set()
        faults = []
        for at_s, alert in self.of(AlertKind.THRESHOLD):
            served = self._served_before(at_s, alert.subject)
            window, threshold = served.window, alert.threshold or 0
            if window is None or served.percent < threshold:
                faults.append(f"{at_s:.0f} {alert.title}: {served.percent} was served")
                continue
            key = (alert.subject, window.serial, threshold)
            if any(each[:2] == key[:2] and each[2] >= threshold for each in told):
                faults.append(f"{at_s:.0f} {alert.title}: told before in this window")
            told.add(key)
        for limit_id, serial, threshold in sorted(self._crossed()):
            if not any(each[:2] == (limit_id, serial) and each[2] >= threshold for each in told):
                faults.append(f"{limit_id}: {threshold} % of window {serial} was never told")
        return faults

    def reset_alert_faults(self) -> list[str]:
        """Return a line for each reset that was told falsely, twice, or never although it was near."""
        faults, told = [], set()
        for at_s, alert in self.of(AlertKind.RESET):
            change = self._last_change(at_s, alert.subject)
            window = change.old.window if change else None
            if window is None or self._fullest(alert.subject, window) < CLOSE:
                faults.append(f"{at_s:.0f} {alert.title}: no reset after {CLOSE:.0f} %")
            elif (alert.subject, window.serial) in told:
                faults.append(f"{at_s:.0f} {alert.title}: told twice")
            else:
                told.add((alert.subject, window.serial))
        for change in self.changes():
            window = change.old.window
            if window is None or self._fullest(change.limit_id, window) < CLOSE:
                continue
            is_news = change.after.at_s - window.ends_s < HOUR_S
            if is_news and (change.limit_id, window.serial) not in told:
                faults.append(f"{change.limit_id}: the reset of window {window.serial} was never told")
        return faults

    def reset_faults(self) -> list[str]:
        """Compare the kept resets with the changes of windows; return a line for each difference."""
        assert self._machine.history_file is not None
        history = History(self._machine.history_file)
        try:
            kept = [(each.series.key.limit_id, each.reset) for each in history.resets()]
        finally:
            history.close()
        faults = []
        for change in self.changes():
            found = [pair for pair in kept if pair[0] == change.limit_id and self._is_of(pair[1], change)]
            if len(found) != 1:
                faults.append(f"{change.limit_id}: {len(found)} resets are kept for {_words(change)}")
                continue
            kept.remove(found[0])
            if not _is_right(found[0][1], change):
                faults.append(f"{change.limit_id}: {found[0][1]} is kept for {_words(change)}")
        return faults + [f"{limit_id}: {reset} never happened" for limit_id, reset in kept]

    def changes(self) -> Iterator[Change]:
        """Return each window that a response shows to be over, by the response before it."""
        before: dict[str, Served] = {}
        for served in self._machine.endpoint.served:
            for limit_id, now in served.limits.items():
                last = before.get(limit_id)
                if last is not None and (old := last.limits[limit_id].window) not in (None, now.window):
                    assert old is not None
                    yield Change(limit_id, last, served)
                before[limit_id] = served

    def _is_of(self, reset: Reset, change: Change) -> bool:
        return abs((reset.seen_after - self._machine.time.truth(change.after.at_s)).total_seconds()) < SOON_S

    def _served_before(self, at_s: float, limit_id: str) -> ServedLimit:
        served = [
            each for each in self._machine.endpoint.served if each.at_s <= at_s and limit_id in each.limits
        ]
        return served[-1].limits[limit_id]

    def _last_change(self, at_s: float, limit_id: str) -> Change | None:
        known = [each for each in self.changes() if each.limit_id == limit_id and each.after.at_s <= at_s]
        return known[-1] if known else None

    def _fullest(self, limit_id: str, window: Window) -> float:
        responses = (each.limits.get(limit_id) for each in self._machine.endpoint.served)
        return max(each.percent for each in responses if each is not None and each.window is window)

    def _crossed(self) -> set[tuple[str, int, int]]:
        """Return the thresholds that a response had passed: limit, serial of its window, percent."""
        return {
            (limit_id, limit.window.serial, threshold)
            for served in self._machine.endpoint.served
            for limit_id, limit in served.limits.items()
            if limit.window is not None
            for threshold in Rules().thresholds
            if limit.percent >= threshold
        }


def _is_right(reset: Reset, change: Change) -> bool:
    """Return whether a kept reset has the cause and the percents of what happened."""
    if (reset.percent_before, reset.percent_after) != (change.old.percent, change.new.percent):
        return False
    if not change.old.named:
        return reset.cause is ResetCause.UNKNOWN
    if change.is_early:
        return reset.cause in EARLY_CAUSES
    window = change.old.window
    assert window is not None
    is_watched = change.after.at_s - window.planned_s < WATCHED_WITHIN.total_seconds()
    return reset.cause is (ResetCause.ON_TIME if is_watched else ResetCause.UNKNOWN)


def _words(change: Change) -> str:
    window = change.old.window
    ends = None if window is None else (window.serial, window.ends_s, window.planned_s)
    return f"{change.old.percent} → {change.new.percent} at {change.after.at_s:.0f} s, window {ends}"
