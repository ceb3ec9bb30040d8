"""The back-test itself: months are the same each time, and the method keeps to what its page says."""

from __future__ import annotations

import itertools

import pytest

from tests.forecast.__main__ import OURS_SAYS, grade
from tests.forecast.months import REGIMES, month
from tests.forecast.replay import scores_of

WEEKS = 5


@pytest.mark.parametrize("regime", REGIMES)
def test_a_month_is_the_same_each_time_and_its_readings_are_plausible(regime: str) -> None:
    made, again = month(regime, 7), month(regime, 7)
    assert made == again
    assert made != month(regime, 8)
    assert ("session" in made.readings) == (regime != "no session")
    for limit, points in made.readings.items():
        assert len(points) > 500
        assert all(one.at < two.at for one, two in itertools.pairwise(points))
        assert all(0 <= point.percent <= 100 for point in points)
        assert any(window.is_whole for window in made.truth[limit])


@pytest.mark.slow
def test_the_range_of_sessions_holds_about_four_of_five() -> None:
    """Other seeds than those of the page; the bounds allow for so few months."""
    for regime in ("steady", "bursty", "abandoned after lunch"):
        months = [grade(("session", regime, seed))[OURS_SAYS] for seed in (3000, 3001)]
        scores = scores_of(months, WEEKS)
        assert 0.7 <= scores.covered <= 0.92, regime
        assert scores.false_full < 2, regime
