"""How many processes ``pytest -n auto`` starts: two more than there are cores.

Many tests wait, for another process or a timer. On two cores, the quick ones take a third less of the time
with four processes.
"""

import os

import pytest

_MORE_THAN_CORES = 2


@pytest.hookimpl(optionalhook=True)  # of pytest-xdist, which some of our own tests run pytest without
def pytest_xdist_auto_num_workers() -> int | None:
    """Return the number, ``None`` to leave it to the variable that pytest-xdist has for it."""
    if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ:
        return None
    # A container may have fewer cores than the machine.
    has_own = hasattr(os, "sched_getaffinity")
    cores = len(os.sched_getaffinity(0)) if has_own else os.cpu_count() or 1
    return cores + _MORE_THAN_CORES
