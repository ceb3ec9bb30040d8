"""The readings of each account: the server's last answers, kept across restarts, and the numbers to show."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from claudometer.domain.clock import LEAST_JUMP_S, ClockReading
from claudometer.domain.codec import reading_from_wire, reading_to_wire
from claudometer.domain.older_state import READINGS
from claudometer.domain.usage import LocalLogin, Mode, Origin
from claudometer.system.off_loop import off_loop

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Hashable, Iterator, Mapping, Sequence

    from claudometer.domain.clock import Clock
    from claudometer.domain.json_object import JsonObject
    from claudometer.domain.next_poll import Coverage
    from claudometer.domain.usage import AccountKey, LocalReading, Reading
    from claudometer.engine.dependencies import StateFile
    from claudometer.providers.base import LocalSource, ProviderRules

log = logging.getLogger(__name__)

MOST_KEPT = 8
"""Accounts whose numbers are kept: the state file must not grow with every new session key."""

_PLACE = "place"


class ReadingCache:
    """Remembers readings by account, the newest last. Never returns one account's numbers for another.

    While an account is not known, its last numbers are those that came from the same place.

    Args:
        place: names where the credentials of a mode are now: a folder of Claude Code's, or how a session key
            is kept. Another folder without a login must not show the numbers of the first.
        on_leftover: called with whether readings are still on the disk that should have been removed, and the
            facts about why.
    """

    def __init__(
        self,
        state: StateFile,
        *,
        place: Callable[[Mode], str],
        on_leftover: Callable[[bool, Mapping[str, str]], None],
    ) -> None:
        self._state = state
        self._place = place
        self._on_leftover = on_leftover
        self._writing = asyncio.Lock()  # what is removed must not be written again by an earlier call
        self._readings: dict[AccountKey, Reading] = {}
        self._places: dict[AccountKey, str | None] = {}
        self._to_remove: set[Mode] = set()

    async def load(self) -> frozenset[Origin]:
        """Read what an earlier run left, and return where and when its numbers came from.

        Skips damaged entries, and replaces no reading of this run.
        """
        origins = set()
        try:
            kept = (await off_loop(self._state.read)).get(READINGS)
        except OSError as error:
            log.warning("the last numbers cannot be read: %s", error)
            return frozenset()
        for key, (reading, place) in _readings_in(kept):
            # A poll may have been faster than the disk.
            if key not in self._readings:
                self._readings[key], self._places[key] = reading, place
                origins.add(Origin(reading.source, reading.fetched_at))
        return frozenset(origins)

    def last(self, mode: Mode, account: AccountKey | None = None) -> Reading | None:
        """Return the last reading of ``account`` in ``mode``, ``None`` without one.

        If ``account`` is ``None``, the last one that came from the mode's present place.
        """
        # The newest first: several accounts may have used this folder, and the last is the likeliest.
        for key, reading in reversed(self._readings.items()):
            is_meant = key == account if account else self._places[key] == self._place(mode)
            if reading.account.mode is mode and is_meant:
                return reading
        return None

    async def keep(self, reading: Reading) -> None:
        """Remember a reading, across restarts too. On a full disk it is kept in memory only."""
        # So that it becomes the last one: the order says which are kept.
        self._readings.pop(reading.key, None)
        self._readings[reading.key] = reading
        self._places[reading.key] = self._place(reading.account.mode)
        await self._write([reading])

    async def forget(self, mode: Mode) -> None:
        """Drop the readings of a mode whose credentials were removed.

        What cannot be removed from the disk now is removed by the next write that succeeds.
        """
        self._readings = {key: one for key, one in self._readings.items() if one.account.mode is not mode}
        self._to_remove.add(mode)
        await self._write([])

    async def finish_forgetting(self) -> None:
        """Try again to remove what could not be removed from the disk."""
        if self._to_remove:
            await self._write([])

    async def _write(self, new: list[Reading]) -> None:
        async with self._writing:
            await self._write_in_turn(new)

    async def _write_in_turn(self, new: list[Reading]) -> None:
        # Another call may add a mode while the file is written; that one is not removed yet.
        removed = frozenset(self._to_remove)

        def edit(state: JsonObject) -> None:
            # Read again under the lock of the file: another process may have kept readings meanwhile.
            kept = dict(_readings_in(state.get(READINGS)))
            kept = {key: one for key, one in kept.items() if one[0].account.mode not in removed}
            for reading in new:
                kept.pop(reading.key, None)
                kept[reading.key] = reading, self._places[reading.key]
            newest = list(kept.values())[-MOST_KEPT:]
            state[READINGS] = {str(one.key): reading_to_wire(one) | {_PLACE: at} for one, at in newest}

        try:
            await off_loop(self._state.change, edit)
        except OSError as error:
            log.warning("the numbers on the disk are not up to date: %s", error)
        else:
            if not self._state.is_spare:  # the file that cannot be written still has them
                self._to_remove -= removed
        if removed:
            self._on_leftover(bool(self._to_remove), self._state.fault)


def _readings_in(section: object) -> Iterator[tuple[AccountKey, tuple[Reading, str | None]]]:
    """Yield the readings of a state file, each with the place that it came from, ``None`` if unknown.

    Each says whose it is: version 0.1 named the entries by mode instead of account.
    """
    for name, wire in (section if isinstance(section, dict) else {}).items():
        try:
            reading, place = reading_from_wire(wire), wire.get(_PLACE)
        except (KeyError, TypeError, ValueError, AttributeError):
            log.warning("the reading kept as %r is damaged and is skipped", name)
        else:
            yield reading.key, (reading, place if isinstance(place, str) else None)


class ReadingMerger:
    """The numbers to show: the server's last answer, with every number that a local source knows better.

    Merges on every call, and keeps no merged numbers: later they may turn out to be another account's. Sends
    nothing.

    Args:
        answers: what the server said last, without any local number.
        login: finds out whose numbers the local sources hold.
    """

    def __init__(
        self,
        answers: ReadingCache,
        sources: Sequence[LocalSource],
        *,
        rules: ProviderRules,
        login: Callable[[], Awaitable[LocalLogin]],
        clock: Clock,
    ) -> None:
        self.answers = answers
        self._local = [_FollowedSource(source, clock) for source in sources]
        self._rules = rules
        self._read_login = login
        self._login = LocalLogin()
        self._clock = clock

    async def read_local(self) -> None:
        """Read the local sources that have changed and, if there are local numbers, who is logged in."""
        for source in self._local:
            await source.read_if_changed()
        self._login = await self._read_login() if self._local_readings else LocalLogin()

    async def has_news(self) -> bool:
        """Return whether a local source may have new numbers. Only looks at the dates of files."""
        for source in self._local:
            if await source.has_news():
                return True
        return False

    def shown(self, mode: Mode, account: AccountKey | None) -> Reading | None:
        """Return the numbers to show for an account; the last ones of the mode if no account is known.

        Without an answer, local numbers are shown only in CLI mode: they are about Claude Code's login.
        """
        answer = self.answers.last(mode, account)
        # A session key may belong to somebody else than the login that the local numbers are about.
        if answer is None and mode is not Mode.CLI:
            return None
        return self._rules.merge(answer, self._local_readings, self._login, self._clock.now())

    def coverage(self, mode: Mode, account: AccountKey | None) -> Coverage | None:
        """Return what no request is needed for now."""
        answer = self.answers.last(mode, account)
        return self._rules.coverage(answer, self._local_readings, self._login, self._clock.now())

    @property
    def _local_readings(self) -> list[LocalReading]:
        """The local numbers, with the times of this computer's clock turned into Claude's."""
        skew = timedelta(seconds=self._clock.skew_s)
        return [
            replace(source.reading, captured_at=source.reading.captured_at + source.set_back() + skew)
            for source in self._local
            if source.reading is not None
        ]


class _FollowedSource:
    """A local source, and what it reported last."""

    def __init__(self, source: LocalSource, clock: Clock) -> None:
        self.reading: LocalReading | None = None
        self._source = source
        self._clock = clock
        self._read_at = ClockReading.at(clock)
        self._stamp: Hashable = None
        self._was_read = False

    async def has_news(self) -> bool:
        return not self._was_read or await self._source.stamp() != self._stamp

    async def read_if_changed(self) -> None:
        stamp = await self._source.stamp()
        if self._was_read and stamp == self._stamp:
            return
        self.reading, self._read_at = await self._source.read(), ClockReading.at(self._clock)
        # The stamp from before reading: a file that changes while it is read is read again.
        self._stamp, self._was_read = stamp, True

    def set_back(self) -> timedelta:
        """Return how far this computer's clock was set back since the file was read; else nothing.

        The file's date is from before: left as it is, an old number would look new again when the clock
        reaches that time. A clock that was set forward only makes it look older.
        """
        now = ClockReading.at(self._clock)
        by_wall_s = (now.wall - self._read_at.wall).total_seconds()
        set_s = by_wall_s - (now.boottime - self._read_at.boottime)
        return timedelta(seconds=round(set_s) if set_s <= -LEAST_JUMP_S else 0)
