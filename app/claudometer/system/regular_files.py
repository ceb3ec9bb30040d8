"""Opens and replaces regular files only, for every file of ours. Loads little: the status line uses it.

Opening a FIFO can block forever, and opening or replacing a device can do anything.
"""

# ruff: noqa: PTH100, PTH102, PTH110, PTH112, PTH116, PTH120 - importing pathlib takes longer than all this

from __future__ import annotations

import errno
import os
import stat

from claudometer.system.home import home_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    StrPath = str | os.PathLike[str]

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700

# Windows has none of these, and needs none of them.
_NEVER_BLOCK = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_CLOEXEC", 0)


class NotRegularFileError(OSError):
    """A folder, a FIFO, a socket or a device is where a file should be."""

    def __init__(self, path: StrPath) -> None:
        super().__init__(errno.EINVAL, "not a regular file", os.fspath(path))


def open_regular(path: StrPath, flags: int) -> int:
    """Open a regular file, links followed, and return its descriptor. Never waits for another program.

    A file that is created can be read and written by this user only.

    Args:
        flags: as for ``os.open``.

    Raises:
        NotRegularFileError: something else is there.
        OSError: it cannot be opened.
    """
    if os.path.exists(path):
        _require_regular(os.stat(path), path)  # before opening, which alone can have an effect on a device
    # Truncated only after the second check, since a link may have taken the file's place after the first.
    truncate = flags & os.O_TRUNC
    handle = os.open(path, (flags & ~os.O_TRUNC) | _NEVER_BLOCK, PRIVATE_FILE)
    try:
        _require_regular(os.fstat(handle), path)
        if truncate:
            os.ftruncate(handle, 0)
    except BaseException:
        os.close(handle)
        raise
    return handle


def look_at_regular(path: StrPath, access: int = os.R_OK) -> os.stat_result:
    """Return the status of an existing file that may be used, links followed, without opening it.

    For a database, which another part of this process may have open: closing any descriptor of a file
    releases every POSIX lock that the process has on it.

    Args:
        access: what the file is for, as in ``os.access``.

    Raises:
        NotRegularFileError: something else is there.
        PermissionError: it may not be used for that.
        OSError: there is no such file.
    """
    found = os.stat(path)
    _require_regular(found, path)
    if not os.access(path, access, effective_ids=os.access in os.supports_effective_ids):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), os.fspath(path))
    return found


def find_replaceable(path: StrPath) -> str:
    """Return the file that a write to ``path`` replaces, links followed; it may not exist yet.

    Raises:
        NotRegularFileError: something else is there.
        OSError: a link leads into a folder that does not exist, or to itself.
    """
    real = os.path.realpath(path)
    try:
        found = os.lstat(real)
    except FileNotFoundError:
        if os.path.isdir(os.path.dirname(real)):
            return real
        raise  # for example on a drive that is not mounted; making the folder would hide that
    if stat.S_ISLNK(found.st_mode):
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), os.fspath(path))
    _require_regular(found, path)
    return real


def make_folders(path: StrPath) -> None:
    """Create a folder and those above it that are missing, each only for this user (0700).

    ``os.makedirs`` and ``Path.mkdir`` apply their mode to the last one only: the others follow the umask,
    which may let everybody write.

    The home folder itself is never created: if it is missing, HOME is wrong or a drive is not mounted.

    Raises:
        OSError: it cannot be created. A link that leads nowhere is not followed.
    """
    if os.path.abspath(path) == home_folder() and not os.path.lexists(path):
        raise FileNotFoundError(errno.ENOENT, "the home folder does not exist", os.fspath(path))
    try:
        os.mkdir(path, PRIVATE_FOLDER)
    except FileNotFoundError:
        parent = os.path.dirname(os.path.abspath(path))
        if os.path.lexists(parent):
            raise
        make_folders(parent)
        make_folders(path)
    except OSError:
        if not os.path.isdir(path):
            raise


def _require_regular(found: os.stat_result, path: StrPath) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise NotRegularFileError(path)


def owner_of(path: StrPath) -> str | None:
    """Return the name of the user whose file it is, ``None`` if it is ours or cannot be known."""
    if not hasattr(os, "geteuid"):
        return None
    import pwd  # noqa: PLC0415 - not on Windows, and rarely needed

    try:
        owner = os.stat(path).st_uid
        return None if owner == os.geteuid() else pwd.getpwuid(owner).pw_name
    except OSError:
        return None
    except KeyError:  # a user of another computer or container
        return str(owner)
