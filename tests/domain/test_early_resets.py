"""What is muted until a reset ends with the reset, also with one that comes early."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from claudometer.domain.alerts.codec import silence_from_json, silence_to_json
from claudometer.domain.alerts.early_resets import followed
from claudometer.domain.alerts.silence import Silence
from claudometer.domain.outcome import Status
from claudometer.domain.usage import AccountId, Limit
from tests.clocks import NOON
from tests.readings import reading, session, snapshot, weekly

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
END = NOON + 4 * HOUR
NEXT = NOON + 5 * HOUR + 30 * MINUTE
SESSION = ("claude/account-1", "session")
BY_MENU = Silence(END, reset_of=SESSION)
BY_BUBBLE = Silence().with_limits({SESSION: END}, NOON)
BOTH = replace(BY_MENU, limits=BY_BUBBLE.limits)


def see(silence: Silence, minutes: float, *limits: Limit) -> Silence:
    """Return the silence after an answer with these limits, kept and read again as a restart does."""
    now = NOON + minutes * MINUTE
    seen = followed(silence, snapshot(reading(*limits, fetched_at=now)), now)
    return silence_from_json(json.loads(json.dumps(silence_to_json(seen))))


@pytest.mark.parametrize("silence", [BY_MENU, BY_BUBBLE, BOTH])
@pytest.mark.parametrize("limit", [session(2, NEXT), session(0, None)])
def test_an_early_reset_ends_it_at_the_second_answer(silence: Silence, limit: Limit) -> None:
    doubted = see(silence, 30, limit)
    assert (doubted.until, doubted.limits) == (silence.until, silence.limits)
    assert see(doubted, 30, limit) == doubted  # the same answer, looked at again
    assert see(doubted, 31, limit) == Silence()


@pytest.mark.parametrize("silence", [BY_MENU, BY_BUBBLE, BOTH])
def test_an_answer_that_takes_it_back_starts_over(silence: Silence) -> None:
    doubted = see(silence, 30, session(2, NEXT))
    assert see(doubted, 31, session(90, END)) == silence
    assert see(see(silence, 32, session(90, END)), 33, session(2, NEXT)).limits == silence.limits


@pytest.mark.parametrize("is_answered", [True, False])
def test_a_doubt_about_an_earlier_mute_does_not_count_against_the_next(*, is_answered: bool) -> None:
    silence = see(BY_BUBBLE, 239, session(2, NEXT))  # a minute before it ends by itself
    if is_answered:
        silence = see(silence, 241, session(3, NEXT))
    again = silence.with_limits({SESSION: NEXT}, NOON + 242 * MINUTE)
    assert list(see(again, 250, session(1, NEXT + 3 * HOUR)).limits) == [SESSION]


@pytest.mark.parametrize("end", [END, END + timedelta(seconds=2), None])
def test_the_same_window_stays_muted_also_with_jitter_or_without_its_time(end: datetime | None) -> None:
    for minutes in range(0, 60, 5):
        assert see(BOTH, minutes, session(90, end)) == BOTH


def test_a_reset_time_that_drifts_is_followed() -> None:
    later = END + 20 * MINUTE
    seen = see(BOTH, 30, session(90, later))
    assert (seen.until, seen.limits) == (later, {SESSION: later})


def test_a_time_of_day_has_nothing_to_do_with_a_reset() -> None:
    silence = Silence(END)
    assert see(see(silence, 30, session(2, NEXT)), 31, session(2, NEXT)) == silence


def test_other_limits_other_accounts_and_old_numbers_end_nothing() -> None:
    silence = BOTH
    for minutes in (30, 31, 32):
        now = NOON + minutes * MINUTE
        silence = see(silence, minutes, weekly(2, NEXT))
        shown = reading(session(2, NEXT), fetched_at=now)
        other = replace(shown, account=replace(shown.account, id=AccountId("account-2")))
        silence = followed(silence, snapshot(other), now)
        old = reading(session(2, NEXT), fetched_at=NOON - HOUR * minutes)
        silence = followed(silence, snapshot(old, status=Status.OFFLINE), now)
        silence = followed(silence, replace(snapshot(), reading=None), now)
    assert silence == BOTH


def test_one_limit_of_two_is_ended_and_the_other_stays() -> None:
    week = ("claude/account-1", "weekly")
    silence = BY_BUBBLE.with_limits({week: NOON + timedelta(days=3)}, NOON)
    limits = (session(2, NEXT), weekly(50, NOON + timedelta(days=3)))
    assert list(see(see(silence, 30, *limits), 31, *limits).limits) == [week]
    assert list(silence.without_limit(week).limits) == [SESSION]
