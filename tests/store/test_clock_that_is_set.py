"""What a clock that is set, or wrong for a while, does to the history: nothing is lost or invented."""

from __future__ import annotations

import threading
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from claudometer.domain.history import GAP_S, ResetCause
from claudometer.store.connecting import connect
from claudometer.store.in_memory import connect_memory
from claudometer.store.queries import read_points, read_resets
from claudometer.store.writing import AHEAD_S, write_reading
from tests.clocks import NOON, FakeClock
from tests.histories import LONG_AGO, SESSION, WEEKLY, after, percents, record
from tests.readings import reading, session, weekly

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from claudometer.domain.history import Point
    from claudometer.store.history import History

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
GAP, AHEAD = timedelta(seconds=GAP_S), timedelta(seconds=AHEAD_S)
ENDS = NOON + 7 * DAY
FOREVER = NOON + 10_000 * DAY


def stay_at(history: History, percent: float, *, days: float) -> None:
    """Record that a weekly limit stays the same for so many days: one long point."""
    for minutes in range(0, int(days * 24 * 60) + 1, 15):
        record(history, weekly(percent, ENDS), minutes=minutes)
    (point,) = history.points(WEEKLY, LONG_AGO)
    assert point.until - point.at == days * DAY


def by_own_clock(history: History, percent: float, at: datetime) -> None:
    """Record a reading by a clock that no server has confirmed."""
    history.record([reading(weekly(percent, ENDS), fetched_at=at)], now=lambda: at, gap_s=GAP_S)


def spans(history: History) -> list[tuple[float, datetime, datetime, bool]]:
    return [(each.percent, each.at, each.until, each.joined) for each in history.points(WEEKLY, LONG_AGO)]


@pytest.mark.parametrize("percent", [40, 45, 3])
@pytest.mark.parametrize("back", [timedelta(hours=5), 2 * DAY, 3 * DAY])
def test_a_clock_that_is_set_back_shortens_no_long_point(
    history: History, back: timedelta, percent: float
) -> None:
    stay_at(history, 40, days=4)
    for minutes in (5, 10, 15):
        by_own_clock(history, percent, NOON + 4 * DAY - back + timedelta(minutes=minutes))
    assert spans(history) == [(40, NOON, NOON + 4 * DAY, False)]
    record(history, weekly(41, ENDS), minutes=4 * 24 * 60 + 15)
    last = NOON + 4 * DAY + timedelta(minutes=15)
    assert spans(history) == [(40, NOON, NOON + 4 * DAY, False), (41, last, last, True)]
    assert history.resets() == []


def test_a_clock_that_was_minutes_ahead_costs_a_long_point_minutes(history: History) -> None:
    stay_at(history, 40, days=4)
    by_own_clock(history, 40, NOON + 4 * DAY + timedelta(minutes=15))
    record(history, weekly(40, ENDS), minutes=4 * 24 * 60 + 1)
    assert spans(history) == [(40, NOON, NOON + 4 * DAY + timedelta(minutes=1), False)]


