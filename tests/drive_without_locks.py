"""A drive whose files cannot be locked, like NFS without its lock service: by flock, fcntl and SQLite."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_SOURCE = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int is_there(int handle) {
    char link[64], path[PATH_MAX];
    const char *drive = getenv("DRIVE_WITHOUT_LOCKS");
    snprintf(link, sizeof link, "/proc/self/fd/%d", handle);
    ssize_t length = readlink(link, path, sizeof path - 1);
    return drive && length > 0 && (path[length] = 0, strncmp(path, drive, strlen(drive)) == 0);
}

static int refuse(void) {
    errno = atoi(getenv("LOCK_ERROR"));
    return -1;
}

int flock(int handle, int operation) {
    int (*real)(int, int) = dlsym(RTLD_NEXT, "flock");
    return is_there(handle) ? refuse() : real(handle, operation);
}

static int control(const char *name, int handle, int command, void *argument) {
    int (*real)(int, int, ...) = dlsym(RTLD_NEXT, name);
    int is_lock = command == F_SETLK || command == F_SETLKW || command == F_GETLK;
    return is_lock && is_there(handle) ? refuse() : real(handle, command, argument);
}

#define WRAPPED(name) int name(int handle, int command, ...) { \
    va_list more; va_start(more, command); void *argument = va_arg(more, void *); va_end(more); \
    return control(#name, handle, command, argument); }
WRAPPED(fcntl)
WRAPPED(fcntl64)
"""


def without_locks(folder: Path, drive: Path, number: str) -> Mapping[str, str]:
    """Return the variables that make a program find no locks on a drive.

    Args:
        folder: for the library, which takes the place of the system's own functions.
        drive: the folder whose files cannot be locked.
        number: the name of the error that locking them gives, such as ``ENOLCK``.
    """
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("there is no C compiler")
    source, library = folder / "without_locks.c", folder / "without_locks.so"
    source.write_text(_SOURCE, encoding="ascii")
    command = (compiler, "-shared", "-fPIC", "-o", library, source, "-ldl")
    subprocess.run(command, check=True, timeout=60)
    return {
        "LD_PRELOAD": os.fspath(library),
        "DRIVE_WITHOUT_LOCKS": os.fspath(drive),
        "LOCK_ERROR": str(getattr(errno, number)),
    }
