"""The last good reading of each mode, in memory and on disk: shown at once after a restart, with its age."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from claudometer.domain.codec import reading_from_wire, reading_to_wire
from claudometer.domain.usage import Mode

if TYPE_CHECKING:
    from claudometer.domain.usage import AccountId, Reading
    from claudometer.engine.parts import StateFile

log = logging.getLogger(__name__)

_SECTION = "readings"


class Recollection:
    """Remembers readings. One account's numbers are never given for another."""

    def __init__(self, state: StateFile) -> None:
        self._state = state
        self._readings: dict[Mode, Reading] = {}

    async def load(self) -> None:
        """Read what an earlier run left. Skips damaged entries, and never replaces a reading of this run."""
        kept = (await asyncio.to_thread(self._state.read)).get(_SECTION)
        for mode, wire in (kept if isinstance(kept, dict) else {}).items():
            try:
                self._readings.setdefault(Mode(mode), reading_from_wire(wire))
            except (KeyError, TypeError, ValueError, AttributeError):
                log.warning("a kept reading for mode %r was damaged and is left out", mode)

    def last(self, mode: Mode, account: AccountId | None = None) -> Reading | None:
        """Return the last reading of ``mode``; with ``account``, only if it is that account's."""
        reading = self._readings.get(mode)
        if reading is None or (account is not None and reading.account.id != account):
            return None
        return reading

    async def keep(self, reading: Reading) -> None:
        """Remember a reading, across restarts too."""
        self._readings[reading.account.mode] = reading

        def edit(state: dict[str, Any]) -> None:
            section = state.get(_SECTION)
            kept = section if isinstance(section, dict) else {}
            state[_SECTION] = kept | {reading.account.mode.value: reading_to_wire(reading)}

        try:
            await asyncio.to_thread(self._state.change, edit)
        except OSError as error:
            log.warning("the numbers are kept in memory alone: %s", error)

    async def forget(self, mode: Mode) -> None:
        """Drop the reading of a mode whose credentials were taken away."""
        self._readings.pop(mode, None)

        def edit(state: dict[str, Any]) -> None:
            section = state.get(_SECTION)
            if isinstance(section, dict):
                section.pop(mode.value, None)

        await asyncio.to_thread(self._state.change, edit)
