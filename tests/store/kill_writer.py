"""Records one reading after the other until it is killed, and prints the number of each that was written.

Usage: ``python -m tests.store.kill_writer PATH FIRST``
"""

from __future__ import annotations

import sys
from pathlib import Path

from claudometer.store.history import History
from tests.histories import record
from tests.readings import session, weekly


def main() -> None:
    """Record readings, a minute apart, the first of them ``FIRST`` minutes after noon."""
    history, number = History(Path(sys.argv[1])), int(sys.argv[2])
    while True:
        record(history, session(number % 97), weekly(number % 89), minutes=number)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
        number += 1


if __name__ == "__main__":
    main()
