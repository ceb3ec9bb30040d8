"""What is known of an account's limits. No I/O, no sentences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from claudometer.domain.plan import UNKNOWN_PLAN, Plan, StoppedBy

ProviderId = NewType("ProviderId", str)
AccountId = NewType("AccountId", str)

CLAUDE = ProviderId("claude")


@dataclass(frozen=True, slots=True)
class AccountKey:
    """Identifies an account among those of all providers: the key of numbers, budgets and snapshots."""

    provider: ProviderId
    account: AccountId

    def __str__(self) -> str:
        return f"{self.provider}/{self.account}"


# The server states no length, but names them by it: `five_hour` and `seven_day`.
SESSION_WINDOW_S = 5 * 3600
WEEK_WINDOW_S = 7 * 24 * 3600


class Mode(StrEnum):
    """Which credentials the numbers are requested with: a claude.ai session key, or Claude Code's login.

    ``LOCAL`` requests nothing: it shows what Claude Code left on this computer, and reads no credentials.
    """

    WEB = "web"
    CLI = "cli"
    LOCAL = "local"


class Source(StrEnum):
    """Where a reading came from.

    ``BROWSER`` is claude.ai through a web engine, ``STATUS_LINE`` what Claude Code passed to its status line,
    ``CLAUDE_CODE`` what Claude Code itself keeps of the usage it last fetched.
    """

    WEB = "web"
    BROWSER = "browser"
    OAUTH = "oauth"
    STATUS_LINE = "status_line"
    CLAUDE_CODE = "claude_code"
    DEMO = "demo"


class LimitKind(StrEnum):
    """What a limit counts. ``OTHER`` is a kind that the server knows and we do not."""

    SESSION = "session"
    WEEKLY = "weekly"
    WEEKLY_MODEL = "weekly_model"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where one number came from, and when (aware UTC)."""

    source: Source
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit of the plan.

    Attributes:
        id: ``session``, ``weekly``, ``weekly:<slug>`` or ``other:<slug>``; unique within a reading.
        label: the server's own name for model and unknown limits, ours for session and week.
        percent: used share, 0 and up; over 100 while extra usage runs. ``None`` is unknown, never 0.
        resets_at: aware UTC, or ``None`` when the window has not started or the server did not say.
        window_s: length of the window in seconds, ``None`` when unknown.
        binding: the server says that this limit is the one that counts now. A hint, not a filter.
        origin: where the number came from, ``None`` for the reading's own source and time.
    """

    id: str
    kind: LimitKind
    label: str
    percent: float | None
    resets_at: datetime | None = None
    window_s: int | None = None
    binding: bool = False
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units: ``minor / 10**exponent`` of ``currency`` (ISO 4217)."""

    minor: int
    exponent: int
    currency: str


class CapState(StrEnum):
    """Why a spend has no cap to show: there is none, or the server's value could not be read."""

    UNCAPPED = "uncapped"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Spend:
    """Extra usage as money. No cap, an unknown cap and a cap of 0 are three different things.

    Attributes:
        enabled: whether it is switched on, ``None`` when the server does not say.
        used: ``None`` when unknown.
        percent: the used share as the server states it, 0 and up; ``None`` when it does not. It stays at 100
            where more than the cap was used, so the amounts are better where they can be compared.
        stopped_by: ``None`` while it is not stopped, and when the server does not say by what.
        origin: where it came from, ``None`` for the reading's own source and time.
    """

    enabled: bool | None
    used: Money | None
    cap: Money | CapState
    origin: Origin | None = None
    percent: float | None = None
    stopped_by: StoppedBy | None = None


