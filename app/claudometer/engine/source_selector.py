"""Selects the source to request from: that of the mode in force, for every poll."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from claudometer.domain.outcome import MissingCredentials, Unauthorized, account_id_of
from claudometer.domain.usage import AccountKey, Mode

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Hashable, Mapping

    from claudometer.domain.usage import AccountId
    from claudometer.providers.base import UsageSource


@dataclass(frozen=True, slots=True)
class Selected:
    """The source for the next request.

    Attributes:
        interval_s: the interval that the user chose, in seconds; ``None`` for the automatic one.
    """

    mode: Mode
    source: UsageSource
    interval_s: float | None


class SourceSelector:
    """Knows the mode in force: the chosen one, else the one that fits this computer.

    While none is chosen, it looks at the computer before every poll: someone who installs Claude Code after
    Claudometer sees its numbers without changing a setting.

    Args:
        chosen: returns the mode that the user or the environment chose.
        fitting: finds the mode that fits this computer.
        interval_s: returns the interval that the user chose, in seconds; ``None`` for the automatic one.
    """

    def __init__(
        self,
        sources: Mapping[Mode, UsageSource],
        *,
        chosen: Callable[[], Mode | None],
        fitting: Callable[[], Awaitable[Mode]],
        interval_s: Callable[[], float | None],
    ) -> None:
        self._sources = sources
        self._chosen = chosen
        self._fitting = fitting
        self._interval_s = interval_s
        # Until the computer has been looked at: the mode that needs nothing installed.
        self._found = Mode.WEB

    @property
    def mode(self) -> Mode:
        """The mode in force, as of the last :meth:`select`."""
        return self._chosen() or self._found

    @property
    def is_chosen(self) -> bool:
        """Whether the user or the environment chose the mode."""
        return self._chosen() is not None

    def current(self) -> Selected:
        """Return the source of the mode in force, without looking at the computer again."""
        return Selected(self.mode, self._sources[self.mode], self._interval_s())

    async def select(self) -> Selected:
        """Return the source for the next poll."""
        # A chosen mode is never second-guessed, even if nothing is found for it.
        if self._chosen() is None:
            self._found = await self._fitting()
        return self.current()

    async def identify(self, mode: Mode) -> AccountKey | None:
        """Return whose credentials a mode would use, ``None`` when that is not known. Sends nothing."""
        source = self._sources[mode]
        return account_key_of(source, await source.identify())

    async def stamp(self) -> frozenset[tuple[Mode, Hashable]]:
        """Return the stamps of the credentials: of the chosen mode, or of all modes that may fit.

        By mode, because a choice alone is no change: what it leaves is part of what was noted before.
        """
        # The stamp of local mode changes with every number that Claude Code leaves. In another mode, each
        # would count as other credentials and cause a poll.
        modes = {self.mode} if self.is_chosen else (self._sources.keys() - {Mode.LOCAL}) | {self.mode}
        return frozenset([(mode, await self._sources[mode].credentials_stamp()) for mode in modes])


def account_key_of(
    source: UsageSource, identity: AccountId | MissingCredentials | Unauthorized
) -> AccountKey | None:
    """Return whose credentials a source found, of use or not; ``None`` if that is not known."""
    account = account_id_of(identity)
    return None if account is None else AccountKey(source.provider, account)
