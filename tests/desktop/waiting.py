"""Waits for what happens in other processes: no longer than needed, and never for ever."""

import time
from collections.abc import Callable
from typing import TypeVar

_PAUSE_S = 0.02
T = TypeVar("T")


def wait_for(probe: Callable[[], T | None], *, what: str, timeout_s: float = 10.0) -> T:
    """Ask until the answer is true, and return that answer.

    Raises:
        TimeoutError: with `what` in its text, and the last answer.
    """
    deadline = time.monotonic() + timeout_s
    while True:
        answer = probe()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {timeout_s:g} s for {what}; the last answer was {answer!r}")
        time.sleep(_PAUSE_S)
