"""Logging to a file with the program's handlers only.

pytest's own handlers would format a traceback before the program's filter does.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

from claudometer.system import logs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


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
