"""Waits for what happens in other processes, no longer than necessary."""

import time
from collections.abc import Callable
from typing import TypeVar

LONGEST_S = 120.0
"""The limit for what never happens: much longer than anything takes on a machine with other work to do."""

_PAUSE_S = 0.02
T = TypeVar("T")


def wait_for(probe: Callable[[], T | None], *, what: str, timeout_s: float = LONGEST_S) -> T:
    """Call ``probe`` until its result is true, and return that result.

    Raises:
        TimeoutError: with ``what`` and the last result in its text.
    """
    deadline = time.monotonic() + timeout_s
    while True:
        result = probe()
        if result:
            return result
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {timeout_s:g} s for {what}; the last result was {result!r}")
        time.sleep(_PAUSE_S)
