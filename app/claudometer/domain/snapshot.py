"""What is shown of an account: its last good reading, the last attempt and the next one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from claudometer.domain.errors import ErrorCode
from claudometer.domain.next_poll import Paused, Poll
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
from claudometer.domain.token_bucket import BROWSER_PAUSE_S
from claudometer.domain.usage import Mode, Organization, Reading, Source

if TYPE_CHECKING:
    from claudometer.domain.errors import ClaudometerError
    from claudometer.domain.forecasting.grading import Tally
    from claudometer.domain.forecasting.outlook import Outlook
    from claudometer.domain.outcome import Failure, Outcome
    from claudometer.domain.usage import AccountKey


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
        key_ends_at: when the session key in use ends, aware UTC, as far as claude.ai has said so.
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
    key_ends_at: datetime | None = None


def browser_paused_until(snapshot: Snapshot, now: datetime) -> datetime | None:
    """Return when a browser that has just been used may be used again, ``None`` if at once."""
    reading = snapshot.reading
    if reading is None or reading.source is not Source.BROWSER or reading.account.mode is not snapshot.mode:
        return None
    until = reading.fetched_at + timedelta(seconds=BROWSER_PAUSE_S)
    return until if reading.fetched_at <= now < until else None


def held_plan(snapshot: Snapshot) -> Poll | Paused | None:
    """Return when to ask again after a lasting refusal, ``None`` without one."""
    planned = snapshot.next_poll
    is_held = isinstance(planned, Paused) and planned.until is not None
    # Planned as a poll and not as a pause: `decide_next` asks about such a login every hour.
    is_doubted = snapshot.problem is not None and snapshot.problem.code is ErrorCode.LOGIN_MAY_LACK_SCOPE
    return planned if is_held or is_doubted else None


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
