"""Time zone files in the C library's format, so that no test needs those of the system."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def write_zone(path: Path, *, hours: int) -> Path:
    """Write a zone that is always ``hours`` east of UTC (TZif version 1), and return its path."""
    name = b"TST\0"
    header = struct.pack(">4s16x6l", b"TZif", 0, 0, 0, 0, 1, len(name))
    path.write_bytes(header + struct.pack(">lBB", hours * 3600, 0, 0) + name)
    return path
