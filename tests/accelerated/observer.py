"""Compares what the card, the icon, the menu and the report show with the account's true data."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from claudometer.domain.events import SnapshotChanged
from claudometer.domain.freshness import PLAN_GRACE, TRUST_FOR
from claudometer.domain.next_poll import Paused, Poll
from claudometer.domain.outcome import Status
from claudometer.domain.region import UTC_REGION
from claudometer.domain.token_bucket import MAX_BLOCK_S
from claudometer.domain.usage import same_window
from claudometer.present.card import card_for
from claudometer.present.derivation import view_of
from claudometer.present.formatters import whole_percent
from claudometer.present.icon import icon_for
from claudometer.present.levels import Thresholds
from claudometer.present.menu import menu_for
from claudometer.present.report import report_for

if TYPE_CHECKING:
    from datetime import datetime

    from claudometer.control.wire.page import Card, CardLimit
    from claudometer.domain.snapshot import Snapshot
    from claudometer.domain.usage import Limit, Reading
    from claudometer.present.menu_entries import Entry
    from claudometer.present.view import AccountView
    from tests.accelerated.account import Window
    from tests.accelerated.endpoint import Served, ServedLimit
    from tests.accelerated.machine import Machine

LOOK_EVERY_S = 60.0
NAMED_END_S = 8.0
"""How far a reported reset time may be from the actual end of the window, in seconds; jitter is 2 s."""

WAKING_S = 10.0
"""How long after a suspend a plan from before it may be shown, in seconds."""

THRESHOLDS = Thresholds()


@dataclass(slots=True)
class _Anchor:
    """The latest reset time of a limit, and the window to which it belongs."""

    resets_at: datetime
    window: Window


@dataclass(slots=True)
class Seen:
    """The observer's results.

    Attributes:
        faults: a line for each time at which a surface showed something wrong.
        resets: by limit, the number of resets that can be detected from the readings.
        blocked_s: seconds during which the surfaces showed a rate limit.
        reachable_s: seconds during which a request would have succeeded but for the rate limit.
        dark_s: seconds of those without a current number; ``longest_dark_s`` is the longest such period.
    """

    faults: list[str] = field(default_factory=list)
    resets: dict[str, int] = field(default_factory=dict)
    looks: int = 0
    readings: int = 0
    blocked_s: float = 0.0
    reachable_s: float = 0.0
    dark_s: float = 0.0
    longest_dark_s: float = 0.0


class Observer:
    """Checks every published snapshot, and all surfaces once a minute."""

    def __init__(self, machine: Machine) -> None:
        self.seen = Seen()
        self._machine = machine
        self._time = machine.time
        self._snapshot: Snapshot | None = None
        self._anchors: dict[str, _Anchor] = {}
        self._served: dict[datetime, Served] = {}
        self._late = self._idle = 0
        self._dark_s = 0.0
        machine.bus.subscribe(SnapshotChanged, self._take)

    def _fault(self, words: str) -> None:
        self.seen.faults.append(f"{self._time.truth():%d %b %H:%M:%S} {words}")

    def _take(self, event: SnapshotChanged) -> None:
        self._snapshot = event.snapshot
        reading, plan = event.snapshot.reading, event.snapshot.next_poll
        if reading is not None and reading.fetched_at not in self._served:
            self._served[reading.fetched_at] = self._machine.endpoint.served[-1]
            self._count_resets(reading)
        if isinstance(plan, Poll) and not event.snapshot.refreshing:
            self._check_plan(plan)
        if isinstance(plan, Paused):
            self._check_pause(event.snapshot)
        self._check_surfaces(event.snapshot)

    def _count_resets(self, reading: Reading) -> None:
        self.seen.readings += 1
        served = self._served[reading.fetched_at]
        for limit in reading.limits:
            window = served.limits[limit.id].window
            if limit.resets_at is None or limit.window_s is None or window is None:
                continue
            anchor = self._anchors.get(limit.id)
            if anchor is not None:
                detected = not same_window(anchor.resets_at, limit.resets_at, limit.window_s)
                self.seen.resets[limit.id] = self.seen.resets.get(limit.id, 0) + detected
                if detected != _is_detectable(anchor.window, window, limit.window_s):
                    self._fault(f"{limit.id}: reset detected: {detected}, from {anchor.window} to {window}")
            self._anchors[limit.id] = _Anchor(limit.resets_at, window)

    def _check_plan(self, plan: Poll) -> None:
        delay_s = (plan.at - self._machine.clock.now()).total_seconds()
        if self._time.since_wake_s < WAKING_S:
            delay_s = max(0.0, delay_s)  # its time passed during the suspend; the poll is still due
        if not -1 <= delay_s <= max(MAX_BLOCK_S, 1.1 * (self._machine.interval_s or 0)) + 1:
            self._fault(f"the next poll is {delay_s:.0f} s away: {plan.reason}")

    def _check_pause(self, snapshot: Snapshot) -> None:
        """Polling may pause only for a login that is expired, at least by a clock that is ahead."""
        believed_s = self._time.elapsed_s + max(0.0, self._time.wrong_s)
        if not snapshot.refreshing and believed_s < self._machine.token_ends_s - 1:
            self._fault(f"paused without a cause: {snapshot.next_poll}")

    def glance(self) -> None:
        """Check every surface now."""
        if self._snapshot is not None:
            self._check_surfaces(self._snapshot)

    def look(self) -> None:
        """Check every surface and add to the measurements; to be called once a minute."""
        snapshot = self._snapshot
        if snapshot is None:
            return
        self.seen.looks += 1
        self._check_punctual(snapshot)
        live = self._check_surfaces(snapshot)
        self._measure(snapshot, live=live)

    def _check_punctual(self, snapshot: Snapshot) -> None:
        """Report a poll that is late, or a pause without a cause, if it lasts for two checks in a row."""
        plan = snapshot.next_poll
        late = isinstance(plan, Poll) and self._machine.clock.now() > plan.at + PLAN_GRACE
        believed_s = self._time.elapsed_s + max(0.0, self._time.wrong_s)
        idle = isinstance(plan, Paused) and believed_s < self._machine.token_ends_s
        self._late, self._idle = (self._late + 1 if late else 0), (self._idle + 1 if idle else 0)
        if self._late == 2 or self._idle == 2:
            self._fault(f"polling does not continue: {plan}")

    def _measure(self, snapshot: Snapshot, *, live: bool) -> None:
        seen, now = self.seen, self._time.elapsed_s
        if snapshot.status is Status.RATE_LIMITED:
            seen.blocked_s += LOOK_EVERY_S
        if self._machine.endpoint.fault_at(now) is None and self._machine.has_login(now):
            seen.reachable_s += LOOK_EVERY_S
            self._dark_s = 0.0 if live else self._dark_s + LOOK_EVERY_S
            seen.dark_s += 0.0 if live else LOOK_EVERY_S
            seen.longest_dark_s = max(seen.longest_dark_s, self._dark_s)

    def _check_surfaces(self, snapshot: Snapshot) -> bool:
        """Compare card, icon, menu and report with the true data. Return whether any number is current."""
        now = self._machine.clock.now()
        shown = view_of(snapshot, now, UTC_REGION, THRESHOLDS)
        card = card_for(shown)
        current = [row for row in card["limits"] if not row["stale"]]
        live = [row for row in current if row["percent"] is not None]
        if snapshot.reading is not None:
            served = self._served[snapshot.reading.fetched_at]
            self._check_rows(snapshot.reading, served, current)
        self._check_icon(shown, {whole_percent(row["percent"]) for row in live if row["percent"] is not None})
        self._check_words(shown, card)
        return bool(live)

    def _check_rows(self, reading: Reading, served: Served, current: list[CardLimit]) -> None:
        if not current:
            return
        wrong_then_s = (reading.fetched_at - self._time.truth(served.at_s)).total_seconds()
        age_s = self._time.elapsed_s - served.at_s
        if age_s > TRUST_FOR.total_seconds() + abs(self._time.wrong_s - wrong_then_s) + 1:
            self._fault(f"numbers of {timedelta(seconds=age_s)} ago are shown as current")
        for limit, row in zip(reading.limits, current, strict=True):
            self._check_row(limit, served.limits[limit.id], row)

    def _check_row(self, limit: Limit, served: ServedLimit, row: CardLimit) -> None:
        if row["percent"] not in (None, served.percent):
            self._fault(f"{row['percent']} is shown for {served.percent}")
        window, off_s = served.window, NAMED_END_S + abs(self._time.wrong_s)
        if window is None:
            return
        over_s = self._time.elapsed_s - window.ends_s
        if row["percent"] is None and over_s < -off_s:
            self._fault(f"{limit.id}: the number is held back {-over_s:.0f} s before the end")
        if limit.resets_at is None or window.ends_s < window.planned_s:
            off_s = TRUST_FOR.total_seconds() + abs(self._time.wrong_s)
        if row["percent"] is not None and over_s > off_s:
            self._fault(f"{limit.id}: {row['percent']} is shown {over_s:.0f} s after its window")

    def _check_icon(self, shown: AccountView, live: set[int]) -> None:
        icon = icon_for(shown)
        if icon.text.isdigit() and int(icon.text) not in live:
            self._fault(f"the icon shows {icon.text}, the card {live}")
        # The slightest use fills the arc as 1 % does.
        drawn = {arc.percent for arc in icon.arcs} - {None, 1}
        if not drawn <= live:
            self._fault(f"the icon's arcs show {drawn}, the card {live}")

    def _check_words(self, shown: AccountView, card: Card) -> None:
        report = report_for(shown)
        percents = [row["percent"] for row in card["limits"]]
        if [limit["percent"] for limit in report["limits"]] != percents:
            self._fault("the report shows other numbers than the card")
        json.dumps(report)
        rows = {row["id"]: row for row in card["limits"] if row["percent"] is not None}
        for entry in menu_for(shown):
            if entry.value in rows and _is_gray(entry) is not rows[entry.value]["stale"]:
                self._fault(f"the menu says {entry.text!r}, the card {rows[entry.value]}")


def _is_gray(entry: Entry) -> bool:
    return entry.picture is not None and entry.picture.level == "unknown"


def _is_detectable(before: Window, after: Window, window_s: int) -> bool:
    """Return whether the change of window shows in the reset times.

    An early reset in the first quarter of a window changes them too little, and shows only in the percent.
    """
    return before is not after and abs(after.planned_s - before.planned_s) >= window_s / 4
