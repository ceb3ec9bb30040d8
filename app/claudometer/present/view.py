"""What is shown of an account at one moment, derived once for every surface. Pure; no layout.

Icon, menu, card, report and terminal are built from an :class:`AccountView` and derive nothing themselves, so
that they cannot contradict each other. ``present.derivation`` decides everything that depends on the time,
the time zone or the thresholds.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from claudometer.present.formatters import money_share

if TYPE_CHECKING:
    from datetime import datetime

    from claudometer.control.wire.report import LevelName
    from claudometer.domain.errors import ErrorCode
    from claudometer.domain.next_poll import Paused, Reason
    from claudometer.domain.outcome import Status
    from claudometer.domain.plan import StoppedBy
    from claudometer.domain.usage import (
        AccountId,
        CapState,
        LimitKind,
        Mode,
        Money,
        Organization,
        ProviderId,
        Source,
    )
    from claudometer.present.forecast_view import ForecastView, RecordView
    from claudometer.present.messages.message import Message


@dataclass(frozen=True, slots=True)
class When:
    """A time as the user reads it.

    Attributes:
        clock: "14:10".
        moment: with as much date as necessary, "Tue 14:10".
        said: with the day in words and nothing abbreviated, for screen readers: "Tuesday 14:10".
    """

    at: datetime
    clock: str
    moment: str
    said: str


class ResetState(StrEnum):
    """What is known of the end of a limit's window. ``UNSTARTED``: it begins with the first use."""

    AHEAD = "ahead"
    OVER = "over"
    UNSTARTED = "unstarted"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ResetView:
    """The end of a limit's window.

    Attributes:
        at: the time that the server gave. ``when`` is rounded to the minute, since that time jitters by 2 s.
        left_s: seconds until the reset, 0 unless it is ``AHEAD``; ``left`` says it in words, "2 h 10 min".
    """

    state: ResetState
    at: datetime | None = None
    when: When | None = None
    left_s: float = 0.0
    left: str = ""


@dataclass(frozen=True, slots=True)
class OriginView:
    """Where a number came from, and how old it is: "2 min ago"."""

    source: Source
    when: When
    age: str


@dataclass(frozen=True, slots=True)
class LimitView:
    """One limit.

    Attributes:
        label: the server's own name for it, or ours. It may contain any character.
        window_s: the length of its window in seconds, ``None`` if it is unknown.
        percent: the used share, above 100 while extra usage pays; ``None`` if unknown, or the window is over.
        text: the percentage as text, such as "81 %", or "19 % left" if people read what is left.
        said: the same, always with the word: "81 % used".
        elapsed: how much of the window has passed, 0 to 100.
        has_own_origin: the number is not from the last answer, but from another source.
        is_old: too old to be trusted.
        expected: what an even pace would have used when the number was read, in whole percents.
        forecast: ``None`` while nothing is said.
        record: how often earlier forecasts of it were right, ``None`` before one was graded.
    """

    id: str
    kind: LimitKind
    label: str
    window_s: int | None
    percent: float | None
    text: str
    level: LevelName
    elapsed: float | None
    reset: ResetView
    origin: OriginView
    has_own_origin: bool
    is_old: bool
    said: str
    expected: float | None = None
    forecast: ForecastView | None = None
    record: RecordView | None = None


class SpendState(StrEnum):
    """Whether extra usage pays. ``OFF``: somebody or something stopped it, and nothing says who or what."""

    PAYS = "pays"
    OFF = "off"
    USER = "user"
    CAP = "cap"
    CREDITS = "credits"
    ORGANIZATION = "organization"


