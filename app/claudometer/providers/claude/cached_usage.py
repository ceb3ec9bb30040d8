"""Reads the usage that Claude Code caches in its ``.claude.json``, which costs no request.

The file also contains the history of the user's projects. Only two of its members are decoded.
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from claudometer.domain.outcome import Unreadable
from claudometer.domain.usage import SESSION_WINDOW_S, LocalReading, Source
from claudometer.providers.claude.json_members import read_members
from claudometer.providers.claude.local_files import ended, stamp_of, still_open
from claudometer.providers.claude.parse import parse_usage
from claudometer.providers.claude.times import parse_time
from claudometer.providers.claude.values import read_object, read_text
from claudometer.system.home import below_home
from claudometer.system.login_folder import default_folder
from claudometer.system.off_loop import off_loop_at
from claudometer.system.regular_files import open_regular

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping
    from datetime import datetime

    from claudometer.domain.clock import Clock

FILE_NAME = ".claude.json"
OLD_FILE_NAME = ".config.json"
# A file can be this large because `read_members` reads it line by line, with little memory.
MAX_FILE_BYTES = 512 * 1024 * 1024
CLOCK_SLACK = timedelta(minutes=1)
"""Usage from further in the future is ignored: the clock was set back since, so its age is unknown."""

log = logging.getLogger(__name__)

_USAGE, _ACCOUNT = "cachedUsageUtilization", "oauthAccount"


@dataclass(frozen=True, slots=True)
class CachedUsage:
    """The usage that Claude Code has cached.

    Attributes:
        body: the decoded JSON body of the OAuth usage endpoint.
    """

    fetched_at: datetime
    organization_id: str | None
    body: object


class CachedUsageSource:
    """The cached usage of one folder of Claude Code. The folder may change while the program runs."""

    def __init__(self, config_folder: Callable[[], Path], clock: Clock) -> None:
        self._config_folder = config_folder
        self._clock = clock
        self._stamp: Hashable = None
        self._kept: tuple[Hashable, CachedUsage | None] | None = None

    async def stamp(self) -> Hashable:
        """Return a value that changes when a file is changed, replaced, created or removed.

        It stays the same while the disk does not respond.
        """
        files = cached_usage_files(self._config_folder())
        try:
            self._stamp = await off_loop_at(files, lambda: stamp_of(files))
        except OSError as error:
            log.debug("the status of Claude Code's cached usage cannot be read: %s", error)
        return self._stamp

    async def read(self) -> LocalReading | None:
        """Read the limits whose windows are open. An unchanged file is not read again."""
        stamp = await self.stamp()
        if self._kept is None or self._kept[0] != stamp:
            files = cached_usage_files(self._config_folder())
            try:
                found = await off_loop_at(files, lambda: _newest(files))
            except OSError as error:
                log.debug("Claude Code's cached usage cannot be read: %s", error)
                return None
            self._kept = (stamp, found)
        found = self._kept[1]
        return None if found is None else to_reading(found, self._clock.now())


def to_reading(cached: CachedUsage, now: datetime) -> LocalReading | None:
    """Return the cached usage that is still valid at ``now``, ``None`` if there is no such usage.

    Extra usage and credits have no window of their own, so they count as known for as long as a session's
    window lasts.
    """
    if cached.fetched_at > now + CLOCK_SLACK:
        return None
    usage = parse_usage(cached.body, now=now)
    if isinstance(usage, Unreadable):
        return None
    limits = still_open(usage.limits, cached.fetched_at, now)
    is_recent = now - cached.fetched_at < timedelta(seconds=SESSION_WINDOW_S)
    spend, granted = (usage.spend, usage.credits) if is_recent else (None, None)
    if not limits and spend is None and not granted:
        return None
    return LocalReading(
        Source.CLAUDE_CODE,
        min(cached.fetched_at, now),  # it may be ahead by `CLOCK_SLACK`
        limits,
        cached.organization_id,
        spend,
        granted,
        ended(usage.limits, now),
    )


def parse_cached_usage(members: Mapping[str, object]) -> CachedUsage | None:
    """Read the two members; ``None`` unless the usage belongs to the account that is logged in now."""
    usage, account = read_object(members.get(_USAGE)), read_object(members.get(_ACCOUNT))
    account_id, fetched_at = read_text(usage.get("accountUuid")), parse_time(usage.get("fetchedAtMs"))
    # After a new login the usage of the old account may still be there.
    if account_id is None or account_id != read_text(account.get("accountUuid")) or fetched_at is None:
        return None
    return CachedUsage(fetched_at, read_text(account.get("organizationUuid")), usage.get("utilization"))


def cached_usage_files(folder: Path) -> tuple[Path, ...]:
    """Return where ``.claude.json`` may be: in the folder, or for the default folder also in the home."""
    inside = (folder / FILE_NAME, folder / OLD_FILE_NAME)
    home = Path(below_home())
    # For any other folder, the one in the home folder is another account's.
    return (home / FILE_NAME, *inside) if folder == default_folder() else inside


def _newest(files: tuple[Path, ...]) -> CachedUsage | None:
    # Claude Code moved the file once, and an old one may be left beside it.
    candidates = [candidate for candidate in map(_read, files) if candidate is not None]
    return max(candidates, key=lambda candidate: candidate.fetched_at, default=None)


def _read(path: Path) -> CachedUsage | None:
    """Read one file; ``None`` if it contains no valid usage, or if it changed while it was read."""
    try:
        with os.fdopen(open_regular(path, os.O_RDONLY), "rb") as file:
            before = os.fstat(file.fileno())
            if before.st_size > MAX_FILE_BYTES:
                return None
            members = read_members(file, frozenset({_USAGE, _ACCOUNT}))
            after = os.fstat(file.fileno())
    except (OSError, ValueError):
        return None
    # Claude Code may write it in place: what was read would be half of each version.
    is_whole = (before.st_mtime_ns, before.st_size) == (after.st_mtime_ns, after.st_size)
    return parse_cached_usage(members) if is_whole else None
