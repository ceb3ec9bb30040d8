"""Names the present run of the machine. Must not guess: without the system's word each name is a new one."""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path
from uuid import uuid4

_LINUX = Path("/proc/sys/kernel/random/boot_id")
_LONGEST = 64


def find_boot_id() -> str:
    """Return what stays the same from boot to shutdown, sleep and hibernation included.

    Where the system tells no such thing, it is a name for this process alone.
    """
    try:
        found = _ask_macos() if sys.platform == "darwin" else _LINUX.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        found = ""
    return found if 0 < len(found) <= _LONGEST else uuid4().hex


def _ask_macos() -> str:
    """Ask the kernel. Not run on a Mac yet."""
    size = ctypes.c_size_t(_LONGEST + 1)
    answer = ctypes.create_string_buffer(size.value)
    failed = ctypes.CDLL(None).sysctlbyname(b"kern.bootsessionuuid", answer, ctypes.byref(size), None, 0)
    return "" if failed else answer.value.decode("ascii")
