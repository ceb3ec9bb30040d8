"""Reads Claude Code's login from where it keeps it. Never writes, refreshes or stores any of it."""

from __future__ import annotations

import asyncio
import logging
import os
import stat
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import MissingCredentials
from claudometer.domain.times import time_of
from claudometer.providers.claude.keychain import Keychain, service_names
from claudometer.providers.claude.login import Login, parse_login
from claudometer.system.claude_folder import default_folder, raw_variable
from claudometer.system.off_loop import off_loop, off_loop_at

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from datetime import datetime

__all__ = ["Login", "LoginReader"]

FILE_NAME = ".credentials.json"
KEYCHAIN_DATABASE = Path("Library", "Keychains", "login.keychain-db")
MAX_FILE_BYTES = 1024 * 1024
TORN_PAUSE_S = 0.2
KEYCHAIN_REST_S = 300.0
"""The keychain is asked again after this or a refusal, since every question is a process and may prompt."""

log = logging.getLogger(__name__)

_SYSTEM_KEYCHAIN = Keychain() if sys.platform == "darwin" else None


class LoginReader:
    """Reads the login of one configuration folder, which may change while the program runs.

    Where there is a keychain it comes first and the file second, since there a file may be a stale remainder.
    """

    def __init__(
        self, config_dir: Callable[[], Path], *, keychain: Keychain | None = _SYSTEM_KEYCHAIN
    ) -> None:
        self._config_dir = config_dir
        self._keychain = keychain
        self._last_good: dict[Path, Login] = {}
        self._from_keychain: _Asked | None = None
        self._last_stamp: tuple[Path, tuple[int, ...] | None] = (Path(), None)

    @property
    def folder(self) -> Path:
        """The configuration folder now."""
        return self._config_dir()

    async def read(self, *, anew: bool = False) -> Login | MissingCredentials:
        """Read the login. ``anew`` asks the keychain even if it was asked a moment ago."""
        folder = self.folder
        stored = await self._read_keychain(folder, anew=anew)
        if isinstance(stored, Login):
            return stored
        in_file = await self._read_file(folder / FILE_NAME)
        if isinstance(in_file, Login) or stored is None or stored.code is ErrorCode.LOGIN_MISSING:
            return in_file
        return stored

    async def stamp(self) -> Hashable:
        """Return something that changes when the login may have; ``None`` without a file.

        With a keychain its database counts too, by its date alone: nothing is asked and nothing prompts.
        """
        in_file = await self._file_stamp()
        return in_file if self._keychain is None else (in_file, await self._keychain_stamp())

    async def written_at(self) -> datetime | None:
        """Return when the file was written last, aware UTC: before that the login may have been another.

        ``None`` without a file, and where a keychain comes first, which does not tell its dates.
        """
        found = None if self._keychain else await self._file_stamp()
        try:
            return None if found is None else time_of(found[0] / 1e9)
        except ValueError:  # a file can have any date
            return None

    async def _read_file(self, path: Path) -> Login | MissingCredentials:
        """Read it, once more after a pause if it makes no sense: Claude Code may be writing it just now."""
        found = await _load_off_loop(path)
        if found == MissingCredentials(ErrorCode.LOGIN_UNREADABLE):
            await asyncio.sleep(TORN_PAUSE_S)
            found = await _load_off_loop(path)
        if isinstance(found, Login):
            self._last_good = {path: found}
        elif found.code is ErrorCode.LOGIN_UNREADABLE:
            return self._last_good.get(path, found)
        return found

    async def _read_keychain(self, folder: Path, *, anew: bool) -> Login | MissingCredentials | None:
        if self._keychain is None:
            return None
        stamp = await self._keychain_stamp()
        asked = self._from_keychain
        if asked is not None and not anew and asked.still_holds(folder, stamp):
            return asked.answer
        blob = await self._keychain.read(_service_names(folder))
        answer = parse_login(blob) if isinstance(blob, bytes) else blob
        self._from_keychain = _Asked(folder, stamp, time.monotonic(), answer)
        return answer

    async def _keychain_stamp(self) -> Hashable:
        return await off_loop(_stamp, Path.home() / KEYCHAIN_DATABASE)

    async def _file_stamp(self) -> tuple[int, ...] | None:
        """Return the file's stamp; the last one while its disk does not answer, which says nothing new."""
        path = self.folder / FILE_NAME
        try:
            self._last_stamp = (path, await off_loop_at(path, lambda: _stamp(path)))
        except OSError as error:
            log.debug("the login file cannot be looked at: %s", error)
        known, stamp = self._last_stamp
        return stamp if known == path else None


@dataclass(frozen=True, slots=True)
class _Asked:
    """An answer of the keychain, and what it was true of."""

    folder: Path
    stamp: Hashable
    at: float
    answer: Login | MissingCredentials

    def still_holds(self, folder: Path, stamp: Hashable) -> bool:
        young = time.monotonic() - self.at < KEYCHAIN_REST_S
        return young and folder == self.folder and stamp == self.stamp


def _service_names(folder: Path) -> tuple[str, ...]:
    return service_names(folder, default_folder(), raw_variable())


async def _load_off_loop(path: Path) -> Login | MissingCredentials:
    try:
        return await off_loop_at(path, lambda: _load(path))
    except OSError as error:
        log.debug("the login file cannot be read: %s", error)
        return MissingCredentials(ErrorCode.LOGIN_UNREADABLE)


def _load(path: Path) -> Login | MissingCredentials:
    try:
        blob = _read_bounded(path)
    except (FileNotFoundError, NotADirectoryError):
        return MissingCredentials(ErrorCode.LOGIN_MISSING)
    except PermissionError:
        return _denied(path.parent)
    except (OSError, ValueError):
        return MissingCredentials(ErrorCode.LOGIN_UNREADABLE)
    return MissingCredentials(ErrorCode.LOGIN_UNREADABLE) if blob is None else parse_login(blob)


def _denied(folder: Path) -> MissingCredentials:
    """Say what keeps us out: the first folder on the way that may not be entered, else the file itself."""
    for entered in reversed((folder, *folder.parents)):
        if not os.access(entered, os.X_OK, effective_ids=os.access in os.supports_effective_ids):
            return MissingCredentials(ErrorCode.LOGIN_FOLDER_DENIED, login_folder=str(entered))
    return MissingCredentials(ErrorCode.LOGIN_DENIED, login_folder=str(folder))


def _read_bounded(path: Path) -> bytes | None:
    """Read a plain file of at most ``MAX_FILE_BYTES``; anything else is ``None``."""
    with open(path, "rb", opener=_open_at_once) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return None
        blob = file.read(MAX_FILE_BYTES + 1)
    return blob if len(blob) <= MAX_FILE_BYTES else None


def _open_at_once(name: str, flags: int) -> int:
    # A pipe in the file's place would hold the thread for ever.
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))


def _stamp(path: Path) -> tuple[int, ...] | None:
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    # The change time moves with the rights alone, too: a file made readable is news.
    return found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_size
