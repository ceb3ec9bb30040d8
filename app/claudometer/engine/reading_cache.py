"""The last good reading of each account, in memory and on disk: a restart shows it at once, with its age."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from claudometer.domain.codec import reading_from_wire, reading_to_wire

if TYPE_CHECKING:
    from collections.abc import Iterator

    from claudometer.domain.usage import AccountKey, Mode, Reading
    from claudometer.engine.dependencies import StateFile

log = logging.getLogger(__name__)

MOST_KEPT = 8
"""Accounts whose numbers are kept: the state file must not grow with every new session key."""

_SECTION = "readings"


class ReadingCache:
    """Remembers readings by account, the newest last. Never returns one account's numbers for another."""

    def __init__(self, state: StateFile) -> None:
        self._state = state
        self._readings: dict[AccountKey, Reading] = {}

    async def load(self) -> None:
        """Read what an earlier run left. Skips damaged entries, and replaces no reading of this run."""
        kept = (await asyncio.to_thread(self._state.read)).get(_SECTION)
        for key, reading in _readings_in(kept):
            self._readings.setdefault(key, reading)

    def last(self, mode: Mode, account: AccountKey | None = None) -> Reading | None:
        """Return the last reading of an account in ``mode``; of any account if none is named."""
        for key, reading in reversed(self._readings.items()):
            if reading.account.mode is mode and account in {None, key}:
                return reading
        return None

    async def keep(self, reading: Reading) -> None:
        """Remember a reading, across restarts too. On a full disk it is kept in memory only."""
        self._readings.pop(reading.key, None)
        self._readings[reading.key] = reading

        def edit(state: dict[str, Any]) -> None:
            kept = dict(_readings_in(state.get(_SECTION)))
            kept.pop(reading.key, None)
            newest = [*kept.values(), reading][-MOST_KEPT:]
            state[_SECTION] = {str(one.key): reading_to_wire(one) for one in newest}

        try:
            await asyncio.to_thread(self._state.change, edit)
        except OSError as error:
            log.warning("the numbers are kept in memory only: %s", error)

    async def forget(self, mode: Mode) -> None:
        """Drop the readings of a mode whose credentials were removed. Raises ``OSError``."""
        self._readings = {key: one for key, one in self._readings.items() if one.account.mode is not mode}

        def edit(state: dict[str, Any]) -> None:
            kept = _readings_in(state.get(_SECTION))
            state[_SECTION] = {
                str(key): reading_to_wire(one) for key, one in kept if one.account.mode is not mode
            }

        await asyncio.to_thread(self._state.change, edit)


def _readings_in(section: object) -> Iterator[tuple[AccountKey, Reading]]:
    """Yield the readings of a state file.

    Each says whose it is: version 0.1 named the entries by mode instead of account.
    """
    for name, wire in (section if isinstance(section, dict) else {}).items():
        try:
            reading = reading_from_wire(wire)
        except (KeyError, TypeError, ValueError, AttributeError):
            log.warning("the reading kept as %r is damaged and is skipped", name)
        else:
            yield reading.key, reading
