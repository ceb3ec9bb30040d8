"""All threads share one arena, as glibc itself reports it."""

from __future__ import annotations

import ctypes
import subprocess
import sys

import pytest

ALLOCATE = """
import ctypes, threading
from claudometer.system.memory import share_one_arena
if {shares}:
    share_one_arena()
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
together = threading.Barrier(4)
def allocate():
    together.wait()
    libc.malloc(5000)
    together.wait()
threads = [threading.Thread(target=allocate) for _ in range(4)]
for each in threads: each.start()
for each in threads: each.join()
libc.malloc_info(0, ctypes.c_void_p.in_dll(libc, "stdout"))
libc.fflush(None)
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_info"), reason="only glibc reports its arenas")
def test_all_threads_share_one_arena() -> None:
    def arenas(*, shares: bool) -> int:
        script = ALLOCATE.format(shares=shares)
        return subprocess.check_output([sys.executable, "-c", script], text=True).count("<heap ")

    assert arenas(shares=False) > 1
    assert arenas(shares=True) == 1
