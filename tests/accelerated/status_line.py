"""What Claude Code tells its status line, in virtual time: session and week, at every message."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from claudometer.domain.usage import (
    SESSION_WINDOW_S,
    WEEK_WINDOW_S,
    Limit,
    LimitKind,
    LocalReading,
    Source,
)

if TYPE_CHECKING:
    from collections.abc import Hashable

    from tests.accelerated.account import TrueAccount, Window
    from tests.accelerated.virtual_time import VirtualTime


class StatusLine:
    """A local source: the numbers of the last message, to a tenth of a percent, of the windows still open."""

    def __init__(self, account: TrueAccount, time: VirtualTime) -> None:
        self._account = account
        self._time = time

    async def stamp(self) -> Hashable:
        return bisect_right(self._account.messages, self._time.elapsed_s)

    async def read(self) -> LocalReading | None:
        number = bisect_right(self._account.messages, self._time.elapsed_s)
        if not number:
            return None
        at = self._account.messages[number - 1]
        limits = (
            self._limit("session", LimitKind.SESSION, SESSION_WINDOW_S, self._account.session, at),
            self._limit("weekly", LimitKind.WEEKLY, WEEK_WINDOW_S, self._account.week, at),
        )
        told = tuple(limit for limit in limits if limit is not None)
        return LocalReading(Source.STATUS_LINE, self._time.truth(at), told) if told else None

    def _limit(
        self, name: str, kind: LimitKind, window_s: int, windows: list[Window], at: float
    ) -> Limit | None:
        index = bisect_right(windows, at, key=lambda window: window.opened_s)
        window = windows[index - 1] if index else None
        if window is None or window.ends_s <= self._time.elapsed_s:
            return None
        resets_at = self._time.truth(round(window.named_end_s(at)))
        percent = round(window.percent_at(at), 1)
        return Limit(name, kind, name.title(), percent, resets_at, window_s)
