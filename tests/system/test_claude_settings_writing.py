"""Putting another program's write back closes every descriptor, also if that fails half-way."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from claudometer.system.claude_settings_writing import _put_back

DESCRIPTORS = Path("/proc/self/fd")


@pytest.mark.skipif(sys.platform != "linux", reason="counts descriptors in /proc")
def test_a_swap_that_fails_leaves_no_descriptor_open(tmp_path: Path) -> None:
    ours, target = tmp_path / "ours", tmp_path / "settings.json"
    ours.write_text("theirs", encoding="ascii")
    target.write_text("ours", encoding="ascii")

    def fail(_first: Path, second: Path) -> NoReturn:
        raise OSError(5, "Input/output error", str(second))

    handle = os.open(target, os.O_RDWR)
    before = len(list(DESCRIPTORS.iterdir()))
    try:
        with pytest.raises(OSError, match="Input/output error"):
            _put_back(target, ours, handle, fail)
        assert len(list(DESCRIPTORS.iterdir())) == before
    finally:
        os.close(handle)
