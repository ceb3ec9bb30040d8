"""Says before a set-up what it will do and how much it fetches, and keeps how long it took."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from devtools.speech import say
from devtools.stamp import Level

PYTHON_MEGABYTES = {Level.APP: 20, Level.TEST: 35, Level.DEVELOPMENT: 75}
"""What pip fetches for each level, in megabytes: measured, and rounded up."""


def announce(system: str, python: str | None, last_s: float | None) -> None:
    """Say what the set-up is going to do.

    Args:
        system: the paragraph about system packages; empty if none are installed.
        python: the line about the environment; ``None`` if it is ready.
        last_s: how many seconds the same set-up took here last time; ``None`` if there was none.
    """
    steps = [step for step in (system, python) if step]
    if not steps:
        return
    unknown = "How long it takes here is not known yet."  # also where another kind of set-up has run
    took = unknown if last_s is None else f"Last time it took {duration(last_s)}."
    say(f"A set-up comes first. {took}")
    for number, step in enumerate(steps, start=1):
        say(f"{number}. {step}")


def duration(seconds: float) -> str:
    """Return a duration in words: ``45 s``, ``2 min 5 s``."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def last_duration(record: Path, key: str) -> float | None:
    """Return how many seconds the set-up of this kind took last time, ``None`` if that is not known."""
    value = _read(record).get(key)
    return float(value) if isinstance(value, int | float) else None


@contextmanager
def timed(record: Path, key: str) -> Iterator[None]:
    """Note how long the body took, if it succeeds, and say so."""
    started = time.monotonic()
    yield
    took = time.monotonic() - started
    record.parent.mkdir(parents=True, exist_ok=True)
    record.write_text(json.dumps(_read(record) | {key: round(took, 1)}), encoding="utf-8")
    say(f"The set-up took {duration(took)}.")


def _read(record: Path) -> dict[str, object]:
    try:
        known = json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}
