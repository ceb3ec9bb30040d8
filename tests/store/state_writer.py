"""Counts up in the state until it is killed, and prints each number that was written.

Usage: ``python -m tests.store.state_writer FOLDER [TIMES]``
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from claudometer.processes.kept_state import STATE_NAME
from claudometer.store.connecting import FILE_NAME
from claudometer.store.disk import Disk
from claudometer.store.state import StoredState


def count(state: dict[str, Any]) -> None:
    """Add one to the member ``count``."""
    state["count"] = state.get("count", 0) + 1


def main() -> None:
    """Count, and read back what was written, ``TIMES`` times or until killed."""
    folder = Path(sys.argv[1])
    state = StoredState(Disk(folder / FILE_NAME), folder / STATE_NAME)
    left = int(sys.argv[2]) if len(sys.argv) > 2 else -1
    while left:
        state.change(count)
        sys.stdout.write(f"{state.read()['count']}\n")
        sys.stdout.flush()
        left -= 1
    state.close()


if __name__ == "__main__":
    main()
