"""A folder whose path is short enough for a Unix socket on every system: ``tmp_path`` often is not."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A private folder, removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="cm-", dir="/tmp")).resolve()
    yield folder
    shutil.rmtree(folder)
