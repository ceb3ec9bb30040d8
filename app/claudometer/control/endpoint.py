"""The transport under the wire: a Unix socket of this user alone. The only module that knows it is one.

Windows, whose Python has neither Unix sockets in asyncio nor peer credentials, is not served yet: there
nobody is ever found listening, and listening says so. ``claudometer status`` loads this module.
"""

from __future__ import annotations

import _socket  # what `socket` wraps: connecting needs none of the wrapping, and that takes 2 ms to import
import os
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket

LISTENING_IS_SUPPORTED = hasattr(_socket, "AF_UNIX")

_BACKLOG = 64
_LOCAL_PEERCRED = 0x001
_XUCRED_BYTES = 76


def connect(path: str, timeout_s: float) -> _socket.socket | None:
    """Return a connection to who listens at ``path``, ``None`` when nobody of this user does. Close it.

    Raises:
        TimeoutError: somebody listens, but takes no more connections.
    """
    if not LISTENING_IS_SUPPORTED:
        return None
    connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        connection.settimeout(timeout_s)
        connection.connect(path)
        if is_same_user(connection):
            return connection
    except BlockingIOError as error:  # what a full queue of a Unix socket answers at once
        connection.close()
        raise TimeoutError("nobody takes the connection") from error
    except TimeoutError:
        connection.close()
        raise
    except OSError:
        pass  # no socket, nobody behind it, or not ours to use: all the same as no running app
    connection.close()
    return None


def listen(path: str) -> socket.socket:
    """Listen at ``path``, in place of a stale socket there. Its folder must be private, the lock ours.

    Raises:
        OSError: it is not possible.
    """
    if not LISTENING_IS_SUPPORTED:
        raise OSError("this system has no Unix sockets for Python yet")
    import socket  # noqa: PLC0415 - asyncio wants the whole; see above

    remove(path)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listener.bind(path)
        os.chmod(path, 0o600)  # noqa: PTH101 - pathlib is not for this module, see its first lines
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def remove(path: str) -> None:
    """Remove the socket file. Only the holder of the lock may.

    A folder in its place, which nothing of ours makes, is renamed: what is in it may be somebody's.

    Raises:
        OSError: neither is possible.
    """
    try:
        os.unlink(path)  # noqa: PTH108 - as above
    except FileNotFoundError:
        return
    except (IsADirectoryError, PermissionError):  # what Linux and macOS say of a folder
        if not os.path.isdir(path):  # noqa: PTH112 - as above
            raise
        os.rename(path, f"{path}.moved-{os.getpid()}-{time.time_ns()}")  # noqa: PTH104 - as above


def is_same_user(connection: _socket.socket) -> bool:
    """Tell whether the other end is this user's. Where the system does not say, the folder's mode must do."""
    user = peer_user(connection)
    return user is None or user == os.getuid()


def peer_user(connection: _socket.socket) -> int | None:
    """Return the user id of the other end, ``None`` where the system does not tell.

    Linux answers ``struct ucred {pid, uid, gid}``, macOS ``struct xucred {version, uid, …}``: both times the
    second 32 bits.
    """
    if sys.platform == "linux":
        answer = connection.getsockopt(_socket.SOL_SOCKET, _socket.SO_PEERCRED, 12)
    elif sys.platform == "darwin":
        answer = connection.getsockopt(0, _LOCAL_PEERCRED, _XUCRED_BYTES)
    else:
        return None
    return int.from_bytes(answer[4:8], sys.byteorder)
