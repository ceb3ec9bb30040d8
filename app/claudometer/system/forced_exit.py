"""Makes sure that this process ends, even if a thread keeps it alive."""

from __future__ import annotations

import os
import threading


def end_within(seconds: float, code: int) -> None:
    """End this process with exit code ``code`` in ``seconds``, unless it has ended by then.

    At exit, Python waits for every thread of a pool. One that reads from a dead network drive never returns.
    """
    timer = threading.Timer(seconds, os._exit, (code,))
    timer.daemon = True  # otherwise Python would wait for the timer, too
    timer.start()
