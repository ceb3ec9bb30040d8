"""When to poll next, and why: every delay has its reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.domain.block_after_429 import block
from claudometer.domain.errors import ErrorCode
from claudometer.domain.freshness import TRUST_FOR
from claudometer.domain.next_poll import (
    JITTER,
    Budget,
    Coverage,
    Paused,
    Poll,
    Reason,
    Situation,
    decide_next,
)
from claudometer.domain.outcome import (
    Challenged,
    Fetched,
    MissingCredentials,
    Offline,
    Outcome,
    RateLimited,
    ServerError,
    Unauthorized,
    Unreadable,
)
from claudometer.domain.token_bucket import OAUTH_BUDGET, Bucket, full
from claudometer.domain.usage import Source
from tests.clocks import NOON
from tests.readings import reading, spend

FETCHED = Fetched(reading())
RICH = Budget(full(OAUTH_BUDGET, NOON), OAUTH_BUDGET)


def delay_s(decision: Poll | Paused) -> float:
    assert isinstance(decision, Poll)
    return (decision.at - NOON).total_seconds()


def situation(outcome: Outcome, **changes: object) -> Situation:
    return Situation(**({"now": NOON, "interval_s": None, "outcome": outcome} | changes))  # type: ignore[arg-type]


def test_changing_numbers_are_polled_every_five_minutes() -> None:
    assert decide_next(situation(FETCHED), RICH) == Poll(NOON + timedelta(minutes=5), Reason.INTERVAL)


def test_unchanged_numbers_are_polled_every_ten_minutes() -> None:
    for unchanged in (1, 2, 1000):
        decision = decide_next(situation(FETCHED, unchanged=unchanged), RICH)
        assert decision == Poll(NOON + timedelta(minutes=10), Reason.QUIET)
        assert delay_s(decision) * (1 + JITTER) < TRUST_FOR.total_seconds()


def test_changing_numbers_near_a_limit_are_polled_as_fast_as_the_bucket_refills() -> None:
    decision = decide_next(situation(FETCHED, near_limit=True), RICH)
    assert decision == Poll(NOON + timedelta(seconds=OAUTH_BUDGET.refill_s), Reason.NEAR_LIMIT)
    assert delay_s(decide_next(situation(FETCHED, near_limit=True, unchanged=1), RICH)) == 600


@pytest.mark.parametrize("interval_s", [10, 60, 180, 299])
@pytest.mark.parametrize("unchanged", [0, 3])
def test_an_interval_shorter_than_the_budget_allows_gives_way_to_the_automatic_one(
    interval_s: int, unchanged: int
) -> None:
    requested = decide_next(situation(FETCHED, interval_s=interval_s, unchanged=unchanged), RICH)
    assert requested == decide_next(situation(FETCHED, unchanged=unchanged), RICH)


@pytest.mark.parametrize(("share", "pace_s"), [(1.0, 300), (0.5, 600), (0.25, 720)])
def test_an_account_with_a_shared_budget_is_polled_less_often_but_its_numbers_never_become_stale(
    share: float, pace_s: int
) -> None:
    bucket = Bucket(tokens=8.0, counted_at=NOON, share=share)
    decision = decide_next(situation(FETCHED), Budget(bucket, OAUTH_BUDGET))
    assert decision == Poll(NOON + timedelta(seconds=pace_s), Reason.SHARED if share < 1 else Reason.INTERVAL)
    assert delay_s(decision) * (1 + JITTER) < TRUST_FOR.total_seconds()


def test_a_login_that_may_not_show_usage_is_tried_again_in_an_hour() -> None:
    decision = decide_next(situation(Unauthorized(ErrorCode.LOGIN_MAY_LACK_SCOPE)), RICH)
    assert decision == Poll(NOON + timedelta(hours=1), Reason.REFUSED)


def test_an_automatic_interval_of_a_source_without_a_budget_is_a_minute() -> None:
    assert delay_s(decide_next(situation(FETCHED, unchanged=9), None)) == 60


def test_a_source_without_a_budget_keeps_the_users_interval() -> None:
    assert delay_s(decide_next(situation(FETCHED, interval_s=10.0, unchanged=9), None)) == 10


NOTHING = replace(reading(), limits=())


@pytest.mark.parametrize("budget", [RICH, None])
def test_a_plan_that_reports_no_limit_is_polled_once_an_hour(budget: Budget | None) -> None:
    decision = decide_next(situation(Fetched(NOTHING), unchanged=9), budget)
    assert decision == Poll(NOON + timedelta(hours=1), Reason.NO_LIMITS)
    spends = Fetched(replace(NOTHING, spend=spend()))
    assert delay_s(decide_next(situation(spends), budget)) == (60 if budget is None else 300)


def test_an_interval_of_more_than_five_minutes_is_kept() -> None:
    assert delay_s(decide_next(situation(FETCHED, interval_s=1800.0, unchanged=3), RICH)) == 1800


CALM = Coverage(incomplete=True, jumped=False)


def test_with_local_sources_polls_are_rarer_but_the_models_never_become_stale() -> None:
    decision = decide_next(situation(FETCHED, coverage=CALM), RICH)
    assert decision == Poll(NOON + timedelta(minutes=12), Reason.COVERED)
    assert delay_s(decision) * (1 + JITTER) < TRUST_FOR.total_seconds()


def test_when_local_sources_show_a_change_the_models_are_polled_sooner() -> None:
    decision = decide_next(situation(FETCHED, coverage=Coverage(incomplete=True, jumped=True)), RICH)
    assert decision == Poll(NOON + timedelta(minutes=5), Reason.COVERED)


def test_when_local_sources_cover_every_limit_a_poll_every_half_hour_is_enough() -> None:
    complete = Coverage(incomplete=False, jumped=True)
    assert delay_s(decide_next(situation(FETCHED, coverage=complete), RICH)) == 1800


def test_coverage_shortens_no_long_interval_and_delays_no_source_without_a_budget() -> None:
    slow = decide_next(situation(FETCHED, interval_s=3600.0, coverage=CALM), RICH)
    assert slow == Poll(NOON + timedelta(hours=1), Reason.INTERVAL)
    assert delay_s(decide_next(situation(FETCHED, coverage=CALM), None)) == 60


def test_a_models_limit_that_is_nearly_used_up_is_polled_sooner_than_local_sources_need() -> None:
    assert delay_s(decide_next(situation(FETCHED, coverage=CALM, near_limit=True), RICH)) == 300


def test_coverage_does_not_delay_the_poll_after_a_reset() -> None:
    reset = NOON + timedelta(minutes=2)
    decision = decide_next(situation(FETCHED, coverage=CALM, next_reset=reset), RICH)
    assert decision == Poll(reset + timedelta(seconds=5), Reason.RESET_DUE)


def test_a_spent_budget_delays_the_poll_and_says_so() -> None:
    poor = Budget(Bucket(tokens=0.0, counted_at=NOON), OAUTH_BUDGET)
    decision = decide_next(situation(FETCHED), poor)
    assert decision == Poll(NOON + timedelta(seconds=540), Reason.BUDGET)


def test_a_reset_before_the_next_poll_is_followed_by_a_poll() -> None:
    reset = NOON + timedelta(seconds=20)
    decision = decide_next(situation(FETCHED, next_reset=reset), RICH)
    assert decision == Poll(reset + timedelta(seconds=5), Reason.RESET_DUE)


def test_a_reset_does_not_overdraw_the_budget() -> None:
    poor = Budget(Bucket(tokens=0.0, counted_at=NOON), OAUTH_BUDGET)
    decision = decide_next(situation(FETCHED, next_reset=NOON + timedelta(seconds=20)), poor)
    assert delay_s(decision) == 180


@pytest.mark.parametrize(
    "outcome",
    [
        MissingCredentials(ErrorCode.SESSION_KEY_MISSING),
        MissingCredentials(ErrorCode.LOGIN_MISSING),
        Unauthorized(ErrorCode.LOGIN_RESTING),
        Unauthorized(ErrorCode.SESSION_KEY_REJECTED),
    ],
)
def test_bad_credentials_pause_polling(outcome: MissingCredentials | Unauthorized) -> None:
    assert decide_next(situation(outcome), RICH) == Paused(outcome.code)


@pytest.mark.parametrize("outcome", [Challenged(), ServerError(403, ErrorCode.FORBIDDEN), ServerError(404)])
def test_a_refusal_that_is_not_about_credentials_does_not_pause_polling(outcome: Outcome) -> None:
    assert decide_next(situation(outcome, failures=1), None) == Poll(
        NOON + timedelta(minutes=5), Reason.REFUSED
    )


@pytest.mark.parametrize(
    "outcome", [ServerError(403, ErrorCode.FORBIDDEN), Unreadable(ErrorCode.NOTHING_LISTED)]
)
def test_a_failure_that_may_last_is_polled_more_and_more_rarely(outcome: Outcome) -> None:
    delays = [delay_s(decide_next(situation(outcome, failures=n), None)) for n in range(1, 8)]
    assert delays == [300, 600, 1200, 2400, 3600, 3600, 3600]


@pytest.mark.parametrize("outcome", [Offline(), ServerError(503), Unreadable()])
def test_a_temporary_failure_is_retried_after_half_a_minute_to_five_minutes(outcome: Outcome) -> None:
    delays = [delay_s(decide_next(situation(outcome, failures=n), None)) for n in range(1, 7)]
    assert delays == [30, 60, 120, 240, 300, 300]


def test_a_rate_limit_is_waited_out() -> None:
    blocked = Budget(block(full(OAUTH_BUDGET, NOON), NOON, 3600), OAUTH_BUDGET)
    decision = decide_next(situation(RateLimited(3600), failures=1), blocked)
    assert decision == Poll(NOON + timedelta(seconds=3630), Reason.RATE_LIMITED)


outcomes = st.sampled_from(
    [FETCHED, Offline(), Challenged(), RateLimited(), Unreadable(), ServerError(500), ServerError(403)]
)


@given(
    outcome=outcomes,
    interval_s=st.integers(10, 3600),
    unchanged=st.integers(0, 10_000),
    failures=st.integers(0, 10_000),
    tokens=st.floats(0, 8),
    jitter=st.floats(-1, 1),
)
def test_the_next_poll_is_never_at_once_and_never_days_away(
    outcome: Outcome, interval_s: int, unchanged: int, failures: int, tokens: float, jitter: float
) -> None:
    budget = Budget(Bucket(tokens=tokens, counted_at=NOON), OAUTH_BUDGET)
    decision = decide_next(
        situation(outcome, interval_s=interval_s, unchanged=unchanged, failures=failures, jitter=jitter),
        budget,
    )
    assert 9 <= delay_s(decision) <= 75 * 60


@pytest.mark.parametrize(
    "code",
    [
        ErrorCode.KEYRING_MISSING,
        ErrorCode.KEYRING_FAILED,
        ErrorCode.LOGIN_UNREADABLE,
        ErrorCode.LOGIN_KEYCHAIN,
    ],
)
def test_credentials_that_may_appear_later_are_retried(code: ErrorCode) -> None:
    decision = decide_next(situation(MissingCredentials(code), failures=1), None)
    assert decision == Poll(NOON + timedelta(seconds=30), Reason.RETRY)


THROUGH_BROWSER = Fetched(replace(reading(), source=Source.BROWSER))


@pytest.mark.parametrize("jitter", [-1.0, 0.0, 1.0])
@pytest.mark.parametrize("interval_s", [10.0, 60.0, 300.0])
def test_numbers_through_a_browser_are_polled_every_five_minutes_and_never_sooner(
    interval_s: float, jitter: float
) -> None:
    decision = decide_next(situation(THROUGH_BROWSER, interval_s=interval_s, jitter=jitter), None)
    assert isinstance(decision, Poll)
    assert decision.reason is Reason.BROWSER
    assert 300 <= delay_s(decision) <= 330


def test_an_interval_longer_than_the_browsers_pause_is_kept() -> None:
    decision = decide_next(situation(THROUGH_BROWSER, interval_s=1800.0), None)
    assert decision == Poll(NOON + timedelta(seconds=1800), Reason.INTERVAL)


@pytest.mark.parametrize(("reset_s", "polled_s"), [(60, 300), (600, 605)])
def test_after_a_reset_the_poll_waits_for_the_end_of_the_browsers_pause(reset_s: int, polled_s: int) -> None:
    reset = NOON + timedelta(seconds=reset_s)
    decision = decide_next(situation(THROUGH_BROWSER, interval_s=1800.0, next_reset=reset), None)
    assert decision == Poll(NOON + timedelta(seconds=polled_s), Reason.RESET_DUE)


def test_while_the_browser_rests_the_next_poll_is_when_it_may_run_again() -> None:
    until = NOON + timedelta(seconds=123)
    resting = Challenged(ErrorCode.BROWSER_RESTING, until)
    assert decide_next(situation(resting), None) == Poll(until, Reason.BROWSER)


@pytest.mark.parametrize("jitter", [-1.0, 1.0])
def test_after_a_challenge_the_next_poll_comes_after_the_browsers_pause(jitter: float) -> None:
    assert delay_s(decide_next(situation(Challenged(), jitter=jitter), None)) >= 300
