"""File permissions that apply, for tests that may run as root."""

from __future__ import annotations

import ctypes
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_VERSION = 0x20080522  # _LINUX_CAPABILITY_VERSION_3 of <linux/capability.h>: two sets of 32 bits
_IGNORES_MODES = 1 << 1 | 1 << 2  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Sets(ctypes.Structure):
    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


@contextmanager
def unprivileged() -> Iterator[None]:
    """Drop root's right to ignore file modes, in this thread and in threads started inside the block.

    Does nothing for other users. The user stays root, since another user could not read a checkout in
    root's home, and Python may still have to import modules from it.
    """
    if os.geteuid() != 0:
        yield
        return
    before = _effective()
    _change_effective(before & ~_IGNORES_MODES)
    try:
        yield
    finally:
        _change_effective(before)


def _effective() -> int:
    return int(_read()[0].effective)


def _change_effective(effective: int) -> None:
    sets = _read()
    sets[0].effective = effective
    _call("capset", sets)


def _read() -> ctypes.Array[_Sets]:
    sets = (_Sets * 2)()
    _call("capget", sets)
    return sets


def _call(name: str, sets: ctypes.Array[_Sets]) -> None:
    function = getattr(ctypes.CDLL(None, use_errno=True), name)
    if function(ctypes.byref(_Header(_VERSION, 0)), sets) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), name)
