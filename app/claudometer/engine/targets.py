"""Whom to ask: the source of the mode in force, chosen anew for every attempt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from claudometer.domain.usage import Mode
from claudometer.engine.asking import key_in

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Hashable, Mapping

    from claudometer.domain.usage import AccountKey
    from claudometer.providers.base import UsageSource


@dataclass(frozen=True, slots=True)
class Target:
    """Whom to ask now, and how often the user would like that."""

    mode: Mode
    source: UsageSource
    interval_s: float


class Targets:
    """Knows the mode in force: the one wished for, else the one that fits this machine.

    Without a wish the machine is looked at before every attempt: who installs Claude Code after Claudometer
    gets its numbers without touching a setting.
    """

    def __init__(
        self,
        sources: Mapping[Mode, UsageSource],
        *,
        wish: Callable[[], Mode | None],
        fitting: Callable[[], Awaitable[Mode]],
        interval_s: Callable[[], float],
    ) -> None:
        self._sources = sources
        self._wish = wish
        self._fitting = fitting
        self._interval_s = interval_s
        self._fitted = Mode.WEB

    @property
    def mode(self) -> Mode:
        """The mode in force, as far as is known."""
        return self._wish() or self._fitted

    def current(self) -> Target:
        """Return the target of the mode in force, without looking at the machine again."""
        return Target(self.mode, self._sources[self.mode], self._interval_s())

    async def choose(self) -> Target:
        """Return the target for the next attempt."""
        if self._wish() is None:
            self._fitted = await self._fitting()
        return self.current()

    async def identify(self, mode: Mode) -> AccountKey | None:
        """Say whose credentials a mode would ask with, ``None`` when nobody knows. Sends nothing."""
        source = self._sources[mode]
        return key_in(source, await source.identify())

    async def stamp(self) -> Hashable:
        """Return what changes when the credentials that matter do."""
        if self._wish() is not None:
            return await self.current().source.credentials_stamp()
        return tuple([await source.credentials_stamp() for source in self._sources.values()])

    async def aclose(self) -> None:
        """Close every source."""
        for source in self._sources.values():
            await source.aclose()
