"""Identifies the current boot of the machine. If the system does not say, each process has its own id."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

_LINUX = Path("/proc/sys/kernel/random/boot_id")
_LONGEST = 64


def find_boot_id() -> str:
    """Return an id that stays the same until the machine shuts down, through sleep and hibernation.

    Where the system has none, it is a random one, so that no earlier uptime seems comparable.
    """
    try:
        found = _read_macos() if sys.platform == "darwin" else _LINUX.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        found = ""
    # As `uuid4`, but without the modules that it loads.
    return found if 0 < len(found) <= _LONGEST else os.urandom(16).hex()


def _read_macos() -> str:
    """Read it from the kernel. Not run on a Mac yet."""
    size = ctypes.c_size_t(_LONGEST + 1)
    answer = ctypes.create_string_buffer(size.value)
    failed = ctypes.CDLL(None).sysctlbyname(b"kern.bootsessionuuid", answer, ctypes.byref(size), None, 0)
    return "" if failed else answer.value.decode("ascii")
