"""An alert, and what is remembered so that each is told once. No I/O, no sentences."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class AlertKind(StrEnum):
    """What an alert is about. Each kind has a switch of its own."""

    THRESHOLD = "threshold"
    FORECAST = "forecast"
    RESET = "reset"
    LOGIN = "login"
    CREDIT_ENDS = "credit_ends"
    KEY_ENDS = "key_ends"


@dataclass(frozen=True, slots=True)
class Alert:
    """Something to tell the user, as it was at the time ``at`` (aware UTC).

    Attributes:
        account: ``provider/account``, or the mode while no account is known.
        subject: the id of the limit or credit; "" for an alert about the login or its key.
        percent: the used share, 0 and up.
        threshold: the highest threshold that was crossed, for ``THRESHOLD``.
        window_end: the end of the window instance that the alert is about, aware UTC; ``None`` where no
            server has named one.
        ends_at: when a credit or the session key ends, or when a forecast says that the limit is full; aware
            UTC.
    """

    kind: AlertKind
    account: str
    at: datetime
    subject: str = ""
    percent: float | None = None
    threshold: int | None = None
    window_end: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Fall:
    """A percent that fell by half or more inside a window. The next answer says whether it was a reset.

    Attributes:
        at: when the server sent the lower percent, aware UTC.
        before, after: percents, 0 and up.
        is_other_plan: the account has another plan since: its percents are of another amount.
    """

    at: datetime
    before: float
    after: float
    is_other_plan: bool = False


@dataclass(frozen=True, slots=True)
class ToldWindow:
    """An instance of a limit's window, and what was told about it.

    Attributes:
        end: its reset as last reported, aware UTC. The server's time jitters, and may drift within a window.
        is_assumed: no reset time was reported, so ``end`` is the latest that is possible.
        told: the highest threshold that was told, 0 for none. It covers all lower ones.
        was_close: whether it was so full that its reset is worth telling.
        has_told_forecast: whether its forecast was told.
        is_settled: its reset was told, or will not be.
        doubted_at: when a reading first spoke of a reset before ``end``; a second one confirms it.
        percent: the last one seen, or up to 5 points less while it rises; ``None`` if an earlier version
            kept the window.
        plan: plan and tier of the last number, ``None`` while unknown.
        fall: what may be a reset that keeps ``end``.
        since: when such a reset was last confirmed, aware UTC. What was told before does not count any more.
    """

    end: datetime
    is_assumed: bool = False
    told: int = 0
    was_close: bool = False
    has_told_forecast: bool = False
    is_settled: bool = False
    doubted_at: datetime | None = None
    percent: float | None = None
    plan: str | None = None
    fall: Fall | None = None
    since: datetime | None = None


AccountLimit = tuple[str, str]
"""Account and limit id."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What was seen and told.

    Attributes:
        windows: by account and limit, the window instances seen, the one seen last at the end.
        logins: the modes whose login is known to need the user; told once, until it works again.
        ends: the ends of credits and keys that were told: account (or mode), id ("" for a key) and day.
    """

    windows: Mapping[AccountLimit, tuple[ToldWindow, ...]] = field(default_factory=dict)
    logins: frozenset[str] = frozenset()
    ends: frozenset[tuple[str, str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Rules:
    """Which alerts the user wants.

    Attributes:
        thresholds: percents from 1 to 100, in any order; none switches these alerts off.
        kinds: the kinds that are switched on. Without ``THRESHOLD``, thresholds do not count.
        limits_off: the ids of limits without alerts, in every account.
        own_thresholds: by the id of a limit, the percents that replace ``thresholds`` for it.
    """

    thresholds: tuple[int, ...] = (75, 90, 100)
    kinds: frozenset[AlertKind] = frozenset(AlertKind)
    limits_off: frozenset[str] = frozenset()
    own_thresholds: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def thresholds_of(self, limit: str) -> tuple[int, ...]:
        """Return the thresholds of the limit with this id."""
        return self.own_thresholds.get(limit, self.thresholds)
