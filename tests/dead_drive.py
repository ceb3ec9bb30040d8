"""A drive whose server does not answer any more: every call on one of its files waits, as on a dead home."""

from __future__ import annotations

import ctypes
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_DETACH = 2


@contextmanager
def dead_drive(folder: Path) -> Iterator[None]:
    """Mount one over a folder: a file system in user space (FUSE) whose server never answers, not even hello.

    At the end the server is gone, and every call that waits fails.
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
        os.close(server)
        libc.umount2(os.fsencode(folder), _DETACH)
