"""What is known of an account's limits: the values every surface shows. Holds no I/O and no sentence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

ProviderId = NewType("ProviderId", str)
AccountId = NewType("AccountId", str)

CLAUDE = ProviderId("claude")

SESSION_WINDOW_S = 5 * 3600
WEEK_WINDOW_S = 7 * 24 * 3600


class Mode(StrEnum):
    """How the user wants the numbers fetched."""

    WEB = "web"
    CLI = "cli"


class Source(StrEnum):
    """Where a reading came from.

    ``BROWSER`` is claude.ai asked through a web engine, ``STATUS_LINE`` what Claude Code handed to its status
    line, ``CLAUDE_CODE`` what it keeps of its own last look at the usage.
    """

    WEB = "web"
    BROWSER = "browser"
    OAUTH = "oauth"
    STATUS_LINE = "status_line"
    CLAUDE_CODE = "claude_code"
    DEMO = "demo"


class LimitKind(StrEnum):
    """What a limit counts. ``OTHER`` is a kind the server knows and we do not."""

    SESSION = "session"
    WEEKLY = "weekly"
    WEEKLY_MODEL = "weekly_model"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where one number came from, and when it was true (aware UTC)."""

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
        binding: the server marks it as the limit that binds now. A hint, not a filter.
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
    """Why a spend has no cap to show: there is none, or the server's word for it was unreadable."""

    UNCAPPED = "uncapped"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Spend:
    """Extra usage as money. No cap, an unknown cap and a cap of 0 are three different things.

    ``origin`` is where it came from, ``None`` for the reading's own source and time.
    """

    enabled: bool | None
    used: Money | None
    cap: Money | CapState
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Organization:
    """An organisation of a claude.ai account, as ``GET organizations`` lists it."""

    id: str
    name: str | None
    capabilities: frozenset[str] = frozenset()
    plan: str | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """Whose numbers a reading holds."""

    id: AccountId
    mode: Mode
    organization_id: str | None = None
    organization: str | None = None
    plan: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known of an account: limits in display order, with where and when they came from.

    A source gives one answer. After merging, ``source`` and ``fetched_at`` are those of the answer that all
    stands on, and a limit that another source knows better carries its own ``origin``.
    ``left_out`` is how many limits the source told of beyond those that are kept: see :func:`fullest`.
    """

    provider: ProviderId
    account: Account
    source: Source
    fetched_at: datetime
    limits: tuple[Limit, ...]
    spend: Spend | None = None
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class FreeReading:
    """Numbers that cost no request: somebody else asked, and left them on this computer.

    Attributes:
        captured_at: aware UTC, when the numbers were true.
        limits: what was left of them; a status line knows session and week alone.
        organization_id: whose they are, ``None`` when the file does not say.
    """

    source: Source
    captured_at: datetime
    limits: tuple[Limit, ...]
    organization_id: str | None = None
    spend: Spend | None = None


def origin_of(part: Limit | Spend, reading: Reading) -> Origin:
    """Tell where and when a number of a reading came from."""
    return part.origin or Origin(reading.source, reading.fetched_at)


def display_place(limit: Limit) -> tuple[int, str]:
    """Return what limits are sorted by to be shown: session, week, models by name, others."""
    return list(LimitKind).index(limit.kind), limit.label.casefold()


def same_window(first: datetime, second: datetime, window_s: int) -> bool:
    """Tell whether two reset times name the same window.

    The server recomputes ``resets_at`` for every answer: it moves by up to 2 s and crosses second, minute
    and hour edges. Only a difference of a quarter of the window's length or more is another window.
    """
    return abs(first - second) < timedelta(seconds=window_s) / 4


def has_reset(limit: Limit, now: datetime) -> bool:
    """Tell whether the limit's window is over, so that its percent says nothing about now."""
    return limit.resets_at is not None and limit.resets_at <= now


def fullest(limits: tuple[Limit, ...], most: int) -> tuple[Limit, ...]:
    """Return at most ``most`` limits in their order: session and week first of all, then the fullest.

    A limit of unknown percent counts as the least full.
    """
    if len(limits) <= most:
        return limits
    places = sorted(range(len(limits)), key=lambda place: _fullest_first(limits[place]))
    return tuple(limits[place] for place in sorted(places[:most]))


def _fullest_first(limit: Limit) -> tuple[bool, float]:
    always = limit.kind in {LimitKind.SESSION, LimitKind.WEEKLY}
    return not always, -1.0 * (-1.0 if limit.percent is None else limit.percent)
