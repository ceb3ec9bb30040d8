"""How dev.py speaks: to stderr, so that a task's own output stays clean. Must not decide anything."""

import sys


def say(text: str) -> None:
    """Print one message at once, in order with what child processes print."""
    print(text, file=sys.stderr, flush=True)
