"""The clock that the server's time corrects, and the detection of sleep and of clocks that were set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.domain.clock import ClockReading, CorrectedClock, Lapse, ServerTime, SystemClock
from tests.clocks import NOON, FakeClock

HOUR = timedelta(hours=1)
JUMPS = [HOUR, -HOUR, timedelta(days=365), timedelta(days=-365), timedelta(days=-20_000)]


def corrected(
    own: FakeClock, ahead: timedelta = timedelta(), *, uncertainty_s: float = 1.0
) -> CorrectedClock:
    """Return a clock that has observed a server time ``ahead`` of the machine's."""
    clock = CorrectedClock(own)
    clock.observe(ServerTime(own.now() + ahead, own.boottime(), uncertainty_s))
    return clock


def test_before_any_server_time_it_is_the_machines_clock() -> None:
    own = FakeClock()
    clock = CorrectedClock(own)
    assert (clock.now(), clock.skew_s) == (NOON, 0.0)
    own.set_wall(NOON + HOUR)
    assert (clock.now(), clock.skew_s) == (NOON + HOUR, 0.0)


@pytest.mark.parametrize("seconds", [-60, -5, 0, 30, 60])
def test_a_deviation_of_at_most_a_minute_is_ignored(seconds: int) -> None:
    clock = corrected(FakeClock(), timedelta(seconds=seconds))
    assert (clock.now(), clock.skew_s) == (NOON, 0.0)


@pytest.mark.parametrize("seconds", [-86_400, -61, 61, 3480, 31_536_000])
def test_a_deviation_of_more_than_a_minute_is_corrected_and_reported(seconds: int) -> None:
    own = FakeClock()
    clock = corrected(own, timedelta(seconds=seconds))
    own.advance(90)
    assert clock.now() == NOON + timedelta(seconds=seconds + 90)
    assert clock.skew_s == pytest.approx(seconds)


@pytest.mark.parametrize("jump", JUMPS)
def test_after_a_server_time_setting_the_machines_clock_changes_nothing(jump: timedelta) -> None:
    own = FakeClock()
    clock = corrected(own)
    own.advance(30)
    own.set_wall(own.now() + jump)
    own.advance(30)
    assert clock.now() == NOON + timedelta(seconds=60)
    assert clock.skew_s == pytest.approx(-jump.total_seconds())


def test_correcting_the_machines_clock_ends_the_correction() -> None:
    own = FakeClock()
    clock = corrected(own, HOUR)
    assert clock.skew_s == 3600
    own.set_wall(NOON + HOUR)
    assert (clock.now(), clock.skew_s) == (NOON + HOUR, 0.0)


def test_the_correction_survives_sleep() -> None:
    own = FakeClock()
    clock = corrected(own, HOUR)
    own.sleep(8 * 3600)
    assert clock.now() == NOON + 9 * HOUR


def test_a_deviation_of_about_a_minute_does_not_come_and_go() -> None:
    own = FakeClock()
    clock = corrected(own, timedelta(seconds=61))
    for wobble_s in (2, -2, 5, -5):
        own.set_wall(own.now() + timedelta(seconds=wobble_s))
        assert clock.skew_s > 0
    own.set_wall(NOON + timedelta(seconds=17))
    assert clock.skew_s == 0


def test_a_server_time_that_agrees_within_its_uncertainty_changes_nothing() -> None:
    own = FakeClock()
    clock = corrected(own, HOUR)
    own.advance(60)
    before = clock.now()
    assert not clock.observe(ServerTime(before + timedelta(seconds=1.5), own.boottime(), 1.0))
    assert clock.now() == before


def test_a_server_time_that_differs_is_adopted_and_a_jump_reported() -> None:
    own = FakeClock()
    clock = corrected(own, HOUR)
    assert not clock.observe(ServerTime(NOON + HOUR + timedelta(seconds=10), own.boottime(), 1.0))
    assert clock.now() == NOON + HOUR + timedelta(seconds=10)
    assert clock.observe(ServerTime(NOON, own.boottime(), 1.0))
    assert (clock.now(), clock.skew_s) == (NOON, 0.0)


def test_a_server_time_that_is_too_uncertain_is_ignored() -> None:
    clock = corrected(FakeClock(), HOUR, uncertainty_s=10.5)
    assert (clock.now(), clock.skew_s) == (NOON, 0.0)


def test_a_server_of_the_year_9999_does_not_break_the_clock() -> None:
    own = FakeClock()
    clock = CorrectedClock(own)
    clock.observe(ServerTime(datetime(9999, 12, 31, 23, 59, tzinfo=UTC), own.boottime(), 1.0))
    own.advance(3600)
    assert clock.now() == own.now()


steps = st.one_of(
    st.tuples(st.just("advance"), st.floats(0, 7200)),
    st.tuples(st.just("sleep"), st.floats(0, 90_000)),
    st.tuples(st.just("set"), st.floats(-4e7, 4e7)),
)


@given(st.lists(steps, max_size=30))
def test_whatever_happens_to_the_machines_clock_the_error_is_at_most_a_minute(
    history: list[tuple[str, float]],
) -> None:
    own = FakeClock()
    clock = corrected(own)
    truth = NOON
    for what, seconds in history:
        if what == "set":
            own.set_wall(own.now() + timedelta(seconds=seconds))
        else:
            (own.advance if what == "advance" else own.sleep)(seconds)
            truth += timedelta(seconds=seconds)
        assert abs((clock.now() - truth).total_seconds()) <= 60


# Comparing two readings of a clock.


def lapse(clock: FakeClock, *events: tuple[str, float]) -> Lapse | None:
    before = ClockReading.at(clock)
    for name, seconds in events:
        if name == "set":
            clock.set_wall(clock.now() + timedelta(seconds=seconds))
        else:
            getattr(clock, name)(seconds)
    return ClockReading.at(clock).lapse_since(before)


@pytest.mark.parametrize(
    ("events", "seen"),
    [
        ([], None),
        ([("advance", 7.0)], None),
        ([("advance", 100_000.0)], None),
        ([("advance", 7.0), ("sleep", 9.0)], None),
        ([("advance", 2.0), ("sleep", 10.0)], Lapse.SLEEP),
        ([("sleep", 30_000.0)], Lapse.SLEEP),
        ([("sleep", 3600.0), ("set", -3600.0)], Lapse.SLEEP),
        ([("advance", 7.0), ("set", 59.0)], None),
        ([("advance", 7.0), ("set", 60.0)], Lapse.JUMP),
        ([("advance", 7.0), ("set", -3600.0)], Lapse.JUMP),
        ([("set", 31_536_000.0)], Lapse.JUMP),
    ],
)
def test_sleep_is_distinguished_from_a_clock_that_was_set(
    events: list[tuple[str, float]], seen: Lapse | None
) -> None:
    assert lapse(FakeClock(), *events) is seen


def test_a_corrected_clock_still_shows_that_the_machines_clock_was_set() -> None:
    own = FakeClock()
    clock = corrected(own)
    before = ClockReading.at(clock)
    own.set_wall(NOON - HOUR)
    assert clock.now() == NOON
    assert ClockReading.at(clock).lapse_since(before) is Lapse.JUMP


def test_the_machines_clocks_advance_together_while_it_is_awake() -> None:
    clock = SystemClock()
    before = ClockReading.at(clock)
    after = ClockReading.at(clock)
    assert after.boottime >= before.boottime
    assert after.lapse_since(before) is None
