"""Swaps the names of two files in one step, so that what a write replaced is still there to be looked at."""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2  # of Linux
_RENAME_SWAP = 2  # of macOS

_UNSUPPORTED = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM})
"""What a kernel, a file system or a sandbox says that cannot swap. ``EPERM`` is the sandbox's."""


def find_exchange() -> Callable[[Path, Path], bool] | None:
    """Return what swaps two files of one folder, ``None`` where this system has nothing that does.

    It returns whether the file system can, is never half done, and raises ``OSError`` when a file is missing
    or its folder may not be written.
    """
    call = _find_call()
    if call is None:
        return None

    def exchange(first: Path, second: Path) -> bool:
        if call(os.fsencode(first), os.fsencode(second)) == 0:
            return True
        code = ctypes.get_errno()
        if code in _UNSUPPORTED:
            return False
        raise OSError(code, os.strerror(code), str(second))

    return exchange


def _find_call() -> Callable[[bytes, bytes], int] | None:
    if sys.platform == "win32":
        return None
    library = ctypes.CDLL(None, use_errno=True)
    try:
        if sys.platform == "darwin":
            swap = library.renamex_np
            swap.argtypes = (ctypes.c_char_p, ctypes.c_char_p, ctypes.c_uint)
            return lambda first, second: int(swap(first, second, _RENAME_SWAP))
        rename = library.renameat2
    except AttributeError:  # a C library from before 2018
        return None
    rename.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
    return lambda first, second: int(rename(_AT_FDCWD, first, _AT_FDCWD, second, _RENAME_EXCHANGE))
