"""Local mode: only what Claude Code left on this computer. Reads no login and sends nothing."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import Fetched, Unreadable
from claudometer.domain.usage import (
    CLAUDE,
    Account,
    AccountId,
    Mode,
    Origin,
    Reading,
    Source,
    display_place,
    has_reset,
)
from claudometer.providers.claude.login_reader import find_wrong_folder
from claudometer.providers.claude.merging import SESSION_AND_WEEK, is_same_week, is_usable

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable
    from datetime import datetime
    from pathlib import Path

    from claudometer.domain.clock import Clock
    from claudometer.domain.next_poll import Why
    from claudometer.domain.outcome import MissingCredentials, Outcome
    from claudometer.domain.token_bucket import BucketRule
    from claudometer.domain.usage import Limit, LocalReading
    from claudometer.providers.base import LocalSource


class LocalOnlySource:
    """Session and week of one folder of Claude Code, which may change during the run.

    Args:
        sources: what reads the files. They must read no login.
        clock: this computer's own clock, whose time the files carry.
        named_by: returns the variable that names the folder, ``""`` for the settings, ``None`` for neither.
    """

    provider = CLAUDE

    def __init__(
        self,
        config_folder: Callable[[], Path],
        sources: tuple[LocalSource, ...],
        clock: Clock,
        *,
        named_by: Callable[[], str | None] = lambda: None,
    ) -> None:
        self._config_folder = config_folder
        self._named_by = named_by
        self._sources = sources
        self._clock = clock

    @property
    def budget(self) -> BucketRule | None:
        """``None``: nothing is sent."""
        return None

    async def identify(self) -> AccountId:
        """Return an id made from the folder. The login, which says whose account it is, is not read."""
        folder = str(self._config_folder()).encode("utf-8", "surrogateescape")
        return AccountId(f"local-{hashlib.sha256(folder).hexdigest()[:12]}")

    async def fetch(self, why: Why) -> Outcome:  # noqa: ARG002 - nothing is sent, so nothing is recorded
        """Read the files."""
        found = [reading for source in self._sources if (reading := await source.read()) is not None]
        account = Account(await self.identify(), Mode.LOCAL)
        built = build_reading(found, account, self._clock.now())
        if built is not None:
            return Fetched(built)
        return await self._find_wrong_folder() or Unreadable(ErrorCode.LOCAL_NUMBERS_MISSING)

    async def _find_wrong_folder(self) -> MissingCredentials | None:
        """Return what is wrong with a folder that was named, ``None`` if nothing is."""
        wrong = await find_wrong_folder(self._config_folder(), self._named_by())
        return None if wrong is None or ("reason", "empty") in wrong.facts else wrong

    async def credentials_mark(self) -> str:
        """Return an empty name: no credentials are read."""
        return ""

    async def credentials_stamp(self) -> Hashable:
        """Return a value that changes with the files, the only source of numbers."""
        return tuple([await source.stamp() for source in self._sources])


def build_reading(found: Iterable[LocalReading], account: Account, now: datetime) -> Reading | None:
    """Return the newest number of each limit, ``None`` without any.

    The newest reading decides whose account it is: another one counts only if its week resets at the same
    time, since two accounts hardly share that.
    """
    newest_first = sorted(found, key=lambda reading: reading.captured_at, reverse=True)
    usable = [(reading, kept) for reading in newest_first if (kept := _usable(reading, now))]
    if not usable:
        return None
    first, limits = usable[0]
    for reading, older in usable[1:]:
        if not _have_same_week(limits, older, now):
            continue
        origin = Origin(reading.source, reading.captured_at)
        limits = {name: replace(limit, origin=origin) for name, limit in older.items()} | limits
    # A limit whose window has ended still exists. Its number is unknown until Claude Code reports again.
    limits = {limit.id: limit for limit in first.ended} | limits
    shown = tuple(sorted(limits.values(), key=display_place))
    return Reading(CLAUDE, account, first.source, first.captured_at, shown)


def _usable(reading: LocalReading, now: datetime) -> dict[str, Limit]:
    return {limit.id: limit for limit in reading.limits if _counts(limit, reading.source, now)}


def _counts(limit: Limit, source: Source, now: datetime) -> bool:
    """Return whether a limit is shown: session, week, and what else Claude Code passes to its status line.

    A gateway's spend limit, for example. The models that Claude Code keeps in its own file are left out: they
    are as old as its last request for usage.
    """
    if limit.kind in SESSION_AND_WEEK:
        return is_usable(limit, source, now)
    return source is Source.STATUS_LINE and limit.percent is not None and not has_reset(limit, now)


def _have_same_week(first: dict[str, Limit], second: dict[str, Limit], now: datetime) -> bool:
    weeks = (first.get("weekly"), second.get("weekly"))
    resets = [week.resets_at for week in weeks if week is not None and week.resets_at is not None]
    return len(resets) == len(weeks) and is_same_week(resets[1], resets[0]) and min(resets) > now
