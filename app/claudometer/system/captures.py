"""Stores what Claude Code passes to the status line: a small file for each folder of Claude Code.

These files are never half written. If one is lost, it is written again. Loads little, because Claude Code
waits for the status line.
"""

# ruff: noqa: PTH105, PTH108, PTH118, PTH119, PTH120 - importing pathlib takes longer than all this

from __future__ import annotations

import os
import sys
import time

from claudometer.domain.quick_json import dumps, loads
from claudometer.system import claude_variables
from claudometer.system.home import base_folder
from claudometer.system.regular_files import find_replaceable, make_folders, open_regular
from claudometer.system.runtime import NAME

try:
    from _blake2 import blake2s  # as in `hashlib`, but without OpenSSL, which takes 2 ms to load
except ImportError:
    from hashlib import blake2s

MAX_BYTES = 1024 * 1024
LOCK_PATIENCE_S = 0.5
"""How long to wait for a lock while the file stays the same: a holder needs a millisecond. One that takes
longer has been suspended, and Claude Code waits for us."""

LONGEST_WAIT_S = 5.0
"""How long to wait while others replace the file one after another, as many sessions on a busy machine do."""

FORECAST_VALID_S = 1200.0
"""Older forecasts are ignored, because the app has ended."""

LineWords = tuple[float, str, bool]
"""When a limit window resets (s since 1970), the forecast in words, and whether that is a full limit."""

Choices = tuple[bool, list[int], dict[str, list[int]]]
"""Whether percentages are what is left, at which ones the user wants alerts, and those of single limits."""

_DIGEST_BYTES = 8
LOCAL = "local"
"""The mode that reads no login, as ``domain.usage`` names it."""

MOST_THRESHOLDS = 10
"""How many percents a setting may have, as in ``domain.settings``."""

REMAINING = "remaining"
"""The setting by which percentages are what is left of a limit, as ``domain.settings`` names it."""


def digest(text: str) -> str:
    """Return a short digest of a text that must not be stored itself."""
    return blake2s(text.encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES).hexdigest()


def state_folder() -> str:
    """Return the state folder, the same as that of ``system.paths``."""
    if sys.platform in {"win32", "darwin"}:
        from platformdirs import user_state_dir  # noqa: PLC0415 - on Linux its answer is cheaper to know

        return user_state_dir(NAME, appauthor=False)
    return os.path.join(base_folder("XDG_STATE_HOME", ".local", "state"), NAME)


def config_folder() -> str:
    """Return Claude Code's folder as a process that Claude Code starts sees it: by its variables."""
    return claude_variables.named_config() or claude_variables.default_folder()


def login_folder() -> str:
    """Return the folder of Claude Code's login, which may be another one, as such a process sees it."""
    return claude_variables.named_login() or claude_variables.default_folder()


def capture_file(state: str, config: str) -> str:
    """Return the file for a folder of Claude Code, named by a digest of the folder. Touches the disk."""
    return os.path.join(state, f"status-line-{digest(os.path.realpath(config))}.json")


def hit_file(state: str, config: str) -> str:
    """Return the file that says when Claude Code last hit a limit in this folder. Touches the disk."""
    return os.path.join(state, f"limit-hit-{digest(os.path.realpath(config))}.json")


def forecast_file(state: str, login: str) -> str:
    """Return the file with the forecasts of an account for the status line; ``login`` is its digest."""
    return os.path.join(state, f"forecast-{login}.json")


def load_forecasts(state: str, login: str, now: float) -> dict[str, LineWords]:
    """Return the app's latest forecasts, by kind of limit; none without a file, or if they are too old."""
    kept = load(forecast_file(state, login)) if login else None
    at, words = (kept.get("at"), kept.get("words")) if isinstance(kept, dict) else (None, None)
    if not isinstance(at, int | float) or not 0 <= now - at < FORECAST_VALID_S or not isinstance(words, dict):
        return {}
    return {kind: found for kind, each in words.items() if (found := _line_words(each)) is not None}


def _line_words(wire: object) -> LineWords | None:
    if not isinstance(wire, list) or len(wire) != 3:
        return None
    resets_at, then, is_full = wire
    if not isinstance(resets_at, int | float) or not isinstance(then, str):
        return None
    return float(resets_at), then, is_full is True


def hit_of(hit_at: float, login: str) -> dict[str, object]:
    """Return the content of that file: the time (s since 1970), and the digest of the account if known."""
    return {"version": 1, "hit_at": hit_at, "login": login}


def login_of(folder: str) -> str:
    """Return a digest of the account that is logged in, by the folder of the login; empty if unknown.

    It is taken from the organization, which stays the same when a token is renewed.
    """
    organization = organization_of(folder)
    return digest(organization) if organization else ""


