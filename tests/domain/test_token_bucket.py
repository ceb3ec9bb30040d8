"""The request budget: at most 28 requests in an hour, whatever happens to the clock or the process."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.domain.block_after_429 import block
from claudometer.domain.token_bucket import (
    MAX_BLOCK_S,
    OAUTH_BUDGET,
    OWN_FAULT,
    UNLIMITED,
    Bucket,
    allowed_at,
    cut,
    full,
    give_back,
    in_force,
    refill,
    take,
)
from tests.clocks import NOON

HOUR = timedelta(hours=1)


def greedy(seconds: int, steps: list[int]) -> list[datetime]:
    """Try to take a token after each step (in seconds); return the times at which one was granted."""
    bucket, now, granted = full(OAUTH_BUDGET, NOON), NOON, []
    for step in steps:
        now += timedelta(seconds=step)
        if now > NOON + timedelta(seconds=seconds):
            break
        if (taken := take(bucket, OAUTH_BUDGET, now)) is not None:
            bucket = taken
            granted.append(now)
    return granted


def test_a_request_every_ten_seconds_for_a_day_never_exceeds_28_in_an_hour() -> None:
    granted = greedy(86_400, [10] * 8640)
    assert max(sum(start <= at < start + HOUR for at in granted) for start in granted) <= 28
    assert len(granted) == pytest.approx(8 + 86_400 / 180, abs=2)  # a full bucket, then one in 3 minutes


@given(st.lists(st.integers(0, 900), max_size=400))
def test_no_hour_exceeds_28_however_the_requests_are_spread(steps: list[int]) -> None:
    granted = greedy(10**9, steps)
    assert all(sum(start <= at < start + HOUR for at in granted) <= 28 for start in granted)


@given(st.lists(st.integers(-10_000_000, 10_000_000), max_size=50))
def test_a_clock_that_jumps_never_gives_more_than_a_full_bucket(jumps: list[int]) -> None:
    bucket, now = full(OAUTH_BUDGET, NOON), NOON
    for jump in jumps:
        now += timedelta(seconds=jump)
        bucket = refill(bucket, OAUTH_BUDGET, now)
        assert 0 <= bucket.tokens <= OAUTH_BUDGET.capacity


def test_a_clock_set_back_a_year_does_not_block_for_a_year() -> None:
    blocked = block(full(OAUTH_BUDGET, NOON), NOON, retry_after_s=600)
    a_year_ago = NOON - timedelta(days=365)
    assert allowed_at(blocked, OAUTH_BUDGET, a_year_ago) <= a_year_ago + timedelta(seconds=MAX_BLOCK_S)


def test_an_empty_bucket_says_when_the_next_request_may_be_sent() -> None:
    empty = Bucket(tokens=0.0, counted_at=NOON)
    assert take(empty, OAUTH_BUDGET, NOON) is None
    at = allowed_at(empty, OAUTH_BUDGET, NOON)
    assert at == NOON + timedelta(seconds=180)
    assert take(empty, OAUTH_BUDGET, at) is not None


def test_a_reserve_is_left_for_clicks() -> None:
    two_left = Bucket(tokens=2.0, counted_at=NOON)
    assert allowed_at(two_left, OAUTH_BUDGET, NOON) == NOON
    assert allowed_at(two_left, OAUTH_BUDGET, NOON, reserve=2) == NOON + timedelta(seconds=180)


def after(sent: int, bucket: Bucket | None = None) -> Bucket:
    """Return a bucket whose account has sent ``sent`` requests in the last hour, the last one at noon."""
    times = tuple(NOON - timedelta(minutes=2) * back for back in reversed(range(sent)))
    return replace(bucket or Bucket(tokens=5.0, counted_at=NOON), sent=times)


def test_a_refusal_that_our_own_requests_do_not_explain_halves_the_rate() -> None:
    halved = cut(after(6), OAUTH_BUDGET, NOON)
    assert halved.share == 0.5
    assert in_force(OAUTH_BUDGET, halved.share).refill_s == 2 * OAUTH_BUDGET.refill_s
    quartered = cut(after(6, halved), OAUTH_BUDGET, NOON)
    assert cut(quartered, OAUTH_BUDGET, NOON).share == quartered.share == OAUTH_BUDGET.least_share


def test_a_refusal_that_our_own_requests_explain_halves_nothing() -> None:
    assert cut(after(OWN_FAULT), OAUTH_BUDGET, NOON).share == 1.0
    two_hours_ago = cut(after(OWN_FAULT), OAUTH_BUDGET, NOON + timedelta(hours=2))
    assert two_hours_ago.share == 0.5


def test_a_second_refusal_in_a_row_halves_nothing_since_nothing_was_sent_between() -> None:
    refused = block(cut(after(6), OAUTH_BUDGET, NOON), NOON, 3600)
    assert cut(refused, OAUTH_BUDGET, NOON + HOUR).share == 0.5


def test_a_source_without_a_budget_has_no_share_to_lose_and_keeps_no_times() -> None:
    taken = take(full(UNLIMITED, NOON), UNLIMITED, NOON)
    assert taken is not None
    assert taken.sent == ()
    assert cut(taken, UNLIMITED, NOON).share == 1.0


def test_the_rate_comes_back_in_small_equal_steps() -> None:
    bucket, answers = replace(after(1), share=0.5), 0
    while bucket.share < 1.0:
        bucket, answers = give_back(bucket), answers + 1
    assert answers == pytest.approx(400, abs=1)
    assert give_back(bucket).share == 1.0


@given(st.floats(0.25, 1), st.lists(st.integers(0, 900), max_size=200))
def test_at_every_share_no_hour_exceeds_what_it_allows(share: float, steps: list[int]) -> None:
    rule = in_force(OAUTH_BUDGET, share)
    bucket = replace(full(OAUTH_BUDGET, NOON), share=share)
    now, granted = NOON, []
    for step in steps:
        now += timedelta(seconds=step)
        if (taken := take(bucket, OAUTH_BUDGET, now)) is not None:
            bucket = taken
            granted.append(now)
    most = rule.capacity + 3600 / rule.refill_s
    assert all(sum(start <= at < start + HOUR for at in granted) <= most for start in granted)
    assert len(bucket.sent) <= most
