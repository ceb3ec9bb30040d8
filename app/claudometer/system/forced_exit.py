"""Makes sure that a process that should end does. Waits for nothing itself."""

from __future__ import annotations

import os
import threading


def end_within(seconds: float, code: int) -> None:
    """End this process with ``code``, unless it has already ended ``seconds`` from now.

    Python waits at its end for every thread of a pool. One that reads from a dead network disk never returns.
    """
    timer = threading.Timer(seconds, os._exit, (code,))
    timer.daemon = True  # else Python would wait for this one, too
    timer.start()
