"""Decides which alerts are due, given what is seen now and what was told before. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from claudometer.domain.alerts.granted_resets import Number, after_number
from claudometer.domain.alerts.model import Alert, AlertKind, Memory, Rules
from claudometer.domain.alerts.windows import JITTER, find_window, kept, window_s_of
from claudometer.domain.errors import ErrorCode
from claudometer.domain.freshness import is_old, shown_percent
from claudometer.domain.outcome import Status
from claudometer.domain.plan import allowance_of, is_other_plan
from claudometer.domain.usage import Mode, origin_of

if TYPE_CHECKING:
    from claudometer.domain.alerts.model import ToldWindow
    from claudometer.domain.snapshot import Snapshot
    from claudometer.domain.usage import Limit, Reading

RESET_FROM = 90.0
"""From this percent on, the reset of a limit is worth an alert: the user may be waiting for it."""

FULL = 100.0

EARLY = timedelta(minutes=30)
"""A limit that becomes full less than this before its reset needs no forecast: the wait is short."""

ENDS_WITHIN = timedelta(days=3)
"""An alert about the end of a credit or of a key is due within this time before it."""

NEEDS_USER = frozenset(
    {
        ErrorCode.LOGIN_MISSING,
        ErrorCode.LOGIN_REJECTED,
        ErrorCode.LOGIN_REVOKED,
        ErrorCode.LOGIN_SCOPE_MISSING,
        ErrorCode.SESSION_KEY_REJECTED,
    }
)
"""Problems that only a new login or key solves. A resting login is none: Claude Code renews it with its
use."""


def find_due(
    memory: Memory, snapshot: Snapshot, now: datetime, rules: Rules
) -> tuple[Memory, tuple[Alert, ...]]:
    """Return what to remember, and the alerts that are due at ``now`` (aware UTC, by Claude's clock).

    In the returned memory, a due alert counts as told, whether or not it is shown. An alert of a kind or
    limit that is switched off is not due, but that a limit was nearly full is remembered. So the alert about
    its reset is right when it is switched on later.
    """
    seen = _Check(memory, snapshot, now, rules)
    seen.login()
    seen.key_end()
    if snapshot.reading is not None:
        seen.limits(snapshot.reading)
        seen.ends(snapshot.reading)
    return seen.result()


class _Check:
    """One check of a snapshot: collects what is due, and what to remember."""

    def __init__(
        self,
        memory: Memory,
        snapshot: Snapshot,
        now: datetime,
        rules: Rules,
    ) -> None:
        self._snapshot = snapshot
        self._now = now
        self._rules = rules
        self._full_at = _full_at(snapshot)
        self._windows = dict(memory.windows)
        self._logins = memory.logins
        self._ends = memory.ends
        self._alerts: list[Alert] = []

    def result(self) -> tuple[Memory, tuple[Alert, ...]]:
        return Memory(self._windows, self._logins, self._ends), tuple(self._alerts)

    def login(self) -> None:
        snapshot = self._snapshot
        account = snapshot.mode.value
        code = snapshot.problem.code if snapshot.problem else None
        if snapshot.status is Status.OK:
            self._logins -= {account}
        elif code in NEEDS_USER and account not in self._logins and snapshot.reading is not None:
            if not self._wants(AlertKind.LOGIN):
                return  # not noted, so it is due if the switch is turned on while the login still fails
            self._logins |= {account}
            self._alerts.append(
                Alert(AlertKind.LOGIN, account, self._now, ends_at=snapshot.reading.fetched_at)
            )

    def key_end(self) -> None:
        """Add the alert that the session key ends within days, if claude.ai has said when."""
        snapshot = self._snapshot
        ends_at, account = snapshot.key_ends_at, snapshot.mode.value
        is_refused = snapshot.problem is not None and snapshot.problem.code in NEEDS_USER
        if snapshot.mode is Mode.WEB and ends_at is not None and not is_refused:
            # Each response may move it a little. Within days of an end that was told, it is the same one.
            days = [date.fromisoformat(day) for owner, _, day in self._ends if owner == account]
            if all(abs(ends_at.date() - day) > ENDS_WITHIN for day in days):
                self._end(AlertKind.KEY_ENDS, account, "", ends_at)

    def limits(self, reading: Reading) -> None:
        account = str(reading.key)
        for limit in reading.limits:
            percent = shown_percent(limit, self._now)
            if percent is None or is_old(limit, self._snapshot, self._now):
                continue  # an old number may be another window's, and a window that is over is no news
            known = self._windows.get((account, limit.id), ())
            found = find_window(known, limit, self._now)
            if found is None:
                continue
            current, others = found
            seen = _Seen(account, limit, percent, origin_of(limit, reading).fetched_at)
            if current.doubted_at is not None and current.doubted_at < seen.fetched_at:
                current = replace(current, doubted_at=None)  # a newer number takes the early reset back
            current = self._after_fall(
                seen, current, allowance_of(reading.account.plan, reading.account.tier)
            )
            others = self._resets(seen, current, others)
            self._windows[account, limit.id] = kept(others, self._limit(seen, current))

    def ends(self, reading: Reading) -> None:
        """Add the alerts about credits that end within days."""
        account = str(reading.key)
        for credit in reading.credits:
            is_left = credit.percent is None or credit.percent < 100
            if credit.expires_at is not None and is_left:
                self._end(AlertKind.CREDIT_ENDS, account, credit.id, credit.expires_at)

    def _end(self, kind: AlertKind, account: str, subject: str, ends_at: datetime) -> None:
        told = (account, subject, ends_at.date().isoformat())
        if self._now < ends_at <= self._now + ENDS_WITHIN and told not in self._ends and self._wants(kind):
            self._ends |= {told}
            self._alerts.append(Alert(kind, account, self._now, subject, ends_at=ends_at))

    def _limit(self, seen: _Seen, window: ToldWindow) -> ToldWindow:
        """Add the alerts about the present window, and return it with these noted."""
        percent = seen.percent
        thresholds = self._rules.thresholds_of(seen.limit.id)
        crossed = max((each for each in thresholds if percent >= each), default=0)
        end = None if window.is_assumed else window.end
        told = Alert(AlertKind.THRESHOLD, seen.account, self._now, seen.limit.id, percent, crossed, end)
        if percent >= RESET_FROM and not window.was_close:
            window = replace(window, was_close=True)
        if crossed > window.told and self._wants(AlertKind.THRESHOLD, seen.limit):
            window = replace(window, told=crossed)
            self._alerts.append(told)
        full_at = self._full_at.get(seen.limit.id)
        if full_at is None or window.has_told_forecast or window.is_assumed or percent >= FULL:
            return window
        if full_at <= window.end - EARLY and self._wants(AlertKind.FORECAST, seen.limit):
            window = replace(window, has_told_forecast=True)
            self._alerts.append(replace(told, kind=AlertKind.FORECAST, threshold=None, ends_at=full_at))
        return window

    def _after_fall(self, seen: _Seen, window: ToldWindow, plan: str | None) -> ToldWindow:
        """Return the window after this number, and tell of a reset inside it that the number confirms."""
        after = after_number(window, Number(seen.percent, seen.fetched_at, plan), self._now)
        is_reset = after.since != window.since and window.fall is not None and not window.fall.is_other_plan
        # A login may name the new plan only after the numbers fell.
        is_reset = is_reset and not is_other_plan(window.plan, plan)
        if is_reset and window.was_close and not window.is_settled:
            self._reset(seen, window, after)
        return after

    def _resets(
        self, seen: _Seen, current: ToldWindow, others: tuple[ToldWindow, ...]
    ) -> tuple[ToldWindow, ...]:
        """Add the alert about the reset of an earlier window, and return the others with that settled."""
        return tuple(self._settled(seen, current, window) for window in others)

    def _settled(self, seen: _Seen, current: ToldWindow, before: ToldWindow) -> ToldWindow:
        if before.is_settled or not before.was_close or before.end >= current.end:
            return before
        if before.end > self._now + JITTER and (
            before.doubted_at is None or before.doubted_at >= seen.fetched_at
        ):
            # Earlier than promised: one answer that says so may be a mistake, so a second one has to.
            return replace(before, doubted_at=before.doubted_at or seen.fetched_at)
        length = timedelta(seconds=window_s_of(seen.limit))
        if self._now - before.end <= length / 2:
            self._reset(seen, before, current)
        return replace(before, is_settled=True)

    def _reset(self, seen: _Seen, before: ToldWindow, current: ToldWindow) -> None:
        if seen.percent < RESET_FROM and self._wants(AlertKind.RESET, seen.limit):
            next_end = None if current.is_assumed else current.end
            alert = Alert(AlertKind.RESET, seen.account, self._now, seen.limit.id, seen.percent)
            end = None if before.is_assumed else before.end
            self._alerts.append(replace(alert, window_end=end, ends_at=next_end))

    def _wants(self, kind: AlertKind, limit: Limit | None = None) -> bool:
        is_off = limit is not None and limit.id in self._rules.limits_off
        return kind in self._rules.kinds and not is_off


@dataclass(frozen=True, slots=True)
class _Seen:
    """One limit as it is seen now. ``fetched_at`` is the age of its number, aware UTC."""

    account: str
    limit: Limit
    percent: float
    fetched_at: datetime


def _full_at(snapshot: Snapshot) -> dict[str, datetime]:
    """Return when limits are likely to be full, by their ids; those that last are left out."""
    known = ((limit, outlook.full_at) for limit, outlook in snapshot.outlooks)
    return {limit: datetime.fromtimestamp(at, UTC) for limit, at in known if at is not None}
