"""A temporary folder whose path is short enough for a Unix socket.

A socket's path may have 107 bytes on Linux and 103 on macOS; paths of ``tmp_path`` are often longer.
"""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """Create a private folder, and remove it after the test."""
    folder = Path(tempfile.mkdtemp(prefix="cm-", dir="/tmp")).resolve()
    yield folder
    shutil.rmtree(folder)
