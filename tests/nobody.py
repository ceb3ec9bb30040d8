"""Somebody who may not read everything, for tests that run as root."""

from __future__ import annotations

import ctypes
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_VERSION = 0x20080522
_PASSES_BY_MODES = 1 << 1 | 1 << 2  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Sets(ctypes.Structure):
    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


@contextmanager
def as_nobody() -> Iterator[None]:
    """Root may read everything: do without that right, here and in threads begun meanwhile.

    Not another user: to that one a checkout in root's own home is closed, with what is still to import.
    """
    if os.geteuid() != 0:
        yield
        return
    before = _effective()
    _change_effective(before & ~_PASSES_BY_MODES)
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
