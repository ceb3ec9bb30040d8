"""Tests updates on a full disk: the error is shown and the old file is unchanged."""

from __future__ import annotations

import errno
import resource
import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.update import Stage, UpdateFailure
from claudometer.providers.downloads import CHUNK_BYTES
from claudometer.updates.replacing import failure_of
from tests.updates.bench import NAME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.updates.bench import Bench

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits on file size are POSIX")


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond ``size`` bytes: writes beyond raise EFBIG."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # it would kill the process
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.parametrize("size", [0, 1, 300_000, 800_000])
def test_a_disk_that_fills_up_during_the_download_is_reported(bench: Bench, size: int) -> None:
    with room_for(size):
        done = bench.update()
    assert (done.stage, done.failure, done.detail) == (
        Stage.FAILED,
        UpdateFailure.DISK_FULL,
        str(bench.folder),
    )
    assert bench.is_untouched()


@pytest.mark.parametrize("over", [1, 4096, 9000])
def test_a_disk_that_is_full_for_the_last_bytes_keeps_no_file(bench: Bench, over: int) -> None:
    """The last bytes are in the file's buffer, and writing them fails again when the file is closed."""
    body = b"n" * (CHUNK_BYTES + over)
    bench.publish(body=body, signature=bench.signer.sign(body, file=NAME, version="0.2.0"))
    with room_for(len(body) - 1):
        done = bench.update()
    assert done.failure is UpdateFailure.DISK_FULL
    assert bench.is_untouched()


@pytest.mark.parametrize(
    ("number", "failure"),
    [
        (errno.ENOSPC, UpdateFailure.DISK_FULL),
        (errno.EDQUOT, UpdateFailure.DISK_FULL),
        (errno.EROFS, UpdateFailure.FOLDER_DENIED),
        (errno.EIO, UpdateFailure.DISK_FAILED),
    ],
)
def test_each_error_of_the_disk_has_its_own_code(number: int, failure: UpdateFailure) -> None:
    assert failure_of(OSError(number, "x")) is failure
