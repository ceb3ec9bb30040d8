"""Compares ways to forecast over generated months and prints tables: ``python3 build/dev.py bench forecast``.

The months have seeds that nothing was fitted or chosen by. ``--months N`` takes so many of each regime.
"""

from __future__ import annotations

import sys
import time
from multiprocessing import Pool
from typing import TYPE_CHECKING

from claudometer.domain.forecasting.learner import SESSION, WEEK, Learner
from claudometer.domain.forecasting.outcomes import quantiles
from claudometer.domain.forecasting.outlook import outlook
from claudometer.domain.forecasting.priors import SESSION_PRIOR, WEEK_PRIOR
from tests.forecast.months import MONTH_DAYS, REGIMES, month
from tests.forecast.replay import LENGTHS_S, QUANTILES, Answer, Graded, Method, Scores, replay, scores_of, utc
from tests.forecast.rivals import rivals

if TYPE_CHECKING:
    from collections.abc import Callable

    from claudometer.domain.forecasting.windows import SeenWindow

FIRST_SEED = 5000
MONTHS = {"session": 6, "weekly": 24}
"""Months of each regime. One has about a hundred sessions but only four weeks."""

OURS, OURS_SAYS = "(e) rhythm × level", "(e) as it is shown"


class Ours:
    """The method in use: rhythm, level, and ranges from past windows."""

    def __init__(self, limit: str, *, shown: bool) -> None:
        tuning, prior = (SESSION, SESSION_PRIOR) if limit == "session" else (WEEK, WEEK_PRIOR)
        self._learner = Learner(LENGTHS_S[limit], utc, tuning, prior)
        self._shown = shown

    def add(self, window: SeenWindow) -> None:
        self._learner.add(window)

    def answer(self, window: SeenWindow, now: float) -> Answer | None:
        said = outlook(self._learner, window, now)
        if self._shown and said is None:
            return None
        distribution = self._learner.distribution(window, now)
        low, middle, high = quantiles(distribution, QUANTILES)
        says_full = said is not None and said.full_at is not None
        return Answer((low, middle, high), *self._learner.likely_range(distribution), says_full)


def methods(limit: str) -> dict[str, Callable[[], Method]]:
    """Return what makes each method, by its name."""
    return {
        **rivals(limit, LENGTHS_S[limit]),
        OURS: lambda: Ours(limit, shown=False),
        OURS_SAYS: lambda: Ours(limit, shown=True),
    }


def grade(job: tuple[str, str, int]) -> dict[str, list[Graded]]:
    """Return the grades of every method over one month."""
    limit, regime, seed = job
    made = month(regime, seed)
    return {name: list(replay(made, limit, make())) for name, make in methods(limit).items()}


def main(arguments: list[str]) -> None:
    """Print a table of the methods and one of the regimes, for each limit."""
    began = time.monotonic()
    only = int(arguments[arguments.index("--months") + 1]) if "--months" in arguments[:-1] else None
    for limit, count in MONTHS.items():
        seeds = range(FIRST_SEED, FIRST_SEED + (only or count))
        jobs = [(limit, regime, seed) for regime in REGIMES for seed in seeds]
        graded: dict[str, list[dict[str, list[Graded]]]] = {}
        with Pool() as pool:
            for (_, regime, _), grades in zip(jobs, pool.imap(grade, jobs), strict=True):
                if any(grades.values()):
                    graded.setdefault(regime, []).append(grades)
        everything = [each for months in graded.values() for each in months]
        print(f"\n**{limit}**, {len(seeds)} months of each regime\n")
        _print_table("method", {name: _scores(everything, name) for name in methods(limit)})
        print()
        _print_table(OURS_SAYS, {regime: _scores(months, OURS_SAYS) for regime, months in graded.items()})
    print(f"\n{time.monotonic() - began:.0f} s")


def _scores(months: list[dict[str, list[Graded]]], name: str) -> Scores:
    return scores_of([grades[name] for grades in months], MONTH_DAYS / 7)


def _print_table(what: str, rows: dict[str, Scores]) -> None:
    width = max(map(len, (what, *rows)))
    head = "median error | pinball 10/50/90 | 80 % range holds | false “full” a week | missed | speaks"
    print(f"| {what.ljust(width)} | {head} |")
    print(f"| {'-' * width} | --- | --- | --- | --- | --- | --- |")
    for name, scores in rows.items():
        pinball = " / ".join(f"{loss:.2f}" for loss in scores.pinball)
        print(
            f"| {name.ljust(width)} | {scores.error:.1f} | {pinball} | {scores.covered:.0%} | "
            f"{scores.false_full:.2f} | {scores.missed_full:.0%} | {scores.spoke:.0%} |"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