@pytest.mark.parametrize("off", [timedelta(hours=2), timedelta(hours=20), 3 * DAY])
def test_the_server_s_time_counts_at_once_after_a_clock_that_was_ahead(
    history: History, off: timedelta
) -> None:
    record(history, weekly(40, ENDS), minutes=-30)
    for minutes in range(0, 60, 5):
        by_own_clock(history, 41 + minutes // 10, NOON + off + timedelta(minutes=minutes))
    record(history, weekly(47, ENDS), minutes=60)
    record(history, weekly(48, ENDS), minutes=65)
    assert spans(history) == [
        (40, after(-30), after(-30), False),
        (47, after(60), after(60), False),
        (48, after(65), after(65), True),
    ]


def test_a_long_point_of_a_clock_that_was_days_ahead_is_not_drawn_up_to_now(history: History) -> None:
    for minutes in range(0, 3 * 24 * 60, 15):
        by_own_clock(history, 40, NOON + timedelta(minutes=minutes))
    record(history, weekly(60, ENDS), minutes=24 * 60)
    assert spans(history) == [(40, NOON, NOON, False), (60, NOON + DAY, NOON + DAY, False)]


def test_a_reading_that_waited_until_the_time_was_known_is_not_kept_ahead_of_it(history: History) -> None:
    history.record(
        [reading(session(50), fetched_at=after(180)), reading(session(60), fetched_at=after(5))],
        now=lambda: after(5),
        gap_s=GAP_S,
        is_verified=True,
    )
    assert percents(history) == [60]


def test_the_time_that_decides_is_read_once_no_other_program_can_write(history: History) -> None:
    """A write waits for its turn, and other programs write meanwhile: their points are not ahead."""
    record(history, session(40), minutes=0)
    clock = FakeClock(after(1))
    is_held, asked = threading.Event(), []

    def now() -> datetime:
        asked.append(is_held.is_set())
        return clock.now()

    with closing(connect(history.disk.path)) as other:
        other.execute("BEGIN IMMEDIATE")
        is_held.set()
        said = reading(session(41), fetched_at=after(1))
        waiting = threading.Thread(
            target=history.record,
            args=([said],),
            kwargs={"now": now, "gap_s": GAP_S, "is_verified": True},
        )
        waiting.start()
        while not history.disk.lock.locked():
            time.sleep(0.01)
        clock.sleep(9 * 60)
        later = reading(session(50), fetched_at=after(10))
        write_reading(other, later, now=after(10), is_verified=True, gap_s=GAP_S)
        is_held.clear()
        other.execute("COMMIT")
        waiting.join()
    assert asked
    assert True not in asked
    assert percents(history) == [40, 50]


def test_a_reset_that_a_wrong_clock_saw_ahead_of_time_is_found_again(history: History) -> None:
    ends = NOON + HOUR
    record(history, session(80, ends), minutes=0)
    for minutes in (300, 305):
        history.record(
            [reading(session(2, ends + 5 * HOUR), fetched_at=after(minutes))],
            now=FakeClock(after(minutes)).now,
            gap_s=GAP_S,
        )
    for minutes in (62, 67):
        record(history, session(3, ends + 5 * HOUR), minutes=minutes)
    ((found),) = history.resets()
    assert (found.reset.cause, found.reset.seen_before, found.reset.seen_after) == (
        ResetCause.ON_TIME,
        after(0),
        after(62),
    )
    assert percents(history) == [80, 3]


@dataclass(frozen=True)
class Step:
    """A reading.

    Attributes:
        passed_min: since the one before, in true time.
        off_min: how far the computer's clock is ahead of the true time.
        is_verified: a server has told the time, so that the reading is of the true time.
        percent: what it says.
    """

    passed_min: int
    off_min: int
    is_verified: bool
    percent: int


OFFSETS = st.sampled_from([0, 0, 0, 1, 10, 90, 600, 2000, 6000, -1, -10, -90, -600, -2000, -6000])
STEPS = st.builds(
    Step,
    passed_min=st.sampled_from([1, 5, 5, 15, 19, 25, 600, 3000]),
    off_min=OFFSETS,
    is_verified=st.booleans(),
    percent=st.sampled_from([0, 40, 40, 40, 41, 90]),
)


def stretch(steps: Sequence[Step]) -> list[Step]:
    """Return the steps with some of them many times, as on a quiet day: long points come of that."""
    return [each for step in steps for each in [step] * (150 if step.passed_min == 15 else 1)]


@given(st.lists(STEPS, min_size=2, max_size=12))
@example([Step(15, 0, True, 40), Step(5, -2000, False, 41), Step(5, 0, True, 42)])
@example([Step(15, 2000, False, 40), Step(5, 0, True, 41)])
@example([Step(15, 0, True, 40), Step(5, 10, False, 40), Step(1, 0, True, 41)])
@example([Step(15, 2000, False, 40), Step(15, -90, False, 41), Step(5, 0, True, 42)])
def test_whatever_clocks_say_nothing_is_lost_or_invented(steps: list[Step]) -> None:
    connection = connect_memory()
    read: list[tuple[datetime, float]] = []
    true = NOON
    for step in stretch(steps):
        true += timedelta(minutes=step.passed_min)
        now = true if step.is_verified else true + timedelta(minutes=step.off_min)
        before = read_points(connection, SESSION, LONG_AGO, FOREVER)
        said = reading(session(step.percent, now + HOUR), fetched_at=now)
        write_reading(connection, said, now=now, is_verified=step.is_verified, gap_s=GAP_S)
        read.append((now, step.percent))
        points = read_points(connection, SESSION, LONG_AGO, FOREVER)
        if step.is_verified:
            check_up_to(now, points, read)
        else:
            assert all(any(covers(new, old) for new in points) for old in before)
    check_order(points)
    for point in points:
        check_was_read(point, read)
    for found in read_resets(connection, since=LONG_AGO):
        assert found.reset.seen_before < found.reset.seen_after
    connection.close()


def covers(new: Point, old: Point) -> bool:
    return new.at <= old.at and old.until <= new.until and new.percent == old.percent


def check_up_to(now: datetime, points: Sequence[Point], read: Sequence[tuple[datetime, float]]) -> None:
    """Check that the history ends with what the server said, at the time that it told."""
    last = points[-1]
    assert now <= last.until <= now + AHEAD
    # A clock that is a little ahead is as good.
    assert last.percent == read[-1][1] or any(now <= at <= now + AHEAD for at, _ in read[:-1])


def check_order(points: Sequence[Point]) -> None:
    """Check that no two points speak of the same time, and that only near ones are joined."""
    assert all(point.at <= point.until for point in points)
    for first, second in pairwise(points):
        assert first.until < second.at
        assert not second.joined or second.at - first.until <= GAP


def check_was_read(point: Point, read: Sequence[tuple[datetime, float]]) -> None:
    """Check that a point was read at its beginning and from then on, without a gap, to its end."""
    times = sorted(at for at, percent in read if percent == point.percent and point.at <= at <= point.until)
    assert times
    assert times[0] == point.at
    ends = [*times[1:], point.until]
    assert all(end - begin <= GAP for begin, end in zip(times, ends, strict=True))
