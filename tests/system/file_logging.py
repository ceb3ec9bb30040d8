"""Logging to a file with the program's handlers only.

pytest's own handlers would format a traceback before the program's filter does.
"""

from __future__ import annotations

import logging
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from claudometer.system import logs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOG_LINES = """
import logging, sys
from pathlib import Path
from claudometer.system import logs
logs.start_logging(Path(sys.argv[1]))
logging.getLogger("claudometer.x").info("in passing")
logging.getLogger("claudometer.x").warning("take care of sk-ant-sid01-canary")
try:
    1 / 0
except ZeroDivisionError:
    logging.getLogger("claudometer.x").exception("it failed")
"""


def log_lines(folder: Path, *, first: str = "") -> tuple[str, str]:
    """Run a process that logs to the folder, and return its output and its errors.

    Args:
        first: statements for the process to run before it logs.
    """
    command = [sys.executable, "-c", first + LOG_LINES, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout, done.stderr


@contextmanager
def logging_to(folder: Path) -> Iterator[Path]:
    """Log everything to a folder until the block ends; yield the log file. Then restore logging."""
    root = logging.getLogger()
    others, root.handlers = root.handlers, []
    logs.start_logging(folder, level="DEBUG")
    try:
        yield folder / "claudometer.log"
    finally:
        logs.stop_logging()
        root.handlers = others
        root.setLevel(logging.WARNING)
        logging.getLogger("claudometer").setLevel(logging.NOTSET)
