"""What is shown of an account: its last good reading, the last attempt and the next one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from claudometer.domain.budget import BROWSER_PAUSE_S
from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import (
    Challenged,
    Fetched,
    MissingCredentials,
    Offline,
    RateLimited,
    ServerError,
    Status,
    Unauthorized,
)
from claudometer.domain.policy import Paused, Poll, Reason
from claudometer.domain.usage import (
    Credit,
    Limit,
    Mode,
    Organization,
    Reading,
    Source,
    Spend,
    has_reset,
    origin_of,
)

if TYPE_CHECKING:
    from claudometer.domain.errors import ClaudometerError
    from claudometer.domain.forecasting.record import Tally
    from claudometer.domain.forecasting.rule import Outlook
    from claudometer.domain.outcome import Failure, Outcome
    from claudometer.domain.usage import AccountKey

TRUST_FOR = timedelta(minutes=15)
"""Older numbers are shown with their age, and not as current. Three times our own slowest pace."""

PLAN_GRACE = timedelta(minutes=1)
"""How late a planned poll may be: the poller sleeps for some seconds at a time, and a request takes more."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why the last attempt brought no numbers.

    Attributes:
        until: when a wait is over, aware UTC: of a rate limit, or of the browser's pause.
        at: when it happened, aware UTC, if the message says so.
        http_status: the HTTP status, when the server responded.
        facts: what else the message needs, as pairs so that the value is hashable. Never a secret.
    """

    code: ErrorCode
    until: datetime | None = None
    http_status: int | None = None
    facts: tuple[tuple[str, str], ...] = ()
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state of one account as the tray, the window and the command line show it.

    All times are by Claude's clock.

    Attributes:
        reading: the last numbers; a failed poll keeps them.
        problem: why the last attempt brought none, ``None`` if it did.
        organizations: those that can be chosen, once the web source has listed them.
        refreshing: a request is under way.
        notices: problems that do not keep the numbers from coming, such as a full disk.
        clock_skew_s: how far this computer's clock is behind Claude's, in seconds; negative when it is ahead,
            0 up to a difference of a minute.
        account: whose state this is, ``None`` while that is not known.
        outlooks: what is likely to come of limits, by their id; one of which nothing can be said is left out.
        tallies: how often earlier forecasts of limits were right, by their id; without any, left out.
        is_mode_chosen: whether user or environment chose ``mode``; else it is what fits this computer.
    """

    mode: Mode
    status: Status = Status.STARTING
    reading: Reading | None = None
    problem: Problem | None = None
    next_poll: Poll | Paused | None = None
    organizations: tuple[Organization, ...] = ()
    refreshing: bool = False
    demo: bool = False
    notices: tuple[Problem, ...] = ()
    clock_skew_s: int = 0
    account: AccountKey | None = None
    is_mode_chosen: bool = True
    outlooks: tuple[tuple[str, Outlook], ...] = ()
    tallies: tuple[tuple[str, Tally], ...] = ()


def valid_until(snapshot: Snapshot, now: datetime) -> datetime | None:
    """Return when the next number stops being current: its window ends, or it grows too old."""
    reading = snapshot.reading
    if reading is None:
        return None
    # A number goes when its window ends, however young it is.
    ends = [limit.resets_at for limit in reading.limits if limit.resets_at is not None]
    olds = [
        origin_of(part, reading).fetched_at + TRUST_FOR
        for part in (*reading.limits, reading.spend, *reading.credits)
        if part
    ]
    # An answer without limits grows old, too: it says that there are none.
    olds = olds or [reading.fetched_at + TRUST_FOR]
    return min((at for at in (*ends, *olds) if at > now), default=None)


def is_stale(snapshot: Snapshot, now: datetime) -> bool:
    """Return whether none of the numbers can be trusted any more, or there are none.

    Each number has its own age: while one source is silent, another may still report session and week.
    """
    reading = snapshot.reading
    if reading is None:
        return True
    known = [limit for limit in reading.limits if shown_percent(limit, now) is not None]
    times = [origin_of(limit, reading).fetched_at for limit in known] or [reading.fetched_at]
    return all(_is_old(snapshot, at, now) for at in times)


