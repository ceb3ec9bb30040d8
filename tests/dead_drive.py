"""A mounted drive whose server never responds, like a home folder on a network drive that went offline."""

from __future__ import annotations

import ctypes
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_DETACH = 2  # MNT_DETACH of <sys/mount.h>: unmount now, even though calls may still be waiting


@contextmanager
def dead_drive(folder: Path) -> Iterator[None]:
    """Mount a FUSE file system over a folder; every call on one of its files blocks.

    This process is its server and answers nothing, not even the kernel's first FUSE_INIT request. On exit
    the server's descriptor is closed, and every blocked call fails. Skips the test without FUSE or root.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    try:
        server = os.open("/dev/fuse", os.O_RDWR)
    except OSError:
        pytest.skip("there is no FUSE here")
    options = f"fd={server},rootmode=40000,user_id={os.getuid()},group_id={os.getgid()}"
    if libc.mount(b"dead", os.fsencode(folder), b"fuse", 0, options.encode()) != 0:
        os.close(server)
        pytest.skip("only root mounts file systems")
    try:
        yield
    finally:
        os.close(server)  # first: it ends the calls that are still blocked
        libc.umount2(os.fsencode(folder), _DETACH)
