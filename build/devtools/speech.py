"""Prints messages to standard error, so that a task's own output stays clean."""

import sys


def say(text: str) -> None:
    """Print one message and flush it, so that it comes before the output of child processes."""
    print(text, file=sys.stderr, flush=True)