def present_login() -> str:
    """Return :func:`login_of` for what Claude Code starts; empty in local mode, which reads no login."""
    variables = {name.upper(): value for name, value in os.environ.items()}
    mode = variables.get(f"{NAME.upper()}_MODE") or _saved_mode()
    return "" if mode == LOCAL else login_of(login_folder())


def _saved_mode() -> object:
    """Return the mode in our settings, of the account that is shown."""
    saved = _saved_settings()
    accounts = saved.get("accounts")
    account = accounts.get(saved.get("shown")) if isinstance(accounts, dict) else saved
    return account.get("mode") if isinstance(account, dict) else None


def load_choices() -> Choices:
    """Return what our settings say about how numbers are shown."""
    saved = _saved_settings()
    own = saved.get("alert_own_thresholds")
    by_limit = {limit: _percents(each) for limit, each in own.items()} if isinstance(own, dict) else {}
    usable = {limit: percents for limit, percents in by_limit.items() if percents is not None}
    # As the app reads it: a setting with anything unusable has its default.
    own_percents = usable if len(usable) == len(by_limit) else {}
    return saved.get("percents") == REMAINING, _percents(saved.get("alert_thresholds")) or [], own_percents


def _percents(wire: object) -> list[int] | None:
    """Return percents, ``None`` unless all of them can be used."""
    if not isinstance(wire, list) or len(wire) > MOST_THRESHOLDS:
        return None
    return wire if all(type(each) is int and 1 <= each <= 100 for each in wire) else None


def _saved_settings() -> dict[str, object]:
    saved = load(os.path.join(_settings_folder(), "settings.json"))
    return saved if isinstance(saved, dict) else {}


def _settings_folder() -> str:
    if sys.platform in {"win32", "darwin"}:
        from platformdirs import user_config_dir  # noqa: PLC0415 - as in `state_folder`

        return user_config_dir(NAME, appauthor=False)
    return os.path.join(base_folder("XDG_CONFIG_HOME", ".config"), NAME)


def organization_of(folder: str) -> str | None:
    """Return the organization that the login in a folder names, ``None`` if it names none."""
    outer = load(os.path.join(folder, ".credentials.json"))
    if not isinstance(outer, dict):
        return None
    # Seen in both places, depending on the version of Claude Code.
    places = (outer, outer.get("claudeAiOauth"))
    found = (place.get("organizationUuid") for place in places if isinstance(place, dict))
    return next((name for name in found if name and isinstance(name, str)), None)


def load(path: str) -> object:
    """Return the file's JSON, ``None`` when it cannot be read."""
    try:
        with os.fdopen(open_regular(path, os.O_RDONLY), "rb") as file:
            kept: object = loads(file.read(MAX_BYTES + 1))
    except (OSError, ValueError, RecursionError):
        return None
    return kept


def save(path: str, content: object) -> bool:
    """Replace the file, private to this user, and return whether that worked.

    It is not flushed to disk: that would take longer than the whole command.
    """
    data = dumps(content).encode()
    temporary = ""
    try:
        make_folders(os.path.dirname(path))
        target = find_replaceable(path)
        temporary = f"{os.path.dirname(target)}/.{os.path.basename(target)}.{os.getpid()}.tmp"
        handle = open_regular(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0))
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(temporary, target)
    except OSError:
        _remove(temporary)
        return False
    return True


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        return  # it is not there, or we can do nothing about it


class Lock:
    """Keeps other status lines from changing the file. ``with`` returns whether we have the lock."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._handle = -1

    def __enter__(self) -> bool:
        try:
            make_folders(os.path.dirname(self._path))
            self._handle = open_regular(f"{self._path}.lock", os.O_RDWR | os.O_CREAT)
        except OSError:
            return False
        return _try_lock(self._handle) or self._wait()

    def _wait(self) -> bool:
        """Wait for the lock while those before us make progress, and return whether we got it."""
        start = last_change = time.monotonic()
        seen = _inode_of(self._path)
        while not _try_lock(self._handle):
            now, present = time.monotonic(), _inode_of(self._path)
            if present != seen:
                seen, last_change = present, now
            if now - last_change > LOCK_PATIENCE_S or now - start > LONGEST_WAIT_S:
                return False
            time.sleep(0.002)
        return True

    def __exit__(self, *_: object) -> None:
        if self._handle >= 0:
            os.close(self._handle)  # which unlocks it


def _inode_of(path: str) -> tuple[int, int] | None:
    """Return the file's inode and time, which change whenever it is replaced; ``None`` without a file."""
    try:
        found = os.stat(path)  # noqa: PTH116 - as above
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def _try_lock(handle: int) -> bool:
    """Lock the file without waiting, and return whether that worked.

    Not by ``file_locks``, which loads ``logging``; the status line has no time for that.
    """
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 - exists only there

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415 - the other systems' way

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        # On Windows, somebody has it. Elsewhere there are no locks: one session's numbers may be lost.
        return sys.platform != "win32"
    return True
