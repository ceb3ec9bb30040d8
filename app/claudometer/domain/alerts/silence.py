"""When alerts are muted or held back. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from claudometer.domain.alerts.model import AlertKind
from claudometer.domain.usage import SESSION_WINDOW_S, same_window

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date, tzinfo

    from claudometer.domain.alerts.model import AccountLimit, Alert


class MuteFor(StrEnum):
    """How long alerts are to be muted, as a person chooses it."""

    ONE_HOUR = "1h"
    FOUR_HOURS = "4h"
    UNTIL_RESET = "until-reset"
    TOMORROW = "tomorrow"
    OFF = "off"


class Fate(StrEnum):
    """What becomes of an alert that is due."""

    SHOWN = "shown"
    MUTED = "muted"
    HELD = "held"


MORNING = time(8)
"""When "tomorrow" begins, in local time: a mute in the evening is not meant to end at midnight."""


ANY_ACCOUNT = ""
"""In place of an account: a mute that counts for each of them."""


@dataclass(frozen=True, slots=True)
class Silence:
    """What is muted. All times are aware UTC.

    Attributes:
        until: until when all alerts are muted, ``None`` if they are not.
        limits: until when the alerts of one limit are muted, by account and limit id. An earlier version kept
            no account: then it is ``ANY_ACCOUNT``.
        reset_of: the limit whose reset ends ``until``; ``None`` where a time of day does.
        doubts: by limit, when an answer first reported a reset before the end that is noted here.
    """

    until: datetime | None = None
    limits: Mapping[AccountLimit, datetime] = field(default_factory=dict)
    reset_of: AccountLimit | None = None
    doubts: Mapping[AccountLimit, datetime] = field(default_factory=dict)

    def covers(self, alert: Alert) -> bool:
        """Return whether the alert is muted at its time."""
        ends = [self.limits.get((account, alert.subject)) for account in (alert.account, ANY_ACCOUNT)]
        return self.is_on(alert.at) or any(end is not None and _ends_with(alert, end) for end in ends)

    def is_on(self, now: datetime) -> bool:
        """Return whether all alerts are muted now."""
        return self.until is not None and now < self.until

    def with_limits(self, ends: Mapping[AccountLimit, datetime], now: datetime) -> Silence:
        """Return the silence with these limits muted, too, and without what is over."""
        current = {limit: until for limit, until in self.limits.items() if until > now}
        # A doubt belongs to the mute in whose time it came, and must not end this one.
        doubts = {limit: at for limit, at in self.doubts.items() if limit not in ends}
        return replace(self, limits=current | dict(ends), doubts=doubts)

    def without_limit(self, limit: AccountLimit) -> Silence:
        """Return the silence without that of this one limit."""
        return replace(self, limits={each: end for each, end in self.limits.items() if each != limit})

    def limits_at(self, now: datetime) -> list[tuple[AccountLimit, datetime]]:
        """Return which limits are muted now and until when, the one that ends first at the start."""
        return sorted(
            ((limit, end) for limit, end in self.limits.items() if end > now), key=lambda each: each[1]
        )

    def until_time(
        self, until: datetime | None, now: datetime, reset_of: AccountLimit | None = None
    ) -> Silence:
        """Return the silence with all alerts muted until then, and without what is over.

        Args:
            until: ``None`` for as long as they are already.
            reset_of: the limit whose reset this time is, if it is one.
        """
        current = replace(self, limits=dict(self.limits_at(now)))
        if until is not None:
            return replace(current, until=until, reset_of=reset_of)
        return current if self.is_on(now) else replace(current, until=None, reset_of=None)


def _ends_with(alert: Alert, end: datetime) -> bool:
    """Return whether the alert is about the window that is muted until ``end``, and not about its reset.

    A reset may come earlier than promised: then the window is over, and nobody has muted the next one.
    """
    if alert.kind is AlertKind.RESET or alert.at >= end:
        return False
    # Compared as strictly as sessions: a window that was muted by mistake would bring no alert at all.
    return alert.window_end is None or same_window(alert.window_end, end, SESSION_WINDOW_S)


def muted_until(
    choice: MuteFor, now: datetime, zone: tzinfo | None, resets: Iterable[datetime]
) -> datetime | None:
    """Return until when alerts are muted (aware UTC), ``None`` for not at all.

    Args:
        zone: the user's; ``None`` for this computer's.
        resets: when the windows of the known limits end; the next one counts.
    """
    match choice:
        case MuteFor.OFF:
            return None
        case MuteFor.ONE_HOUR:
            return now + timedelta(hours=1)
        case MuteFor.FOUR_HOURS:
            return now + timedelta(hours=4)
        case MuteFor.UNTIL_RESET:
            return min((each for each in resets if each > now), default=None)
        case MuteFor.TOMORROW:
            local = now.astimezone(zone)
            morning = datetime.combine(local.date() + timedelta(days=1), MORNING, zone)
            return morning.astimezone(now.tzinfo)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """The hours of each day, in local time, in which alerts are held back; they may pass midnight.

    Equal times mean the whole day.
    """

    start: time = time(22)
    end: time = time(8)

    def contain(self, now: datetime, zone: tzinfo | None) -> bool:
        """Return whether ``now`` (aware) is one of them."""
        return self.start == self.end or any(
            begin <= now < end for begin, end in self._spans(now.astimezone(zone).date(), zone)
        )

    def next_end(self, now: datetime, zone: tzinfo | None) -> datetime:
        """Return when they end next after ``now``, in its zone; of whole days, on a later day."""
        ends = [end for _, end in self._spans(now.astimezone(zone).date(), zone) if end > now]
        # Where a whole day is skipped, one night ends when the next begins.
        end = next((each for each in ends if not self.contain(each, zone)), ends[-1])
        return end.astimezone(now.tzinfo)

    def _spans(self, today: date, zone: tzinfo | None) -> Iterator[tuple[datetime, datetime]]:
        """Yield when they begin and end (aware UTC) around this local day, in order.

        Where the clock is set back over a begin or an end, they are the first begin and the last end: a night
        has no break in it.
        """
        passes = timedelta(days=0 if self.start < self.end else 1)
        for each in range(-2, 4):
            day = today + timedelta(days=each)
            yield _instant(day, self.start, zone), _instant(day + passes, self.end.replace(fold=1), zone)


def _instant(day: date, wanted: time, zone: tzinfo | None) -> datetime:
    """Return when the clock shows that time of day (aware UTC), by its ``fold`` if it does twice.

    Where the clock is set forward over that time, it is when it is set.
    """
    local = datetime.combine(day, wanted.replace(fold=0))
    first, last = (local.replace(fold=fold, tzinfo=zone).astimezone(UTC) for fold in (0, 1))
    if _shown(first, zone) == local:
        return last if wanted.fold else first
    # It is skipped: by the offset of before, it is after the change; by that of afterwards, before it. Which
    # `fold` is which, Python answers differently for a zone by name and for the computer's own.
    early, late = sorted((first, last))
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // timedelta(seconds=2) * timedelta(seconds=1)
        early, late = (early, middle) if _shown(middle, zone) >= local else (middle, late)
    return late


def _shown(at: datetime, zone: tzinfo | None) -> datetime:
    """Return what the clock shows then, without a zone."""
    return at.astimezone(zone).replace(tzinfo=None, fold=0)


def fate_of(alert: Alert, silence: Silence, quiet: QuietHours | None, zone: tzinfo | None) -> Fate:
    """Return what becomes of an alert that is due at its own time. Muted alerts are not told later."""
    if silence.covers(alert):
        return Fate.MUTED
    if quiet is not None and quiet.contain(alert.at, zone):
        return Fate.HELD
    return Fate.SHOWN
