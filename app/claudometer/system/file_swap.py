"""Swaps the names of two files in one step, so that a write can still look at the file that it replaced."""

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
_RENAME_EXCHANGE = 2  # Linux: renameat2(2)
_RENAME_SWAP = 2  # macOS: renamex_np(2)

_UNSUPPORTED = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM})
"""The errors of a kernel, a file system or a sandbox that cannot swap files. ``EPERM`` is a sandbox's."""


def find_exchange() -> Callable[[Path, Path], bool] | None:
    """Return a function that swaps the names of two files in one folder, ``None`` if this system has none.

    The function swaps both names or none. It returns ``False`` if the file system cannot swap, and raises
    ``OSError`` if a file is missing or the folder may not be written.
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
    except AttributeError:  # glibc before 2.28, of 2018
        return None
    rename.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
    return lambda first, second: int(rename(_AT_FDCWD, first, _AT_FDCWD, second, _RENAME_EXCHANGE))