@dataclass(frozen=True, slots=True)
class SpendView:
    """Extra usage.

    Attributes:
        used_text, cap_text: the amounts, "€12.34" and "€40.00"; ``None`` without one.
        percent: the used share of the cap; ``None`` without a cap, or if the two amounts cannot be compared.
        text, said: the same as text, used or remaining.
        state, stopped_by: the cap also while the server has not said so, but all of it is used.
    """

    enabled: bool | None
    used: Money | None
    cap: Money | CapState
    used_text: str | None
    cap_text: str | None
    percent: float | None
    text: str
    level: LevelName
    state: SpendState
    stopped_by: StoppedBy | None
    origin: OriginView
    has_own_origin: bool
    is_old: bool
    said: str

    @property
    def shown(self) -> float | None:
        """The used share as it is shown, by which its level is found, too."""
        return money_share(self.percent)


@dataclass(frozen=True, slots=True)
class CreditView:
    """Money that was granted once. It has no level: nothing stops when it is used up.

    Attributes:
        text, said: the used or remaining share, as of extra usage.
        amounts: "$51.50 of $250.00", or what is known of it.
        ends: "5 Feb", the day it expires or has expired, ``None`` when unknown.
        is_over: that day has passed.
    """

    id: str
    label: str
    used: Money | None
    limit: Money
    percent: float | None
    text: str
    amounts: str
    expires_at: datetime | None
    ends: str | None
    is_over: bool
    origin: OriginView
    has_own_origin: bool
    is_old: bool
    said: str


@dataclass(frozen=True, slots=True)
class ProblemView:
    """Something that is wrong, with its sentences. ``waiting``: it passes without the user doing anything."""

    code: ErrorCode
    message: Message
    until: When | None
    waiting: bool


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source other than the main one, and the labels of the numbers that came from it."""

    labels: tuple[str, ...]
    source: Source
    age: str


@dataclass(frozen=True, slots=True)
class CheckView:
    """The next poll, planned for ``at``. ``when`` is never in the past: an overdue poll is due now."""

    at: datetime
    when: When
    reason: Reason


@dataclass(frozen=True, slots=True)
class AccountView:
    """Everything that surfaces show of one account at the time ``now`` (aware UTC).

    Attributes:
        id: the account's id at ``provider``, ``None`` without numbers.
        source: where the last answer came from, and ``fetched_at`` when; ``None`` without numbers.
        limits: all that are known, in display order; ``shown`` are the fullest (``phrases.MOST_LIMITS``).
        left_out: how many the server named beyond ``limits``; ``hidden`` how many exist beyond ``shown``.
        main: where the numbers as a whole came from, ``None`` without numbers; ``sources`` has the others.
        lacks_session: whether the plan has no session limit; false until an answer has none.
        tightest: the fullest limit among those whose number can be trusted.
        is_stale: no number can be trusted, or there is none.
        is_mode_known: false before anything was chosen or found that ``mode`` could be.
        held_until: when a request is sent again, if ``next_check`` is a pause because of a lasting refusal.
        remaining: people read the remaining shares instead of the used ones.
        valid_until: when a number stops being current; ``text_valid_until`` when a countdown or age changes.
    """

    now: datetime
    mode: Mode
    status: Status
    demo: bool
    refreshing: bool
    is_stale: bool
    provider: ProviderId
    id: AccountId | None
    organization_id: str | None
    organization: str | None
    plan: str | None
    tier: str | None
    source: Source | None
    fetched_at: datetime | None
    limits: tuple[LimitView, ...]
    shown: tuple[LimitView, ...]
    left_out: int
    hidden: int
    lacks_session: bool
    tightest: LimitView | None
    spend: SpendView | None
    credits: tuple[CreditView, ...]
    main: OriginView | None
    sources: tuple[SourceView, ...]
    problem: ProblemView | None
    notices: tuple[ProblemView, ...]
    next_check: CheckView | Paused | None
    organizations: tuple[Organization, ...]
    valid_until: datetime | None
    text_valid_until: datetime | None
    held_until: When | None = None
    is_mode_known: bool = True
    remaining: bool = False

    @property
    def has_numbers(self) -> bool:
        """Whether there has been an answer, even if it had no limits."""
        return self.fetched_at is not None

    @property
    def has_no_limits(self) -> bool:
        """Whether an answer reports nothing that could be full."""
        return self.has_numbers and not self.limits and self.spend is None
