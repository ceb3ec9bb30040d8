"""When to poll next, and why. Pure: the time, the random numbers and the settings are arguments."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from claudometer.domain import poll_intervals
from claudometer.domain.errors import ErrorCode
from claudometer.domain.lasting_refusal import DOUBTED_FOR
from claudometer.domain.outcome import (
    Challenged,
    Failure,
    Fetched,
    MissingCredentials,
    Offline,
    Outcome,
    RateLimited,
    ServerError,
    Unauthorized,
    Unreadable,
)
from claudometer.domain.settings import DEFAULT_INTERVAL_S
from claudometer.domain.token_bucket import BROWSER_PAUSE_S, Bucket, BucketRule, allowed_at
from claudometer.domain.usage import Source

REFUSAL_PAUSE_S = 300
"""After refusals that an immediate retry would only repeat: a browser check, a captive portal, an odd 403."""

AFTER_RESET_S = 5
"""Reset times jitter by up to 2 s; a request a little later finds the new window."""

RESERVE = 2.0
"""Tokens that the timer leaves in the bucket, for a click and for waking up."""

JITTER = 0.1
"""Share by which a delay varies at random, so that many computers do not poll at the same moment."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Local sources report session and week, so no request is needed for these two.

    Attributes:
        incomplete: something else is shown that needs a request: models, other limits, extra usage.
        jumped: since the last request the session has risen a lot, or a limit window has begun, so what
            needs a request has changed, too.
    """

    incomplete: bool
    jumped: bool


class Reason(StrEnum):
    """Why the next poll is when it is."""

    INTERVAL = "interval"
    QUIET = "quiet"
    BUDGET = "budget"
    RESET_DUE = "reset_due"
    COVERED = "covered"
    RATE_LIMITED = "rate_limited"
    RETRY = "retry"
    REFUSED = "refused"
    BROWSER = "browser"
    NO_LIMITS = "no_limits"
    NEAR_LIMIT = "near_limit"
    SHARED = "shared"


class Cause(StrEnum):
    """Why a request is sent that was not planned."""

    START = "start"
    CLICK = "click"
    SAVING = "saving"
    CREDENTIALS = "credentials"
    WAKE = "wake"
    CLOCK = "clock"
    ONE_SHOT = "one_shot"
    UPDATE = "update"
    LIMIT_HIT = "limit_hit"
    DOCTOR = "doctor"


Why = Reason | Cause
"""Why a request is sent now."""


@dataclass(frozen=True, slots=True)
class Poll:
    """The next poll, at a wall time (aware UTC)."""

    at: datetime
    reason: Reason


@dataclass(frozen=True, slots=True)
class Paused:
    """No poll until the user saves or clicks, or the credentials change.

    ``until`` is when one request finds out whether a refusal still holds; ``None`` if no request could.
    """

    code: ErrorCode
    until: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Situation:
    """What the next poll depends on.

    Attributes:
        interval_s: the user's interval, in seconds; ``None`` for an automatic one.
        unchanged: responses in a row with the same numbers.
        failures: failed attempts in a row, this one included.
        next_reset: the earliest known reset that is still ahead.
        jitter: a random number from -1 to 1.
        coverage: what local sources report meanwhile, ``None`` if that is nothing, or cannot be trusted.
        near_limit: a limit that only a request reports is nearly used up.
    """

    now: datetime
    interval_s: float | None
    outcome: Outcome
    unchanged: int = 0
    failures: int = 0
    next_reset: datetime | None = None
    jitter: float = 0.0
    coverage: Coverage | None = None
    near_limit: bool = False


@dataclass(frozen=True, slots=True)
class Budget:
    """A bucket together with its rule."""

    bucket: Bucket
    rule: BucketRule


RETRYING_CREDENTIALS = frozenset(
    {
        ErrorCode.KEYRING_MISSING,
        ErrorCode.KEYRING_FAILED,
        ErrorCode.LOGIN_UNREADABLE,
        ErrorCode.LOGIN_KEYCHAIN,
    }
)
"""Perhaps not there *yet*: at login the keyring may start after us, and a file may be half written."""

_ASKED_EVER_MORE_RARELY = frozenset(
    {ErrorCode.FORBIDDEN, ErrorCode.NOT_FOUND, ErrorCode.REQUEST_REFUSED, ErrorCode.NOTHING_LISTED}
)
"""Answers that may never change: unexplained refusals, and what may be a plan without limits."""

FOUND_WITHOUT_REQUEST = frozenset(
    {
        ErrorCode.LOGIN_RESTING,
        ErrorCode.LOGIN_MISSING,
        ErrorCode.LOGIN_DENIED,
        ErrorCode.LOGIN_FOLDER_WRONG,
        ErrorCode.SESSION_KEY_MISSING,
        ErrorCode.KEYRING_LOCKED,
    }
)
"""Reasons to pause that are found by reading the credentials: checking them after a sleep sends nothing."""


def decide_next(situation: Situation, budget: Budget | None) -> Poll | Paused:
    """Decide when to poll next.

    Args:
        situation: the last attempt and what is known around it.
        budget: the request budget of the source, ``None`` for a source without one.
    """
    outcome = situation.outcome
    if isinstance(outcome, Fetched):
        if not outcome.reading.has_content and (situation.interval_s or 0) < poll_intervals.NO_LIMITS_S:
            return _later(situation, poll_intervals.NO_LIMITS_S, Reason.NO_LIMITS)
        if outcome.reading.source is Source.BROWSER:
            return _after_browser(situation)
        return _after_numbers(situation, budget)
    return _after_failure(situation, outcome, budget)


def _after_numbers(situation: Situation, budget: Budget | None) -> Poll:
    if budget is None:
        planned = _in(situation, _wish_s(situation), Reason.INTERVAL)
    else:
        delay_s, reason = _pace(situation)
        slowed_s = poll_intervals.slowed_s(delay_s, budget.bucket.share)
        planned = _in(situation, slowed_s, Reason.SHARED if slowed_s > delay_s else reason)
        planned = _within_budget(planned, budget, situation.now, reserve=RESERVE)
    return _pulled_to_reset(planned, situation, budget)


def _after_browser(situation: Situation) -> Poll:
    """Plan the next request for when the browser may be used again: claude.ai may still demand one."""
    earliest = situation.now + timedelta(seconds=BROWSER_PAUSE_S)
    wish_s = _wish_s(situation)
    is_slower = wish_s > BROWSER_PAUSE_S
    delay_s = wish_s if is_slower else BROWSER_PAUSE_S
    reason = Reason.INTERVAL if is_slower else Reason.BROWSER
    planned = _later(situation, delay_s, reason)
    if situation.next_reset is not None:
        at = max(earliest, situation.next_reset + timedelta(seconds=AFTER_RESET_S))
        return Poll(at, Reason.RESET_DUE) if at < planned.at else planned
    return planned


def _wish_s(situation: Situation) -> float:
    return DEFAULT_INTERVAL_S if situation.interval_s is None else situation.interval_s


def _pace(situation: Situation) -> tuple[float, Reason]:
    """Return the interval of a source with a budget, in seconds, and the reason for it."""
    wish_s, coverage = situation.interval_s, situation.coverage
    covered_s = 0.0 if coverage is None else _covered_s(coverage, is_near=situation.near_limit)
    # A shorter wish would exceed the budget, or ask for what local sources report.
    if wish_s is not None and wish_s >= max(poll_intervals.MOVING_S, covered_s):
        return wish_s, Reason.INTERVAL
    if coverage is not None:
        return covered_s, Reason.COVERED
    if situation.unchanged:
        return poll_intervals.STILL_S, Reason.QUIET
    if situation.near_limit:
        return poll_intervals.NEAR_LIMIT_S, Reason.NEAR_LIMIT
    return poll_intervals.MOVING_S, Reason.INTERVAL


def _covered_s(coverage: Coverage, *, is_near: bool) -> float:
    if not coverage.incomplete:
        return poll_intervals.FULLY_COVERED_S
    return poll_intervals.MOVING_S if coverage.jumped or is_near else poll_intervals.COVERED_S


def _within_budget(planned: Poll, budget: Budget, now: datetime, *, reserve: float) -> Poll:
    earliest = allowed_at(budget.bucket, budget.rule, now, reserve=reserve)
    return Poll(earliest, Reason.BUDGET) if earliest > planned.at else planned


def _pulled_to_reset(planned: Poll, situation: Situation, budget: Budget | None) -> Poll:
    if situation.next_reset is None:
        return planned
    at = situation.next_reset + timedelta(seconds=AFTER_RESET_S)
    if at >= planned.at:
        return planned
    if budget is not None:
        # Without the reserve: showing the new limit window at once is what the last tokens are for.
        at = max(at, allowed_at(budget.bucket, budget.rule, situation.now))
    return Poll(at, Reason.RESET_DUE) if at < planned.at else planned


def _after_failure(situation: Situation, outcome: Failure, budget: Budget | None) -> Poll | Paused:
    if isinstance(outcome, MissingCredentials | Unauthorized):
        if outcome.code in RETRYING_CREDENTIALS:
            return _in(situation, poll_intervals.retry_s(situation.failures), Reason.RETRY)
        if outcome.code is ErrorCode.LOGIN_MAY_LACK_SCOPE:
            return _in(situation, DOUBTED_FOR.total_seconds(), Reason.REFUSED)
        return Paused(outcome.code)
    planned = _after_refusal(situation, outcome, budget)
    # Without the reserve: while there are no numbers, nothing is worth saving tokens for.
    return _within_budget(planned, budget, situation.now, reserve=0.0) if budget else planned


def _after_refusal(
    situation: Situation,
    outcome: RateLimited | Challenged | Offline | ServerError | Unreadable,
    budget: Budget | None,
) -> Poll:
    match outcome:
        case RateLimited():
            # With a margin, or guessed: see `block_after_429.block_s`.
            until = budget.bucket.blocked_until if budget else None
            return Poll(until or situation.now + timedelta(seconds=REFUSAL_PAUSE_S), Reason.RATE_LIMITED)
        case Challenged(until=datetime() as until):
            return Poll(until, Reason.BROWSER)
        case Challenged():
            return _later(situation, REFUSAL_PAUSE_S, Reason.REFUSED)
        case ServerError(code=code) | Unreadable(code=code) if code in _ASKED_EVER_MORE_RARELY:
            return _in(situation, poll_intervals.refused_s(situation.failures), Reason.REFUSED)
        case ServerError(http_status=status) if status < 500:  # there is no hurry: it would be refused again
            return _in(situation, REFUSAL_PAUSE_S, Reason.REFUSED)
        case Offline() | ServerError() | Unreadable():
            return _in(situation, poll_intervals.retry_s(situation.failures), Reason.RETRY)
        case _:
            assert_never(outcome)


def _later(situation: Situation, delay_s: float, reason: Reason) -> Poll:
    """Plan a poll after ``delay_s`` or a little later, not sooner: the browser's pause must be over."""
    return _in(replace(situation, jitter=abs(situation.jitter)), delay_s, reason)


def _in(situation: Situation, delay_s: float, reason: Reason) -> Poll:
    delay_s *= 1 + JITTER * situation.jitter
    return Poll(situation.now + timedelta(seconds=delay_s), reason)
