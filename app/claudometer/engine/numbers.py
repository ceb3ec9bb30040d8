"""The numbers to show: the last answer, with all that sources on this computer know better. Sends nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from claudometer.domain.clock import LEAST_JUMP_S, Look
from claudometer.domain.usage import Mode
from claudometer.providers.claude.coverage import coverage_of
from claudometer.providers.claude.merging import ClaudeCode, merge

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Hashable, Sequence

    from claudometer.domain.clock import Clock
    from claudometer.domain.policy import Coverage
    from claudometer.domain.usage import AccountKey, FreeReading, Reading
    from claudometer.engine.recollection import Recollection
    from claudometer.providers.base import FreeSource


class Numbers:
    """Merges anew whenever it is asked: kept are only the last answers and what free sources said last."""

    def __init__(
        self,
        recollection: Recollection,
        sources: Sequence[FreeSource],
        *,
        login: Callable[[], Awaitable[ClaudeCode]],
        clock: Clock,
    ) -> None:
        self._recollection = recollection
        self._followed = [_Followed(source, clock) for source in sources]
        self._read_login = login
        self._login = ClaudeCode()
        self._clock = clock

    async def look(self) -> None:
        """Read anew what has changed on this computer, and, if anything is there, who is logged in."""
        for one in self._followed:
            await one.look()
        self._login = await self._read_login() if self._told else ClaudeCode()

    async def has_news(self) -> bool:
        """Tell whether a free source may have something new. Costs a look at each file's date."""
        for one in self._followed:
            if await one.has_news():
                return True
        return False

    def last(self, mode: Mode, account: AccountKey | None) -> Reading | None:
        """Return the last answer alone: what the server said when we asked."""
        return self._recollection.last(mode, account)

    async def keep(self, answer: Reading) -> None:
        """Remember an answer. Merged numbers are never kept: whose they are may be judged otherwise later."""
        await self._recollection.keep(answer)

    def shown(self, mode: Mode, account: AccountKey | None) -> Reading | None:
        """Return the numbers to show for an account; of the mode, while nobody knows the account.

        Without an answer only Claude Code's own look can stand in, and that only where its login is meant.
        """
        answer = self.last(mode, account)
        if answer is None and mode is not Mode.CLI:
            return None
        return merge(answer, self._told, self._login, self._clock.now())

    def coverage(self, mode: Mode, account: AccountKey | None) -> Coverage | None:
        """Return what need not be asked for just now."""
        return coverage_of(self.last(mode, account), self._told, self._login, self._clock.now())

    @property
    def _told(self) -> list[FreeReading]:
        """What lies on this computer was stamped by its clock; everything else here goes by Claude's."""
        off = timedelta(seconds=self._clock.behind_s)
        return [
            replace(one.reading, captured_at=one.reading.captured_at + one.set_back() + off)
            for one in self._followed
            if one.reading is not None
        ]


class _Followed:
    """A free source and what it said last."""

    def __init__(self, source: FreeSource, clock: Clock) -> None:
        self.reading: FreeReading | None = None
        self._source = source
        self._clock = clock
        self._read_at = Look.at(clock)
        self._stamp: Hashable = None
        self._was_read = False

    async def has_news(self) -> bool:
        return not self._was_read or await self._source.stamp() != self._stamp

    async def look(self) -> None:
        stamp = await self._source.stamp()
        if self._was_read and stamp == self._stamp:
            return
        self.reading, self._read_at = await self._source.look(), Look.at(self._clock)
        self._stamp, self._was_read = stamp, True

    def set_back(self) -> timedelta:
        """Return how far this computer's clock was set back since the file was read; else nothing.

        The file's stamp is of the clock before that: what was new then would be new once more, when the clock
        comes there again. A clock that was set forward only makes it look older.
        """
        now = Look.at(self._clock)
        by_wall_s = (now.wall - self._read_at.wall).total_seconds()
        set_s = by_wall_s - (now.boottime - self._read_at.boottime)
        return timedelta(seconds=round(set_s) if set_s <= -LEAST_JUMP_S else 0)
