"""Which numbers are still shown and trusted: windows that are over, and the age of each number."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from claudometer.domain.freshness import TRUST_FOR, is_old, is_stale, shown_percent, valid_until
from claudometer.domain.next_poll import Poll, Reason
from claudometer.domain.outcome import Status
from claudometer.domain.snapshot import Snapshot
from claudometer.domain.usage import Mode, Origin, Source, has_reset
from tests.clocks import NOON
from tests.readings import fable, reading, session, snapshot, spend, weekly


def test_a_window_whose_reset_has_passed_shows_no_number() -> None:
    over = session(81.0, resets_at=NOON)
    assert has_reset(over, NOON)
    assert shown_percent(over, NOON) is None
    assert shown_percent(over, NOON - timedelta(seconds=1)) == 81.0


def test_a_window_that_has_not_started_keeps_its_zero() -> None:
    assert shown_percent(session(0.0, resets_at=None), NOON) == 0.0


def test_numbers_from_the_future_are_stale_because_the_clock_was_set_back() -> None:
    shown = snapshot(reading(fetched_at=NOON + timedelta(days=3)))
    assert is_stale(shown, NOON)


def test_numbers_older_than_a_quarter_of_an_hour_are_stale() -> None:
    fresh = snapshot(reading(fetched_at=NOON - timedelta(minutes=15)))
    old = snapshot(reading(fetched_at=NOON - timedelta(minutes=15, seconds=1)))
    assert not is_stale(fresh, NOON)
    assert is_stale(old, NOON)


def test_with_a_long_interval_numbers_stay_current_until_the_planned_poll() -> None:
    planned = Poll(NOON + timedelta(hours=1), Reason.INTERVAL)
    hourly = replace(snapshot(reading(fetched_at=NOON)), next_poll=planned)
    assert not is_stale(hourly, NOON + timedelta(minutes=59))
    assert is_stale(hourly, NOON + timedelta(minutes=62))
    assert is_stale(replace(hourly, status=Status.OFFLINE), NOON + timedelta(minutes=59))
    waiting = replace(hourly, next_poll=Poll(planned.at, Reason.BUDGET))
    assert is_stale(waiting, NOON + timedelta(minutes=59))


@pytest.mark.parametrize(
    ("resets", "seconds"),
    [
        ([timedelta(minutes=10), timedelta(days=2)], 600),
        ([timedelta(minutes=-10), timedelta(days=2)], TRUST_FOR.total_seconds()),
        ([None, timedelta(hours=1)], TRUST_FOR.total_seconds()),
    ],
)
def test_numbers_are_valid_until_a_window_ends_or_all_are_old(
    resets: list[timedelta | None], seconds: float
) -> None:
    limits = [weekly(29.0, None if each is None else NOON + each) for each in resets]
    assert valid_until(snapshot(reading(*limits)), NOON) == NOON + timedelta(seconds=seconds)


def test_without_a_valid_number_there_is_no_end_of_validity() -> None:
    assert valid_until(Snapshot(mode=Mode.CLI), NOON) is None
    assert valid_until(snapshot(reading(weekly(29.0, NOON))), NOON + timedelta(days=1)) is None


def from_status_line(minutes_ago: float) -> Origin:
    return Origin(Source.STATUS_LINE, NOON - timedelta(minutes=minutes_ago))


def test_every_number_has_its_own_age() -> None:
    hour_ago = NOON - timedelta(hours=1)
    shown = snapshot(
        reading(replace(session(), origin=from_status_line(1)), fable(), fetched_at=hour_ago, spend=spend())
    )
    assert not is_stale(shown, NOON)
    assert not is_old(replace(session(), origin=from_status_line(1)), shown, NOON)
    assert is_old(fable(), shown, NOON)
    assert is_old(spend(), shown, NOON)
    assert not is_old(replace(spend(), origin=from_status_line(2)), shown, NOON)


def test_numbers_are_stale_when_every_shown_one_is_old() -> None:
    hour_ago = NOON - timedelta(hours=1)
    shown = snapshot(reading(replace(session(), origin=from_status_line(16)), fable(), fetched_at=hour_ago))
    assert is_stale(shown, NOON)
    over = replace(session(81.0, resets_at=NOON), origin=from_status_line(1))
    assert is_stale(snapshot(reading(over, fable(), fetched_at=hour_ago)), NOON)


def test_without_a_reading_nothing_is_current() -> None:
    nothing = replace(snapshot(), reading=None)
    assert is_old(session(), nothing, NOON)
