"""What Claude Code itself last learned of the usage, from its own ``.claude.json``. Reads two members of it.

The file also holds the history of the user's projects: nothing else of it is decoded, kept or logged.
"""

from __future__ import annotations

import logging
import os
import stat
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from claudometer.domain.outcome import Unreadable
from claudometer.domain.usage import SESSION_WINDOW_S, FreeReading, Source
from claudometer.providers.claude.leftovers import stamp_of, still_open
from claudometer.providers.claude.members import read_members
from claudometer.providers.claude.parse import parse_usage
from claudometer.providers.claude.times import parse_time
from claudometer.providers.claude.values import read_object, read_text
from claudometer.system.claude_folder import default_folder
from claudometer.system.off_loop import off_loop_at

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping
    from datetime import datetime

    from claudometer.domain.clock import Clock

FILE_NAME = ".claude.json"
OLD_FILE_NAME = ".config.json"
MAX_FILE_BYTES = 512 * 1024 * 1024
CLOCK_SLACK = timedelta(minutes=1)
"""A look from further in the future is of an age that nobody knows: the clock was set back since."""

log = logging.getLogger(__name__)

_USAGE, _ACCOUNT = "cachedUsageUtilization", "oauthAccount"


@dataclass(frozen=True, slots=True)
class Look:
    """One look of Claude Code's at the usage. ``body`` is what the OAuth endpoint answered."""

    fetched_at: datetime
    organization_id: str | None
    body: object


class LastLook:
    """The last look of the Claude Code of one folder, which may change while the program runs."""

    def __init__(self, config_folder: Callable[[], Path], clock: Clock) -> None:
        self._config_folder = config_folder
        self._clock = clock
        self._stamp: Hashable = None
        self._kept: tuple[Hashable, Look | None] | None = None

    async def stamp(self) -> Hashable:
        """Return something that changes when a file does, also to another one.

        While the disk does not answer it stays the same.
        """
        files = _files(self._config_folder())
        try:
            self._stamp = await off_loop_at(files, lambda: stamp_of(files))
        except OSError as error:
            log.debug("Claude Code's own numbers cannot be looked at: %s", error)
        return self._stamp

    async def look(self) -> FreeReading | None:
        """Read the limits whose windows are open. A file that did not change is not read again."""
        stamp = await self.stamp()
        if self._kept is None or self._kept[0] != stamp:
            files = _files(self._config_folder())
            try:
                found = await off_loop_at(files, lambda: _newest(files))
            except OSError as error:
                log.debug("Claude Code's own numbers cannot be read: %s", error)
                return None
            self._kept = (stamp, found)
        found = self._kept[1]
        return None if found is None else reading_of(found, self._clock.now())


def reading_of(look: Look, now: datetime) -> FreeReading | None:
    """Return what a look still says at ``now``, ``None`` when that is nothing.

    Extra usage has no window of its own: it counts as long as a session's window could.
    """
    if look.fetched_at > now + CLOCK_SLACK:
        return None
    usage = parse_usage(look.body, now=now)
    if isinstance(usage, Unreadable):
        return None
    limits = still_open(usage.limits, look.fetched_at, now)
    is_young = now - look.fetched_at < timedelta(seconds=SESSION_WINDOW_S)
    spend = usage.spend if is_young else None
    if not limits and spend is None:
        return None
    return FreeReading(Source.CLAUDE_CODE, min(look.fetched_at, now), limits, look.organization_id, spend)


def parse_look(members: Mapping[str, object]) -> Look | None:
    """Read the two members; ``None`` unless the look is of the account that is logged in now."""
    usage, account = read_object(members.get(_USAGE)), read_object(members.get(_ACCOUNT))
    whose, fetched_at = read_text(usage.get("accountUuid")), parse_time(usage.get("fetchedAtMs"))
    if whose is None or whose != read_text(account.get("accountUuid")) or fetched_at is None:
        return None
    return Look(fetched_at, read_text(account.get("organizationUuid")), usage.get("utilization"))


def _files(folder: Path) -> tuple[Path, ...]:
    """Return where Claude Code may keep it. Only the default folder has it beside itself, in the home."""
    inside = (folder / FILE_NAME, folder / OLD_FILE_NAME)
    home = Path.home()
    return (home / FILE_NAME, *inside) if folder == default_folder() else inside


def _newest(files: tuple[Path, ...]) -> Look | None:
    looks = [look for look in map(_read, files) if look is not None]
    return max(looks, key=lambda look: look.fetched_at, default=None)


def _read(path: Path) -> Look | None:
    """Read one file; ``None`` when it holds no look, or was being written."""
    try:
        with open(path, "rb", opener=_open_at_once) as file:
            before = os.fstat(file.fileno())
            if not stat.S_ISREG(before.st_mode) or before.st_size > MAX_FILE_BYTES:
                return None
            members = read_members(file, frozenset({_USAGE, _ACCOUNT}))
            after = os.fstat(file.fileno())
    except (OSError, ValueError):
        return None
    is_whole = (before.st_mtime_ns, before.st_size) == (after.st_mtime_ns, after.st_size)
    return parse_look(members) if is_whole else None


def _open_at_once(name: str, flags: int) -> int:
    # A pipe in the file's place would hold the thread for ever.
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))
