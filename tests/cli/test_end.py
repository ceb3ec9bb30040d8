"""A command ends once its result is printed, whatever still hangs."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from claudometer.system.version import own_version

if TYPE_CHECKING:
    from pathlib import Path

HANGS_IN_AN_IMPORT = """
import asyncio, gc, sys
from contextlib import suppress
from claudometer.cli.entry import main
from claudometer.system.off_loop import run_abandonable

sys.path.insert(0, sys.argv.pop())

async def check():
    with suppress(TimeoutError):
        await run_abandonable(lambda: __import__("slow"), timeout_s=0.1)

class FreedLast:
    def __init__(self):
        self.itself = self  # so it is freed by the collection at the end

    def __del__(self):
        import slow

gc.set_threshold(10**9)
asyncio.run(check())
FreedLast()
sys.exit(main())
"""


def test_a_command_ends_where_an_abandoned_call_hangs_in_an_import(tmp_path: Path) -> None:
    """Python stops the threads first, and what it frees then may wait for their import: PyGObject does."""
    (tmp_path / "slow.py").write_text("import time\ntime.sleep(600)\n")
    argv = [sys.executable, "-c", HANGS_IN_AN_IMPORT, "--version", str(tmp_path)]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=30, check=True)
    assert own_version() in done.stdout
