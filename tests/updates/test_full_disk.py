"""A disk that takes no more: said, and the old file stands as it was."""

from __future__ import annotations

import errno
import resource
import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.update import Stage, Trouble
from claudometer.providers.downloads import CHUNK_BYTES
from claudometer.updates.replacing import trouble_of
from tests.updates.bench import NAME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.updates.bench import Bench

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits a file's size as Unix does")


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond ``size`` bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.parametrize("size", [0, 1, 300_000, 800_000])
def test_a_disk_that_fills_up_half_way_is_said(bench: Bench, size: int) -> None:
    with room_for(size):
        done = bench.update()
    assert (done.stage, done.trouble, done.detail) == (Stage.FAILED, Trouble.DISK_FULL, str(bench.folder))
    assert bench.is_untouched()


@pytest.mark.parametrize("over", [1, 4096, 9000])
def test_a_disk_that_is_full_before_the_last_bytes_keeps_nothing(bench: Bench, over: int) -> None:
    """These wait in the file's buffer, and are refused again when it is closed."""
    body = b"n" * (CHUNK_BYTES + over)
    bench.publish(body=body, signature=bench.signer.sign(body, file=NAME, version="0.2.0"))
    with room_for(len(body) - 1):
        done = bench.update()
    assert done.trouble is Trouble.DISK_FULL
    assert bench.is_untouched()


@pytest.mark.parametrize(
    ("number", "trouble"),
    [
        (errno.ENOSPC, Trouble.DISK_FULL),
        (errno.EDQUOT, Trouble.DISK_FULL),
        (errno.EROFS, Trouble.FOLDER_DENIED),
        (errno.EIO, Trouble.DISK_FAILED),
    ],
)
def test_each_refusal_of_the_disk_has_its_own_words(number: int, trouble: Trouble) -> None:
    assert trouble_of(OSError(number, "x")) is trouble