def is_old(part: Limit | Spend | Credit, snapshot: Snapshot, now: datetime) -> bool:
    """Return whether one number of the snapshot's reading is too old to be trusted."""
    reading = snapshot.reading
    return reading is None or _is_old(snapshot, origin_of(part, reading).fetched_at, now)


def _is_old(snapshot: Snapshot, fetched_at: datetime, now: datetime) -> bool:
    """Return whether numbers of that time are too old.

    Someone who wants a poll every half hour must not see them gray for half of that time: numbers are current
    until the poll that was planned when they came. Numbers from the future have no known age, because the
    clock was set back after they came.
    """
    return abs(now - fetched_at) > TRUST_FOR and not _within_plan(snapshot, fetched_at, now)


def _within_plan(snapshot: Snapshot, fetched_at: datetime, now: datetime) -> bool:
    planned = snapshot.next_poll
    is_read_again = snapshot.mode is Mode.LOCAL  # the file's own age counts, not when it is read next
    if is_read_again or snapshot.status is not Status.OK or not isinstance(planned, Poll):
        return False
    # Only a slow pace that was chosen excuses old numbers: waiting for anything else does not.
    is_slow_pace = planned.reason in (Reason.INTERVAL, Reason.NO_LIMITS)
    return is_slow_pace and fetched_at <= now <= planned.at + PLAN_GRACE


def browser_paused_until(snapshot: Snapshot, now: datetime) -> datetime | None:
    """Return when a browser that has just been used may be used again, ``None`` if at once."""
    reading = snapshot.reading
    if reading is None or reading.source is not Source.BROWSER or reading.account.mode is not snapshot.mode:
        return None
    until = reading.fetched_at + timedelta(seconds=BROWSER_PAUSE_S)
    return until if reading.fetched_at <= now < until else None


def held_plan(snapshot: Snapshot) -> Poll | Paused | None:
    """Return when to ask again after a refusal for good, ``None`` without one."""
    planned = snapshot.next_poll
    is_held = isinstance(planned, Paused) and planned.until is not None
    is_doubted = snapshot.problem is not None and snapshot.problem.code is ErrorCode.LOGIN_MAY_LACK_SCOPE
    return planned if is_held or is_doubted else None


def shown_percent(limit: Limit, now: datetime) -> float | None:
    """Return the percent to show, ``None`` when it is unknown or its window is over."""
    return None if has_reset(limit, now) else limit.percent


def problem_of_error(error: ClaudometerError) -> Problem:
    """Return an error as a notice to show beside the numbers. Facts of an error never hold a secret."""
    facts = tuple((name, str(value)) for name, value in error.facts.items() if value is not None)
    return Problem(error.code, facts=facts)


def problem_of(outcome: Outcome, until: datetime | None) -> Problem | None:
    """Return what the message about an outcome needs. ``until`` is when the budget allows a request."""
    match outcome:
        case Fetched():
            return None
        case RateLimited(code=code):
            return Problem(code, until=until)
        case Challenged(code=code, until=datetime() as again):
            return Problem(code, until=again)
        case ServerError(http_status=http_status, code=code):
            return Problem(code, http_status=http_status, facts=_facts_of(outcome))
        case _:
            return Problem(outcome.code, facts=_facts_of(outcome))


def _facts_of(failure: Failure) -> tuple[tuple[str, str], ...]:
    match failure:
        case MissingCredentials(login_folder=folder, facts=facts):
            return facts if folder is None else (("login_folder", folder), *facts)
        case Offline(variable=variable, proxy=proxy):
            named = (("variable", variable), ("proxy", proxy))
            return tuple((name, value) for name, value in named if value is not None)
        case Unauthorized(variable=str(variable)):
            return (("variable", variable),)
        case ServerError(error_type=str(error_type)):
            return (("error_type", error_type),)
        case _:
            return ()
