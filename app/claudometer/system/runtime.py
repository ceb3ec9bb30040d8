"""Finds the private folder and the socket of the running app. Creates nothing.

``claudometer status`` loads this module, so it imports next to nothing.
"""

# ruff: noqa: PTH111, PTH117, PTH118 - importing pathlib would take more time than the command has

from __future__ import annotations

import os
import sys

from claudometer.system.demo_plan import demo_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "claudometer"

MAX_SOCKET_PATH_BYTES = 103
"""The size of ``sun_path``, including the final zero, is 104 bytes on macOS and 108 on Linux (unix(7))."""

_LONGEST_FILE = "control.sock"


def runtime_folder() -> str:
    """Return the folder of socket and lock, the same for every process of this user on this machine.

    It is in the desktop's runtime folder if there is one, even for a shell without the variable for it (cron,
    ``su``); else in ``/tmp``; or in the home folder, if another user has taken the name in ``/tmp``.
    """
    folder = ""
    for folder in _candidates():
        if _fits(folder) and _may_be_ours(folder):
            break
    return folder


def socket_path(*, demo: bool) -> str:
    """Return the path of the running app's socket. The demo has a socket of its own."""
    return os.path.join(runtime_folder(), f"{demo_name()}.sock" if demo else _LONGEST_FILE)


def _candidates() -> Iterator[str]:
    if sys.platform == "win32":
        yield os.path.join(os.environ.get("LOCALAPPDATA") or os.path.expanduser("~"), NAME, "run")
        return
    if sys.platform == "darwin":
        yield os.path.join(os.path.expanduser("~/Library/Caches/TemporaryItems"), NAME)
    else:
        for base in (os.environ.get("XDG_RUNTIME_DIR", ""), f"/run/user/{os.getuid()}"):
            if os.path.isabs(base) and _is_own_folder(base):
                yield os.path.join(base, NAME)
    yield f"/tmp/{NAME}-{os.getuid()}"  # noqa: S108 - used only if it is ours or free
    home = os.path.expanduser("~")
    if os.path.isabs(home):
        yield os.path.join(home, f".{NAME}")


def _fits(folder: str) -> bool:
    return len(os.fsencode(os.path.join(folder, _LONGEST_FILE))) <= MAX_SOCKET_PATH_BYTES


def _may_be_ours(folder: str) -> bool:
    return not os.path.lexists(folder) or _is_own_folder(folder)


def _is_own_folder(folder: str) -> bool:
    """Return whether it is a folder of this user and not a link, which could lead to another user's."""
    try:
        found = os.lstat(folder)
    except OSError:
        return False
    # The values of S_IFMT and S_IFDIR, because the module `stat` would be one more to load.
    is_folder = found.st_mode & 0o170000 == 0o040000
    return is_folder and (sys.platform == "win32" or found.st_uid == os.getuid())
