"""The transport of the protocol: a Unix socket that only this user can reach. No other module knows that.

Windows is not supported yet, because its Python has neither Unix sockets in asyncio nor peer credentials.
There, :func:`connect` finds no app and :func:`listen` fails. ``claudometer status`` loads this module.
"""

from __future__ import annotations

import _socket  # what `socket` wraps: enough to connect, and 2 ms faster to import
import os
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket

LISTENING_IS_SUPPORTED = hasattr(_socket, "AF_UNIX")

_BACKLOG = 128
"""Connections that the system queues for the app: enough for many launches at once on a busy machine."""

_FULL_QUEUE_PAUSE_S = 0.02
"""The app empties a good part of its queue in one round of its loop."""

# From <sys/un.h> and <sys/ucred.h> of macOS: Python has no names for them.
_LOCAL_PEERCRED = 0x001
_XUCRED_BYTES = 76


def connect(path: str, timeout_s: float) -> _socket.socket | None:
    """Return a connection to the app that listens at ``path``; ``None`` if none of this user does.

    The caller closes the connection.

    Raises:
        TimeoutError: an app listens, but its queue of connections stayed full for ``timeout_s`` seconds.
        OSError: this process can open no socket.
    """
    if not LISTENING_IS_SUPPORTED:
        return None
    deadline = time.monotonic() + timeout_s
    while True:
        try:
            # A timeout of 0 would make the socket non-blocking instead of failing at once.
            return _connect_once(path, max(0.001, deadline - time.monotonic()))
        except BlockingIOError as error:  # a full queue fails at once, whatever the timeout
            if time.monotonic() + _FULL_QUEUE_PAUSE_S > deadline:
                raise TimeoutError("the queue of connections is full") from error
        time.sleep(_FULL_QUEUE_PAUSE_S)


def _connect_once(path: str, timeout_s: float) -> _socket.socket | None:
    connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        connection.settimeout(timeout_s)
        connection.connect(path)
        if is_same_user(connection):
            return connection
    # An app is there. "None runs" would make the caller start a second one.
    except (BlockingIOError, TimeoutError):
        connection.close()
        raise
    except OSError:
        pass  # no socket, no listener, or not ours to use: each means that no app of ours runs
    connection.close()
    return None


def listen(path: str) -> socket.socket:
    """Listen at ``path``, replacing a stale socket. Its folder must be private, and the lock must be ours.

    Raises:
        OSError: it is not possible.
    """
    if not LISTENING_IS_SUPPORTED:
        raise OSError("this system has no Unix sockets for Python yet")
    import socket  # noqa: PLC0415 - asyncio needs the whole module; see above

    remove(path)
    # Bound only after the stale file is gone: `bind` refuses a path that exists, even if nobody listens
    # there.
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listener.bind(path)
        # The folder is private already; this also keeps others out if somebody opens the folder.
        os.chmod(path, 0o600)  # noqa: PTH101 - `status` loads this module, and pathlib is slow to load
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def remove(path: str) -> None:
    """Remove the socket file. Only the holder of the lock may do so.

    A folder in its place is renamed: this program never creates one, so its content may be the user's.

    Raises:
        OSError: neither is possible.
    """
    try:
        os.unlink(path)  # noqa: PTH108 - as above
    except FileNotFoundError:
        return
    except (IsADirectoryError, PermissionError):  # for a folder: the former on Linux, the latter on macOS
        if not os.path.isdir(path):  # noqa: PTH112 - as above
            raise
        os.rename(path, f"{path}.moved-{os.getpid()}-{time.time_ns()}")  # noqa: PTH104 - as above


def is_same_user(connection: _socket.socket) -> bool:
    """Return whether the other end is this user's; true where the system does not say."""
    user = peer_user(connection)
    # Where the system does not say who it is, the private folder is the only protection.
    return user is None or user == os.getuid()


def peer_user(connection: _socket.socket) -> int | None:
    """Return the user id of the other end, ``None`` where the system does not say.

    Linux returns ``struct ucred {pid, uid, gid}``, macOS ``struct xucred {version, uid, …}``: in both, the
    user id is the second 32 bits.
    """
    if sys.platform == "linux":
        answer = connection.getsockopt(_socket.SOL_SOCKET, _socket.SO_PEERCRED, 12)
    elif sys.platform == "darwin":
        answer = connection.getsockopt(0, _LOCAL_PEERCRED, _XUCRED_BYTES)
    else:
        return None
    return int.from_bytes(answer[4:8], sys.byteorder)
