"""Reads Claude Code's login from its file or keychain item. Never writes, refreshes or stores a login."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import MissingCredentials
from claudometer.domain.plan import Plan
from claudometer.domain.times import time_of
from claudometer.providers.claude.keychain import Keychain, service_names
from claudometer.providers.claude.login import Login, parse_login
from claudometer.system.claude_program import PROGRAM
from claudometer.system.files import read_bytes
from claudometer.system.home import below_home
from claudometer.system.login_folder import default_folder, facts_of_wrong, raw_variable, what_is_wrong_with
from claudometer.system.off_loop import off_loop_at
from claudometer.system.own_files import make_own
from claudometer.system.regular_files import owner_of

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from datetime import datetime

FILE_NAME = ".credentials.json"
NO_PROGRAM = "no_program"
"""The name of the fact that Claude Code was not found on this computer."""

KEYCHAIN_DATABASE = Path("Library", "Keychains", "login.keychain-db")
MAX_FILE_BYTES = 1024 * 1024
# Long enough for Claude Code to finish writing the file.
RETRY_DELAY_S = 0.2
KEYCHAIN_CACHE_S = 300.0
"""How long a keychain result is used. Every read of the keychain starts a process and may prompt the user."""

_ABOUT_THE_FOLDER = frozenset({ErrorCode.LOGIN_MISSING, ErrorCode.LOGIN_FOLDER_DENIED})

log = logging.getLogger(__name__)

_SYSTEM_KEYCHAIN = Keychain() if sys.platform == "darwin" else None


class LoginReader:
    """Reads the login of one configuration folder, which may change while the program runs.

    A keychain, if there is one, has precedence over the file, which may then be outdated.

    Args:
        named_by: returns the variable that names the folder, ``""`` for the settings; ``None`` for the
            default folder, which nobody named.
        has_program: returns whether Claude Code is installed. Called only if there is no login.
    """

    def __init__(
        self,
        config_dir: Callable[[], Path],
        *,
        named_by: Callable[[], str | None] = lambda: None,
        keychain: Keychain | None = _SYSTEM_KEYCHAIN,
        has_program: Callable[[], bool] = lambda: True,
    ) -> None:
        self._config_dir = config_dir
        self._named_by = named_by
        self._keychain = keychain
        self._has_program = has_program
        self._last_good: dict[Path, Login] = {}
        self._from_keychain: _KeychainResult | None = None
        self._last_stamps: dict[Path, tuple[int, ...] | None] = {}
        self._plan = Plan()

    @property
    def folder(self) -> Path:
        """The current configuration folder."""
        return self._config_dir()

    async def read(self, *, bypass_cache: bool = False) -> Login | MissingCredentials:
        """Read the login. ``bypass_cache`` reads the keychain even if its last result is recent."""
        found = await self._read(bypass_cache=bypass_cache)
        self._plan = Plan(found.plan, found.tier) if isinstance(found, Login) else Plan()
        return found

    def plan(self) -> Plan:
        """Return the plan of the login that was read last."""
        return self._plan

    async def _read(self, *, bypass_cache: bool) -> Login | MissingCredentials:
        folder = self.folder
        # First: where there is a keychain, Claude Code writes to it, and a file may be left from before.
        stored = await self._read_keychain(folder, bypass_cache=bypass_cache)
        if isinstance(stored, Login):
            return stored
        in_file = await self._read_file(folder / FILE_NAME)
        if isinstance(in_file, Login):
            return in_file
        if stored is None or stored.code is ErrorCode.LOGIN_MISSING:
            return await self._with_facts_of_folder(in_file, folder)
        return stored

    async def _with_facts_of_folder(self, found: MissingCredentials, folder: Path) -> MissingCredentials:
        """Add to a failure who named the folder, and what is wrong with it."""
        named_by = self._named_by()
        if found.code is ErrorCode.LOGIN_MISSING and named_by is None:
            return await self._with_fact_of_program(found)
        if named_by is None or found.code not in _ABOUT_THE_FOLDER:
            return found
        if found.code is ErrorCode.LOGIN_FOLDER_DENIED:
            return replace(found, facts=(*found.facts, ("variable", named_by)) if named_by else found.facts)
        return await find_wrong_folder(folder, named_by) or found

    async def _with_fact_of_program(self, found: MissingCredentials) -> MissingCredentials:
        """Add to a failure that Claude Code is not installed: without it, nobody can log in with it."""
        try:
            is_here = await off_loop_at(PROGRAM, self._has_program)
        except OSError:  # a folder of the PATH does not respond: assume that it is there
            is_here = True
        return found if is_here else replace(found, facts=((NO_PROGRAM, PROGRAM),))

    async def stamp(self) -> Hashable:
        """Return a value that changes when the login may have changed; ``None`` without a file.

        With a keychain it includes the date of the keychain's database. It does not read the keychain, so it
        never prompts.
        """
        in_file = await self._file_stamp()
        return in_file if self._keychain is None else (in_file, await self._keychain_stamp())

    async def written_at(self) -> datetime | None:
        """Return when the file was last written, aware UTC. Another account may have been logged in before.

        ``None`` without a file, and with a keychain, because ``security -w`` prints no dates.
        """
        found = None if self._keychain else await self._file_stamp()
        try:
            return None if found is None else time_of(found[0] / 1e9)
        except ValueError:  # a file's date can be outside the range of datetime
            return None

    async def _read_file(self, path: Path) -> Login | MissingCredentials:
        """Read the file; if it is unreadable, again after a delay, because Claude Code may be writing it."""
        found = await _load_off_loop(path)
        if found == MissingCredentials(ErrorCode.LOGIN_UNREADABLE):
            await asyncio.sleep(RETRY_DELAY_S)
            found = await _load_off_loop(path)
        if isinstance(found, Login):
            self._last_good = {path: found}  # only of the present folder: another may be another account's
        elif found.code is ErrorCode.LOGIN_UNREADABLE:
            # Still damaged: keep the last login rather than report a log-out that did not happen.
            return self._last_good.get(path, found)
        return found

    async def _read_keychain(self, folder: Path, *, bypass_cache: bool) -> Login | MissingCredentials | None:
        if self._keychain is None:
            return None
        stamp = await self._keychain_stamp()
        cached = self._from_keychain
        if cached is not None and not bypass_cache and cached.is_current(folder, stamp):
            return cached.login
        blob = await self._keychain.read(_service_names(folder))
        login = parse_login(blob) if isinstance(blob, bytes) else blob
        self._from_keychain = _KeychainResult(folder, stamp, time.monotonic(), login)
        return login

    async def _keychain_stamp(self) -> Hashable:
        return await self._stamp_of(Path(below_home()) / KEYCHAIN_DATABASE)

    async def _file_stamp(self) -> tuple[int, ...] | None:
        return await self._stamp_of(self.folder / FILE_NAME)

    async def _stamp_of(self, path: Path) -> tuple[int, ...] | None:
        """Return a file's stamp, or the last known one while the disk does not respond."""
        try:
            self._last_stamps[path] = await off_loop_at(path, lambda: _stamp(path))
        except OSError as error:
            log.debug("the status of %s cannot be read: %s", path.name, error)
        return self._last_stamps.get(path)


