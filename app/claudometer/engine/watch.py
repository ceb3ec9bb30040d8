"""Sees to it that no account's numbers are shown while another's credentials lie there. Asks no server."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from claudometer.domain.outcome import Status
from claudometer.engine.asking import key_in

if TYPE_CHECKING:
    from collections.abc import Awaitable, Hashable

    from claudometer.engine.asking import Asked
    from claudometer.engine.board import Board
    from claudometer.engine.numbers import Numbers
    from claudometer.engine.targets import Target, Targets

log = logging.getLogger(__name__)


class Watch:
    """Looks at the credentials before a request, during it, after it, and between two."""

    def __init__(self, targets: Targets, numbers: Numbers, board: Board) -> None:
        self._targets = targets
        self._numbers = numbers
        self._board = board
        self._stamp: Hashable = None

    async def begin(self) -> Target:
        """Choose whom to ask now, and take away numbers that are not theirs."""
        await self.look()
        target = await self._targets.choose()
        await self._show_own(target)
        return target

    async def look(self) -> None:
        """Take the credentials that lie there now as known."""
        self._stamp = await self._targets.stamp()

    async def changed(self) -> bool:
        """Tell whether the credentials may have changed since they were looked at."""
        return await self._targets.stamp() != self._stamp

    async def attend(self, asking: Awaitable[Asked], target: Target, *, every_s: float) -> Asked | None:
        """Wait for an answer. ``None`` if it is of an account whose credentials have gone in the meantime.

        An answer may take 40 s, and somebody else's numbers must not stand there for so long: the credentials
        are looked at every ``every_s`` seconds.
        """
        looking = asyncio.create_task(self._keep_looking(target, every_s))
        try:
            asked = await asking
        finally:
            looking.cancel()
        if looking.done():
            looking.result()  # it ends by a fault alone, which must not go unseen
        return None if await self._is_overtaken(asked, target) else asked

    async def _keep_looking(self, target: Target, every_s: float) -> None:
        while True:
            await asyncio.sleep(every_s)
            if await self.changed():
                await self._show_own(target)

    async def _is_overtaken(self, asked: Asked, target: Target) -> bool:
        if asked.account is None or not await self.changed():
            return False
        now = key_in(target.source, await target.source.identify())
        overtaken = now is not None and now != asked.account
        if overtaken:
            log.info("the credentials are another account's now; the answer for the one before is dropped")
        return overtaken

    async def _show_own(self, target: Target) -> None:
        shown = self._board.snapshot.reading
        if shown is None or not (shown.account.mode is self._board.snapshot.mode is target.mode):
            return
        account = key_in(target.source, await target.source.identify())
        if account is None or account == shown.key:
            return
        await self._numbers.look()  # who is logged in decides whose the free numbers are
        own = self._numbers.shown(target.mode, account)
        # How asking went for the account before says nothing about this one.
        self._board.change(account=account, reading=own, status=Status.STARTING, problem=None)
