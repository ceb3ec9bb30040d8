"""The numbers to show: the server's last answer, with every number that a local source knows better."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from claudometer.domain.clock import LEAST_JUMP_S, ClockReading
from claudometer.domain.usage import LocalLogin, Mode

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Hashable, Sequence

    from claudometer.domain.clock import Clock
    from claudometer.domain.policy import Coverage
    from claudometer.domain.usage import AccountKey, LocalReading, Reading
    from claudometer.engine.reading_cache import ReadingCache
    from claudometer.providers.base import LocalSource, ProviderRules


class ReadingMerger:
    """Merges on every call: it keeps only answers and what local sources reported last. Sends nothing.

    Args:
        login: finds out whose numbers the local sources hold.
    """

    def __init__(
        self,
        cache: ReadingCache,
        sources: Sequence[LocalSource],
        *,
        rules: ProviderRules,
        login: Callable[[], Awaitable[LocalLogin]],
        clock: Clock,
    ) -> None:
        self._cache = cache
        self._local = [_Followed(source, clock) for source in sources]
        self._rules = rules
        self._read_login = login
        self._login = LocalLogin()
        self._clock = clock

    async def look(self) -> None:
        """Read what has changed on this computer and, if there are local numbers, who is logged in."""
        for source in self._local:
            await source.look()
        self._login = await self._read_login() if self._local_readings else LocalLogin()

    async def has_news(self) -> bool:
        """Return whether a local source may have new numbers. Only looks at the dates of files."""
        for source in self._local:
            if await source.has_news():
                return True
        return False

    def last_answer(self, mode: Mode, account: AccountKey | None) -> Reading | None:
        """Return what the server said last, without any local number."""
        return self._cache.last(mode, account)

    async def keep(self, answer: Reading) -> None:
        """Remember an answer. Merged numbers are never kept: later they may turn out to be another's."""
        await self._cache.keep(answer)

    async def finish_forgetting(self) -> None:
        """Remove answers from the disk that could not be removed before."""
        await self._cache.finish_forgetting()

    def shown(self, mode: Mode, account: AccountKey | None) -> Reading | None:
        """Return the numbers to show for an account; the last ones of the mode if no account is known.

        Without an answer, local numbers are shown only in CLI mode: they are about Claude Code's login.
        """
        answer = self.last_answer(mode, account)
        if answer is None and mode is not Mode.CLI:
            return None
        return self._rules.merge(answer, self._local_readings, self._login, self._clock.now())

    def coverage(self, mode: Mode, account: AccountKey | None) -> Coverage | None:
        """Return what no request is needed for now."""
        answer = self.last_answer(mode, account)
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


class _Followed:
    """A local source and what it reported last."""

    def __init__(self, source: LocalSource, clock: Clock) -> None:
        self.reading: LocalReading | None = None
        self._source = source
        self._clock = clock
        self._read_at = ClockReading.at(clock)
        self._stamp: Hashable = None
        self._was_read = False

    async def has_news(self) -> bool:
        return not self._was_read or await self._source.stamp() != self._stamp

    async def look(self) -> None:
        stamp = await self._source.stamp()
        if self._was_read and stamp == self._stamp:
            return
        self.reading, self._read_at = await self._source.read(), ClockReading.at(self._clock)
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