async def find_wrong_folder(folder: Path, named_by: str | None) -> MissingCredentials | None:
    """Return why a folder that was named has no login; ``None`` also while the disk does not respond.

    Args:
        named_by: the variable that names it, ``""`` for the settings, ``None`` for neither.
    """
    if named_by is None:
        return None
    try:
        reason = await off_loop_at(folder, lambda: what_is_wrong_with(folder))
    except OSError:
        return None
    facts = tuple(facts_of_wrong(folder, reason, named_by).items())
    return MissingCredentials(ErrorCode.LOGIN_FOLDER_WRONG, facts=facts)


@dataclass(frozen=True, slots=True)
class _KeychainResult:
    """A result of the keychain, with the folder, database stamp and monotonic time (s) of the read."""

    folder: Path
    stamp: Hashable
    read_at: float
    login: Login | MissingCredentials

    def is_current(self, folder: Path, stamp: Hashable) -> bool:
        is_recent = time.monotonic() - self.read_at < KEYCHAIN_CACHE_S
        return is_recent and folder == self.folder and stamp == self.stamp


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
        blob = read_bytes(path, limit=MAX_FILE_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        return MissingCredentials(ErrorCode.LOGIN_MISSING)
    except PermissionError:
        return _denied(path.parent)
    except (OSError, ValueError):
        return MissingCredentials(ErrorCode.LOGIN_UNREADABLE)
    login = parse_login(blob)
    # Resolved here, in the thread: it touches the disk.
    return replace(login, folder=os.path.realpath(path.parent)) if isinstance(login, Login) else login


def _denied(folder: Path) -> MissingCredentials:
    """Return what denies access: the topmost folder that we may not enter, else the file itself."""
    # From the root down: below a folder that we may not enter, nothing is known.
    for parent in reversed((folder, *folder.parents)):
        if not os.access(parent, os.X_OK, effective_ids=os.access in os.supports_effective_ids):
            facts = _owner_of(parent)
            return MissingCredentials(ErrorCode.LOGIN_FOLDER_DENIED, login_folder=str(parent), facts=facts)
    facts = _owner_of(folder / FILE_NAME)
    if facts and not _owner_of(folder):
        facts += (("make_own", make_own(folder / FILE_NAME)),)
    return MissingCredentials(ErrorCode.LOGIN_DENIED, login_folder=str(folder), facts=facts)


def _owner_of(path: Path) -> tuple[tuple[str, str], ...]:
    """Return the owner as a fact if it is another user, whose permissions only that one can change."""
    owner = owner_of(path)
    return () if owner is None else (("owner", owner),)


def _stamp(path: Path) -> tuple[int, ...] | None:
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    # The change time also changes with the permissions, so that a file that became readable is noticed.
    return found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_size
