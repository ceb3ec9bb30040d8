"""Forecasts never promise less than what is used already, nor a time outside the window."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.domain.forecasting.learner import SESSION, STAGES, WEEK, Learner
from claudometer.domain.forecasting.outcomes import chance_of_full, outcome_of, quantiles, shortest_range
from claudometer.domain.forecasting.outlook import LEAST_PERCENT, LEAST_SHARE, outlook
from claudometer.domain.forecasting.priors import SESSION_PRIOR, WEEK_PRIOR
from claudometer.domain.forecasting.rhythm import HOUR_S, Rhythm
from claudometer.domain.forecasting.windows import Sample, SeenWindow, WindowSorter
from tests.forecast.replay import windows_of

SESSION_S = 5 * HOUR_S
WEEK_S = 168 * HOUR_S
MONDAY = datetime(2026, 11, 30, tzinfo=UTC).timestamp()


def utc(_at: float) -> float:
    return 0.0


def learner(length_s: float = SESSION_S) -> Learner:
    return Learner(
        length_s, utc, *((SESSION, SESSION_PRIOR) if length_s == SESSION_S else (WEEK, WEEK_PRIOR))
    )


@st.composite
def readings(draw: st.DrawFn) -> tuple[list[Sample], float]:
    """Readings of several windows of 5 hours, with pauses, jitter and percents that may fall, and a time."""
    points: list[Sample] = []
    at = end = MONDAY
    for _ in range(draw(st.integers(1, 4))):
        at = max(at, end) + draw(st.sampled_from([0.0, 60.0, 7200.0, 50_000.0]))
        end, used = at + SESSION_S, 0.0
        for _ in range(draw(st.integers(1, 12))):
            at += draw(st.floats(1, 3000))
            used = max(0.0, used + draw(st.sampled_from([0.0, 0.4, 1.0, 7.0, 30.0, -1.0, -50.0])))
            if at >= end:
                break
            points.append(Sample(at, used, end + draw(st.floats(-2, 2))))
    points = points or [Sample(MONDAY + 3600, 20.0, MONDAY + SESSION_S)]
    return points, points[-1].at + draw(st.floats(0, SESSION_S))


@given(readings())
def test_a_forecast_never_contradicts_what_is_known(made: tuple[list[Sample], float]) -> None:
    points, now = made
    *past, window = windows_of(points, SESSION_S)
    learned = learner()
    for each in past:
        learned.add(each)
    said = outlook(learned, window, now)
    if said is None:
        return
    assert LEAST_PERCENT <= window.percent < 100
    assert now - window.began >= LEAST_SHARE * SESSION_S
    assert now < window.end
    assert window.percent <= said.low <= said.high <= 100
    if said.full_at is None:
        assert said.percent_at_reset is not None
        assert window.percent <= said.percent_at_reset <= max(99, window.percent)
    else:
        assert said.percent_at_reset is None
        assert said.earliest is not None
        assert said.latest is not None
        assert now <= said.earliest <= said.latest <= window.end
        assert now <= said.full_at <= window.end


def test_a_limit_that_lasts_is_never_forecast_below_its_present_percent() -> None:
    percents = [0.0, 0.0, 0.0, 0.4, 1.4, 2.4, 9.4, 39.4, 69.4, 99.4]
    after_s = [1, 2, 3, 4, 5, 6, 7, 8, 11, 1827]
    points = [
        Sample(MONDAY + after, used, MONDAY + SESSION_S)
        for after, used in zip(after_s, percents, strict=True)
    ]
    (window,) = windows_of(points, SESSION_S)
    # At 9500 s, chance and LIKELY_LASTS differ by rounding, and sum() rounds less from Python 3.12 on.
    said = outlook(learner(), window, MONDAY + 9600)
    assert said is not None
    assert (said.full_at, said.percent_at_reset) == (None, 99.4)


@given(st.floats(2, 99), st.floats(0, 500), st.floats(0, 500), st.floats(0.01, 1))
def test_more_growth_never_means_a_lesser_outcome(used: float, one: float, two: float, left: float) -> None:
    less, more = sorted((one, two))
    assert used <= outcome_of(used, less, left) <= outcome_of(used, more, left) <= 100 + 100 * left


@given(
    st.lists(st.tuples(st.floats(0, 200), st.floats(0.001, 3)), min_size=1, max_size=30), st.floats(0.5, 0.97)
)
def test_quantiles_ascend_and_the_range_holds_its_share(
    outcomes: list[tuple[float, float]], share: float
) -> None:
    outcomes.sort()
    low, middle, high = quantiles(outcomes, (0.1, 0.5, 0.9))
    assert low <= middle <= high
    first, last = shortest_range(outcomes, share)
    total = sum(weight for _, weight in outcomes)
    held = sum(weight for outcome, weight in outcomes if first <= outcome <= last)
    assert held >= share * total * (1 - 1e-6)
    assert 0 <= chance_of_full(outcomes) <= 1


def test_windows_are_told_apart_by_their_reset_and_not_by_its_jitter() -> None:
    end = MONDAY + SESSION_S
    points = [
        Sample(MONDAY + 600, 3, end + 1.4),
        Sample(MONDAY + 1200, 8, end - 0.7),
        Sample(MONDAY + 900, 8, end),  # a clock that was set back
        Sample(end + 600, 2, end + SESSION_S),
    ]
    windows = windows_of(points, SESSION_S)
    assert [window.percents for window in windows] == [[3, 8], [2]]
    assert not any(window.is_cut for window in windows)


def test_a_percent_that_falls_is_a_granted_reset_and_counts_from_then() -> None:
    end = MONDAY + WEEK_S
    points = [Sample(MONDAY + 86400, 60, end), Sample(MONDAY + 90000, 1, end), Sample(MONDAY + 95000, 4, end)]
    before, after = windows_of(points, WEEK_S)
    assert before.is_cut
    assert after.is_cut
    assert after.began == MONDAY + 86400
    assert after.percents == [1, 4]


def test_a_window_that_ends_early_is_no_example_of_a_whole_one() -> None:
    points = [
        Sample(MONDAY + 86400, 60, MONDAY + WEEK_S),
        Sample(MONDAY + 3 * 86400, 1, MONDAY + 3 * 86400 + WEEK_S),
    ]
    assert [window.is_cut for window in windows_of(points, WEEK_S)] == [True, False]


@given(st.lists(st.floats(0, 40), min_size=1, max_size=20))
def test_a_window_never_falls(percents: list[float]) -> None:
    points = [
        Sample(MONDAY + 60 * place, percent, MONDAY + SESSION_S) for place, percent in enumerate(percents, 1)
    ]
    for window in windows_of(points, SESSION_S):
        assert all(one <= two for one, two in itertools.pairwise(window.percents))
        grown = sum(growth for _, _, growth in window.growth(0))
        assert grown == pytest.approx(window.percent)


def office_week(monday: float, points_an_hour: float) -> SeenWindow:
    """Return a week of a user who works from 9 to 17 on five days."""
    window, used = SeenWindow(monday, monday + WEEK_S), 0.0
    for hour in range(1, 169):
        day, of_day = divmod(hour - 1, 24)
        used += points_an_hour if day < 5 and 9 <= of_day < 17 else 0.0
        window.add(monday + hour * HOUR_S, used)
    return window


def test_the_rhythm_knows_nights_and_weekends() -> None:
    rhythm = Rhythm(WEEK_S, utc)
    for week in range(4):
        rhythm.add(office_week(MONDAY + week * WEEK_S, 2.0))
    monday = MONDAY + 4 * WEEK_S
    friday_evening, next_monday = monday + (4 * 24 + 18) * HOUR_S, monday + WEEK_S
    assert rhythm.expected(monday, next_monday) == pytest.approx(80, rel=0.15)
    assert rhythm.expected(friday_evening, next_monday) < 8
    assert rhythm.expected(monday + 10 * HOUR_S, monday + 12 * HOUR_S) == pytest.approx(4, rel=0.2)


def test_the_rhythm_follows_the_local_time() -> None:
    rhythm = Rhythm(WEEK_S, lambda _at: 9 * HOUR_S)  # Japan: nine in the morning there is midnight in UTC
    for week in range(4):
        rhythm.add(office_week(MONDAY + week * WEEK_S - 9 * HOUR_S, 2.0))
    midnight_utc = MONDAY + 4 * WEEK_S
    assert rhythm.expected(midnight_utc, midnight_utc + 2 * HOUR_S) == pytest.approx(4, rel=0.2)


def test_a_heavy_week_of_an_office_worker_is_full_on_a_working_day() -> None:
    learned = learner(WEEK_S)
    for week in range(6):
        learned.add(office_week(MONDAY + week * WEEK_S, 2.0))
    monday = MONDAY + 6 * WEEK_S
    wednesday_evening = monday + 2 * 86400 + 18 * HOUR_S
    said = outlook(learned, office_week(monday, 3.5).until(wednesday_evening), wednesday_evening)
    assert said is not None
    assert said.full_at is not None
    assert said.full_at < monday + 5 * 86400, "on a working day: on the weekend nobody works"
    usual = outlook(learned, office_week(monday, 2.0).until(wednesday_evening), wednesday_evening)
    assert usual is not None
    assert usual.percent_at_reset == pytest.approx(80, abs=8)


def test_a_user_who_has_stopped_is_not_forecast_to_run_out() -> None:
    learned = learner()
    window = SeenWindow(MONDAY, MONDAY + SESSION_S)
    for minute in range(5, 241, 5):
        window.add(MONDAY + 60 * minute, min(70, minute))  # 70 % after 70 minutes, then nothing for 3 hours
    said = outlook(learned, window, MONDAY + 4 * HOUR_S)
    assert said is not None
    assert said.full_at is None


@pytest.mark.parametrize("share", [0.0, 0.05, 0.099])
def test_nothing_is_said_in_the_first_tenth(share: float) -> None:
    window = SeenWindow(MONDAY, MONDAY + SESSION_S)
    window.add(MONDAY + 60, 40)
    assert outlook(learner(), window, MONDAY + share * SESSION_S) is None


@pytest.mark.parametrize("used", [0.0, 1.0, 1.9, 100.0, 104.0])
def test_nothing_is_said_of_hardly_used_and_of_full_limits(used: float) -> None:
    window = SeenWindow(MONDAY, MONDAY + SESSION_S)
    window.add(MONDAY + 7200, used)
    assert outlook(learner(), window, MONDAY + 8000) is None


@pytest.mark.parametrize("prior", [SESSION_PRIOR, WEEK_PRIOR])
def test_the_built_in_ratios_are_whole(
    prior: tuple[tuple[tuple[float, ...], tuple[float, ...]], ...],
) -> None:
    assert len(prior) == STAGES - 1
    for paused, working in prior:
        assert len(paused) == len(working) > 10
        assert list(paused) == sorted(paused)
        assert list(working) == sorted(working)
        assert paused[0] >= 0 <= working[0]


@pytest.mark.parametrize("is_in_next_window", [False, True])
def test_a_reading_that_was_stamped_far_ahead_does_not_keep_out_later_ones(is_in_next_window: bool) -> None:
    length_s = 18_000.0
    sorter, ends = WindowSorter(length_s), 100_000.0
    sorter.add(Sample(90_000, 20, ends))
    sorter.add(Sample(90_000 + 3 * 365 * 86_400, 21, ends))
    if is_in_next_window:
        ended = sorter.add(Sample(101_000, 1, ends + length_s))
        assert ended is not None
        assert (ended.times, ended.percents) == ([90_000], [20])
        assert sorter.current is not None
        assert sorter.current.times == [101_000]
    else:
        sorter.add(Sample(91_000, 22, ends))
        assert sorter.current is not None
        assert (sorter.current.times, sorter.current.percents) == ([90_000, 91_000], [20, 22])
        sorter.add(Sample(80_000, 50, ends - length_s))
        assert sorter.current.times == [90_000, 91_000], "older than what is known"


def test_a_window_of_which_only_a_reading_far_ahead_is_known_starts_over() -> None:
    sorter = WindowSorter(18_000.0)
    sorter.add(Sample(1e9, 20, 100_000.0))
    assert sorter.add(Sample(90_000, 21, 100_000.0)) is None
    assert sorter.current is not None
    assert sorter.current.times == [90_000]


@pytest.mark.parametrize("ahead_s", [20 * 86_400.0, 365 * 86_400.0])
def test_a_reset_further_ahead_than_a_window_is_long_teaches_nothing(ahead_s: float) -> None:
    """Such a reset began a window in the future, and the time until then was learned as time without use."""
    plain, disturbed = learner(), learner()
    points = [
        Sample(MONDAY + each * 600, percent, MONDAY + SESSION_S) for each, percent in enumerate((10, 12, 13))
    ]
    wrong = Sample(MONDAY + 1500, 13, MONDAY + ahead_s)
    last = Sample(MONDAY + 20_000, 1, MONDAY + 2 * SESSION_S)
    for taught, seen in ((plain, [*points, last]), (disturbed, [*points, wrong, last])):
        for window in windows_of(seen, SESSION_S):
            taught.add(window)
    now = MONDAY + 20_000
    current = windows_of([last], SESSION_S)[0]
    assert disturbed.distribution(current, now) == plain.distribution(current, now)
