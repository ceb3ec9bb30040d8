"""Prints the measurements of the simulations as a table: ``python -m tests.accelerated``."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.accelerated.plans import deadline, month, restless_hour, rolling_edge, saturated_edge, shared_day
from tests.accelerated.simulation import Plan, Simulation

if TYPE_CHECKING:
    from collections.abc import Callable

PLANS: dict[str, Callable[[], Plan]] = {
    "a month alone": month,
    "50 restarts in an hour": restless_hour,
    "a day, 2 laptops, fixed deadline": lambda: shared_day(deadline),
    "a day, 2 laptops, rolling hour, Retry-After 0": lambda: shared_day(rolling_edge),
    "a day, 2 laptops, empty bucket, Retry-After 0": lambda: shared_day(saturated_edge),
}
HEADINGS = ("", "an hour", "in any 60 min", "429", "blocked", "no number", "at a stretch", "faults")


def main() -> None:
    """Simulate each plan and print a row for it."""
    logging.disable(logging.CRITICAL)
    _print(HEADINGS)
    for name, plan in PLANS.items():
        with tempfile.TemporaryDirectory() as folder:
            _print((name, *_line(plan(), Path(folder))))


def _line(plan: Plan, folder: Path) -> tuple[str, ...]:
    result = Simulation(plan, folder).run()
    seen = result.seen
    return (
        f"{result.an_hour:.1f}",
        str(result.most_in_an_hour),
        str(len(result.refusals)),
        f"{seen.blocked_s / 3600:.1f} h",
        f"{100 * seen.dark_s / max(1.0, seen.reachable_s):.0f} %",
        f"{seen.longest_dark_s / 60:.0f} min",
        str(len(seen.faults)),
    )


def _print(cells: tuple[str, ...]) -> None:
    print(f"{cells[0]:46}" + "".join(f"{cell:>14}" for cell in cells[1:]))  # noqa: T201 - prints its table


if __name__ == "__main__":
    main()
