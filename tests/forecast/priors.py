"""Fits the ratios that are built in: ``python -m tests.forecast.priors`` prints them for ``priors.py``.

Its months have seeds of their own, which no table of the page is made of.
"""

from __future__ import annotations

from multiprocessing import Pool

from claudometer.domain.forecasting.learner import SESSION, STAGES, WEEK, Learner, Prior
from tests.forecast.months import REGIMES, month
from tests.forecast.replay import LENGTHS_S, utc, windows_of

SEEDS = {"session": range(1000, 1024), "weekly": range(1000, 1064)}
LIKELY = 16
"""How many equally likely ratios stand for a distribution."""

TUNINGS = {"session": SESSION, "weekly": WEEK}

Seen = list[tuple[int, float, bool]]
FLAT: Prior = tuple(((0.0, 0.5, 1.0), (0.5, 1.0, 1.5)) for _ in range(1, STAGES))


def ratios_of(job: tuple[str, str, int]) -> Seen:
    """Return stage, ratio and whether the user was at work, of every window of a month."""
    limit, regime, seed = job
    learner = Learner(LENGTHS_S[limit], utc, TUNINGS[limit], FLAT)
    for window in windows_of(month(regime, seed).readings.get(limit, ()), LENGTHS_S[limit]):
        learner.add(window)
    return [(stage, *ratio) for stage, ratios in enumerate(learner.ratios) for ratio in ratios]


def fit(limit: str) -> list[str]:
    """Return the lines of a limit's table: for each stage one of users who paused, one of users at work."""
    jobs = [(limit, regime, seed) for regime in REGIMES for seed in SEEDS[limit]]
    with Pool() as pool:
        seen = [each for ratios in pool.imap(ratios_of, jobs) for each in ratios]
    lines = []
    for stage in range(1, STAGES):
        for moved in (False, True):
            values = sorted(value for at, value, was_moved in seen if at == stage and was_moved is moved)
            if len(values) < LIKELY:  # in the first tenth of a week, nobody has paused for long
                values = sorted(value for at, value, _ in seen if at == stage)
            places = (int((place + 0.5) / LIKELY * len(values)) for place in range(LIKELY))
            lines.append(", ".join(f"{values[place]:.2f}" for place in places))
    return lines


if __name__ == "__main__":
    for name in LENGTHS_S:
        print(name, *fit(name), sep="\n")
