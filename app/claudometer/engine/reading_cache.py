"""The last good reading of each account, in memory and on disk: a restart shows it at once, with its age."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from claudometer.domain.codec import reading_from_wire, reading_to_wire
from claudometer.system.off_loop import off_loop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from claudometer.domain.json_object import JsonObject
    from claudometer.domain.usage import AccountKey, Mode, Reading
    from claudometer.engine.dependencies import StateFile

log = logging.getLogger(__name__)

MOST_KEPT = 8
"""Accounts whose numbers are kept: the state file must not grow with every new session key."""

_SECTION = "readings"
_PLACE = "place"


class ReadingCache:
    """Remembers readings by account, the newest last. Never returns one account's numbers for another.

    While an account is not known, its last numbers are those that came from the same place.

    Args:
        place: names where the credentials of a mode are now: a folder of Claude Code's, or how a session key
            is kept. Another folder without a login must not show the numbers of the first.
        on_leftover: called with whether readings are still on the disk that should have been removed.
    """

    def __init__(
        self, state: StateFile, *, place: Callable[[Mode], str], on_leftover: Callable[[bool], None]
    ) -> None:
        self._state = state
        self._place = place
        self._on_leftover = on_leftover
        self._writing = asyncio.Lock()  # what is removed must not be written again by an earlier call
        self._readings: dict[AccountKey, Reading] = {}
        self._places: dict[AccountKey, str | None] = {}
        self._to_remove: set[Mode] = set()

    async def load(self) -> None:
        """Read what an earlier run left. Skips damaged entries, and replaces no reading of this run."""
        try:
            kept = (await off_loop(self._state.read)).get(_SECTION)
        except OSError as error:
            log.warning("the last numbers cannot be read: %s", error)
            return
        for key, (reading, place) in _readings_in(kept):
            if key not in self._readings:
                self._readings[key], self._places[key] = reading, place

    def last(self, mode: Mode, account: AccountKey | None = None) -> Reading | None:
        """Return the last reading of an account in ``mode``; without one, of the mode's present place."""
        for key, reading in reversed(self._readings.items()):
            is_meant = key == account if account else self._places[key] == self._place(mode)
            if reading.account.mode is mode and is_meant:
                return reading
        return None

    async def keep(self, reading: Reading) -> None:
        """Remember a reading, across restarts too. On a full disk it is kept in memory only."""
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
        removed = frozenset(self._to_remove)

        def edit(state: JsonObject) -> None:
            kept = dict(_readings_in(state.get(_SECTION)))
            kept = {key: one for key, one in kept.items() if one[0].account.mode not in removed}
            for reading in new:
                kept.pop(reading.key, None)
                kept[reading.key] = reading, self._places[reading.key]
            newest = list(kept.values())[-MOST_KEPT:]
            state[_SECTION] = {str(one.key): reading_to_wire(one) | {_PLACE: at} for one, at in newest}

        try:
            await off_loop(self._state.change, edit)
        except OSError as error:
            log.warning("the numbers on the disk are not up to date: %s", error)
        else:
            if not self._state.is_spare:  # the file that cannot be written still has them
                self._to_remove -= removed
        if removed:
            self._on_leftover(bool(self._to_remove))


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