@dataclass(frozen=True, slots=True)
class Credit:
    """Money that was granted once, to be used until a day. Not a limit: nothing stops when it is used up.

    Attributes:
        id: the server's key for it; unique within a reading.
        label: the same in words.
        used: ``None`` when unknown.
        limit: the amount that was granted.
        percent: used share, 0 and up, ``None`` when unknown.
        expires_at: aware UTC, ``None`` when the server does not say.
        origin: where it came from, ``None`` for the reading's own source and time.
    """

    id: str
    label: str
    used: Money | None
    limit: Money
    percent: float | None
    expires_at: datetime | None = None
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Organization:
    """An organization of a claude.ai account, as ``GET organizations`` lists it.

    ``plan`` is our name for its plan and ``tier`` the server's, each ``None`` when unknown.
    """

    id: str
    name: str | None
    capabilities: frozenset[str] = frozenset()
    plan: str | None = None
    tier: str | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """Whose numbers a reading holds. ``plan`` is our name for the plan, ``tier`` the server's word."""

    id: AccountId
    mode: Mode
    organization_id: str | None = None
    organization: str | None = None
    plan: str | None = None
    tier: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known of an account: limits in display order, with where and when they came from.

    After merging, ``source`` and ``fetched_at`` are those of the server's response, and a limit that another
    source knows better has an ``origin`` of its own.
    ``left_out`` is how many more limits the source reported than are kept: see :func:`fullest`.
    """

    provider: ProviderId
    account: Account
    source: Source
    fetched_at: datetime
    limits: tuple[Limit, ...]
    spend: Spend | None = None
    left_out: int = 0
    credits: tuple[Credit, ...] = ()

    @property
    def has_content(self) -> bool:
        """Whether there is any limit, extra usage or credit."""
        return bool(self.limits or self.spend or self.credits)

    @property
    def lacks_session(self) -> bool:
        """Whether the plan has no session limit: an answer of the server has none.

        In what Claude Code left on this computer, a session may be missing because it has ended.
        """
        is_whole = self.source not in (Source.STATUS_LINE, Source.CLAUDE_CODE)
        return is_whole and all(limit.kind is not LimitKind.SESSION for limit in self.limits)

    @property
    def key(self) -> AccountKey:
        """Whose numbers these are."""
        return AccountKey(self.provider, self.account.id)


@dataclass(frozen=True, slots=True)
class LocalReading:
    """Numbers that another program left on this computer: reading them costs no request.

    Attributes:
        captured_at: when the numbers were current, aware UTC.
        limits: a status line knows session and week only.
        organization_id: whose they are, ``None`` when the file does not say.
        credits: ``None`` when the source does not know them: there may be some all the same.
        ended: sessions and weeks that were over when the file was read: they are there, with unknown numbers.
    """

    source: Source
    captured_at: datetime
    limits: tuple[Limit, ...]
    organization_id: str | None = None
    spend: Spend | None = None
    credits: tuple[Credit, ...] | None = None
    ended: tuple[Limit, ...] = ()


@dataclass(frozen=True, slots=True)
class LocalLogin:
    """Who is logged in to the provider's own program on this computer: local numbers are about that account.

    Attributes:
        account: ``None`` when nobody is logged in, or the account cannot be read.
        since: when that login was written, aware UTC: an older number may be another account's.
        plan: as of the login.
    """

    account: AccountId | None = None
    since: datetime | None = None
    plan: Plan = UNKNOWN_PLAN


def origin_of(part: Limit | Spend | Credit, reading: Reading) -> Origin:
    """Return where and when a number of a reading came from."""
    return part.origin or Origin(reading.source, reading.fetched_at)


def display_place(limit: Limit) -> tuple[int, str]:
    """Return the sort key for display: session, week, models by name, others."""
    # The kinds are declared in display order.
    return list(LimitKind).index(limit.kind), limit.label.casefold()


def same_window(first: datetime, second: datetime, window_s: int) -> bool:
    """Return whether two reset times belong to the same limit window.

    The server recomputes ``resets_at`` for every response: it moves by up to 2 s, across edges of seconds,
    minutes and hours. Only a difference of a quarter of the window's length or more is another window.
    """
    return abs(first - second) < timedelta(seconds=window_s) / 4


def has_reset(limit: Limit, now: datetime) -> bool:
    """Return whether the limit's window is over, so that its percent is out of date."""
    return limit.resets_at is not None and limit.resets_at <= now


def fullest(limits: tuple[Limit, ...], most: int) -> tuple[Limit, ...]:
    """Return at most ``most`` limits in their order: session and week first of all, then the fullest.

    A limit of unknown percent counts as the least full.
    """
    if len(limits) <= most:
        return limits
    places = sorted(range(len(limits)), key=lambda place: _fullest_first(limits[place]))
    return tuple(limits[place] for place in sorted(places[:most]))  # in the given order again


def _fullest_first(limit: Limit) -> tuple[bool, float]:
    is_main = limit.kind in {LimitKind.SESSION, LimitKind.WEEKLY}
    return not is_main, 1.0 if limit.percent is None else -limit.percent
