"""Takes tokens from a budget in the store until it is killed, and prints the number of each that was taken.

Usage: ``python -m tests.store.state_changer FOLDER NAME COUNT``
"""

from __future__ import annotations

import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from claudometer.processes.kept_state import STATE_NAME
from claudometer.store.connecting import FILE_NAME
from claudometer.store.disk import Disk
from claudometer.store.state import StoredState

if TYPE_CHECKING:
    from claudometer.domain.json_object import JsonObject

PAUSE_S = 0.003
"""Nobody writes without a pause: SQLite lets those who wait look only ten times a second."""


def main() -> None:
    """Count up the entry ``NAME``, and the entry ``all`` in the same transaction, ``COUNT`` times."""
    folder, name, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])

    def add(state: JsonObject) -> None:
        taken = state.setdefault("allowances", {})
        for key in (f"claude/{name}", "claude/all"):
            taken[key] = {"taken": taken.get(key, {"taken": 0})["taken"] + 1}

    with closing(StoredState(Disk(folder / FILE_NAME), folder / STATE_NAME)) as state:
        for number in range(count):
            state.change(add, durable=number % 2 == 0)
            sys.stdout.write(f"{number}\n")
            sys.stdout.flush()
            time.sleep(PAUSE_S)


if __name__ == "__main__":
    main()
