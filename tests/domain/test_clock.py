"""The clock that knows the server's time, and what is seen of sleep and of clocks that are set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.domain.clock import ClockReading, CorrectedClock, Lapse, ServerTime, SystemClock
from tests.clocks import NOON, FakeClock

HOUR = timedelta(hours=1)
JUMPS = [HOUR, -HOUR, timedelta(days=365), timedelta(days=-365), timedelta(days=-20_000)]


def heard(own: FakeClock, ahead: timedelta = timedelta(), *, uncertainty_s: float = 1.0) -> CorrectedClock:
    """A clock that was told a server's time, ``ahead`` of the machine's."""
    clock = CorrectedClock(own)
    clock.observe(ServerTime(own.now() + ahead, own.boottime(), uncertainty_s))
    return clock


def test_before_a_server_was_heard_it_is_the_machines_own() -> None:
    own = FakeClock()
    clock = CorrectedClock(own)
    assert (clock.now(), clock.skew_s) == (NOON, 0.0)
    own.set_wall(NOON + HOUR)
    assert (clock.now(), clock.skew_s) == (NOON + HOUR, 0.0)


@pytest.mark.parametrize("seconds", [-60, -5, 0, 30, 60])
def test_a_minute_is_not_worth_a_word(seconds: int) -> None:
    clock = heard(FakeClock(), timedelta(seconds=seconds))
    assert (clock.now(), clock.skew_s) == (NOON, 0.0)


@pytest.mark.parametrize("seconds", [-86_400, -61, 61, 3480, 31_536_000])
def test_more_than_a_minute_is_corrected_and_told(seconds: int) -> None:
    own = FakeClock()
    clock = heard(own, timedelta(seconds=seconds))
    own.advance(90)
    assert clock.now() == NOON + timedelta(seconds=seconds + 90)
    assert clock.skew_s == pytest.approx(seconds)


@pytest.mark.parametrize("jump", JUMPS)
def test_once_a_server_was_heard_a_clock_that_is_set_changes_nothing(jump: timedelta) -> None:
    own = FakeClock()
    clock = heard(own)
    own.advance(30)
    own.set_wall(own.now() + jump)
    own.advance(30)
    assert clock.now() == NOON + timedelta(seconds=60)
    assert clock.skew_s == pytest.approx(-jump.total_seconds())


def test_a_clock_that_is_put_right_ends_the_correction_by_itself() -> None:
    own = FakeClock()
    clock = heard(own, HOUR)
    assert clock.skew_s == 3600
    own.set_wall(NOON + HOUR)
    assert (clock.now(), clock.skew_s) == (NOON + HOUR, 0.0)


def test_the_correction_goes_on_through_sleep() -> None:
    own = FakeClock()
    clock = heard(own, HOUR)
    own.sleep(8 * 3600)
    assert clock.now() == NOON + 9 * HOUR


def test_a_deviation_of_just_a_minute_does_not_come_and_go() -> None:
    own = FakeClock()
    clock = heard(own, timedelta(seconds=61))
    for wobble_s in (2, -2, 5, -5):
        own.set_wall(own.now() + timedelta(seconds=wobble_s))
        assert clock.skew_s > 0
    own.set_wall(NOON + timedelta(seconds=17))
    assert clock.skew_s == 0


def test_an_answer_that_says_nothing_new_moves_nothing() -> None:
    own = FakeClock()
    clock = heard(own, HOUR)
    own.advance(60)
    before = clock.now()
    assert not clock.observe(ServerTime(before + timedelta(seconds=1.5), own.boottime(), 1.0))
    assert clock.now() == before


def test_an_answer_that_says_otherwise_counts_and_a_jump_is_told() -> None:
    own = FakeClock()
    clock = heard(own, HOUR)
    assert not clock.observe(ServerTime(NOON + HOUR + timedelta(seconds=10), own.boottime(), 1.0))
    assert clock.now() == NOON + HOUR + timedelta(seconds=10)
    assert clock.observe(ServerTime(NOON, own.boottime(), 1.0))
    assert (clock.now(), clock.skew_s) == (NOON, 0.0)


def test_a_time_that_is_too_uncertain_is_not_listened_to() -> None:
    clock = heard(FakeClock(), HOUR, uncertainty_s=10.5)
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
def test_whatever_is_done_to_the_clock_it_stays_within_a_minute_of_the_servers(
    history: list[tuple[str, float]],
) -> None:
    own = FakeClock()
    clock = heard(own)
    truth = NOON
    for what, seconds in history:
        if what == "set":
            own.set_wall(own.now() + timedelta(seconds=seconds))
        else:
            (own.advance if what == "advance" else own.sleep)(seconds)
            truth += timedelta(seconds=seconds)
        assert abs((clock.now() - truth).total_seconds()) <= 60


# Two looks.


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
def test_sleep_and_a_clock_that_was_set_are_told_apart(
    events: list[tuple[str, float]], seen: Lapse | None
) -> None:
    assert lapse(FakeClock(), *events) is seen


def test_a_clock_that_is_corrected_still_shows_that_it_was_set() -> None:
    own = FakeClock()
    clock = heard(own)
    before = ClockReading.at(clock)
    own.set_wall(NOON - HOUR)
    assert clock.now() == NOON
    assert ClockReading.at(clock).lapse_since(before) is Lapse.JUMP


def test_the_machines_clocks_go_forward_together_while_it_is_awake() -> None:
    clock = SystemClock()
    before = ClockReading.at(clock)
    after = ClockReading.at(clock)
    assert after.boottime >= before.boottime
    assert after.lapse_since(before) is None
