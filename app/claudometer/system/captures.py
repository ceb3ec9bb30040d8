"""Where the status line leaves what it was told, one small file for each folder of Claude Code. Loads little.

These files may be lost, and are then made anew; they are never half of anything.
"""

# ruff: noqa: PTH103, PTH105, PTH108, PTH111, PTH118, PTH119, PTH120 - pathlib alone would cost more than all this

from __future__ import annotations

import hashlib
import json
import os
import sys
import time

from claudometer.system.runtime import NAME

MAX_BYTES = 1024 * 1024
LOCK_PATIENCE_S = 0.2
_DIGEST_BYTES = 8


def digest(text: str) -> str:
    """Return a short stand-in for a text that must not be written down."""
    return hashlib.blake2s(text.encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES).hexdigest()


def state_folder() -> str:
    """Return the folder that ``system.paths`` names for state."""
    if sys.platform in {"win32", "darwin"}:
        from platformdirs import user_state_dir  # noqa: PLC0415 - on Linux its answer is cheaper to know

        return user_state_dir(NAME, appauthor=False)
    base = os.environ.get("XDG_STATE_HOME", "").strip()
    return os.path.join(base or os.path.expanduser("~/.local/state"), NAME)


def config_folder() -> str:
    """Return Claude Code's folder as a process that it starts sees it, which ``system.paths`` names too."""
    return os.environ.get("CLAUDE_CONFIG_DIR") or os.path.expanduser("~/.claude")


def capture_file(state: str, config: str) -> str:
    """Return the file for a folder of Claude Code. Its name tells nothing of the folder's."""
    return os.path.join(state, f"status-line-{digest(os.path.realpath(config))}.json")


def login_of(config: str) -> str:
    """Return a stand-in for the account that is logged in; empty when the file does not tell.

    Of the file only the organization is looked at, which stays the same when a token is renewed.
    """
    outer = load(os.path.join(config, ".credentials.json"))
    if not isinstance(outer, dict):
        return ""
    places = (outer, outer.get("claudeAiOauth"))
    found = (place.get("organizationUuid") for place in places if isinstance(place, dict))
    return next((digest(name) for name in found if name and isinstance(name, str)), "")


def load(path: str) -> object:
    """Return what the file holds, ``None`` when it holds nothing that can be read."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(handle, "rb") as file:
            kept: object = json.loads(file.read(MAX_BYTES + 1))
    except (OSError, ValueError, RecursionError):
        return None
    return kept


def save(path: str, content: object) -> bool:
    """Replace the file, for this user alone, and tell whether that could be done.

    It is not synced to disk: that would take longer than all the rest.
    """
    data = json.dumps(content, separators=(",", ":")).encode()
    temporary = os.path.join(os.path.dirname(path), f".{os.path.basename(path)}.{os.getpid()}.tmp")
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        handle = os.open(
            temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0), 0o600
        )
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(temporary, path)
    except OSError:
        if os.path.lexists(temporary):
            os.unlink(temporary)
        return False
    return True


class Lock:
    """Keeps other status lines from changing the file meanwhile. ``with`` gives whether it was to be had.

    Waiting ends after a moment: whoever holds it needs a millisecond, or has been stopped.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._handle = -1

    def __enter__(self) -> bool:
        try:
            os.makedirs(os.path.dirname(self._path), mode=0o700, exist_ok=True)
            self._handle = os.open(f"{self._path}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            return False
        deadline = time.monotonic() + LOCK_PATIENCE_S
        while not _try_lock(self._handle):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.002)
        return True

    def __exit__(self, *_: object) -> None:
        if self._handle >= 0:
            os.close(self._handle)  # which unlocks it


def _try_lock(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 - exists there alone

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415 - the other systems' way

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
